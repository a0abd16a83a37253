namespace FastLoss;

/// <summary>
/// A function of a vector: what a gradient is taken of. Implemented by a struct, it is inlined into the differences and
/// nothing is allocated; a class or a delegate works too, at the price of an indirect call.
/// </summary>
/// <typeparam name="T">The element type, float or double.</typeparam>
public interface IScalarFunction<T>
{
    /// <summary>
    /// The value at <paramref name="x"/>. Must depend on nothing but <paramref name="x"/> and what the function holds.
    /// </summary>
    /// <param name="x">
    /// The point. It is the caller's own memory with some elements changed for the length of this call: read it, do not
    /// keep it.
    /// </param>
    T Evaluate(ReadOnlySpan<T> x);
}
