namespace FastLoss;

/// <summary>
/// A function that knows how to change one coordinate cheaply: it keeps what a point costs to evaluate and redoes only
/// what depends on the coordinate. Its numerical gradient is the definition's, at the same steps, without n full
/// evaluations.
/// </summary>
/// <typeparam name="T">The element type, float or double.</typeparam>
public interface ICoordinateFunction<T>
{
    /// <summary>
    /// Takes <paramref name="x"/> as the point the following calls vary, and returns the value there.
    /// </summary>
    /// <param name="x">The point; it does not change until the next call of Prepare, so it may be read, not copied.</param>
    T Prepare(ReadOnlySpan<T> x);

    /// <summary>
    /// The value at the prepared point with coordinate <paramref name="index"/> set to <paramref name="value"/>.
    /// </summary>
    T EvaluateAt(int index, T value);

    /// <summary>
    /// EvaluateAt(index, upper) - EvaluateAt(index, lower). A function that is a sum subtracts term by term before
    /// adding, and so keeps the digits that the difference of two large sums loses; any other returns just the
    /// difference.
    /// </summary>
    T Difference(int index, T upper, T lower);
}
