namespace FastLoss;

/// <summary>
/// A function from vectors to vectors: what a Jacobian is taken of. A struct is inlined and allocates nothing.
/// </summary>
/// <typeparam name="T">The element type, float or double.</typeparam>
public interface IVectorFunction<T>
{
    /// <summary>Writes every value at <paramref name="x"/> to <paramref name="values"/>.</summary>
    /// <param name="x">The point; read it during the call, do not keep it.</param>
    /// <param name="values">Receives the values, every element.</param>
    void Evaluate(ReadOnlySpan<T> x, Span<T> values);
}
