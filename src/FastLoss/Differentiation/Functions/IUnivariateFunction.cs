namespace FastLoss;

/// <summary>
/// A function of one real variable: what a derivative is taken of. A struct is inlined and allocates nothing.
/// </summary>
/// <typeparam name="T">The element type, float or double.</typeparam>
public interface IUnivariateFunction<T>
{
    /// <summary>The value at <paramref name="x"/>.</summary>
    T Evaluate(T x);
}
