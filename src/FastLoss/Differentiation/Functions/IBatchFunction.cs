namespace FastLoss;

/// <summary>A function of a vector that takes many points a call, as a model takes a batch.</summary>
/// <typeparam name="T">The element type, float or double.</typeparam>
public interface IBatchFunction<T>
{
    /// <summary>Writes the value at each point to <paramref name="values"/>.</summary>
    /// <param name="points">The points, row-major: <paramref name="dimension"/> elements each.</param>
    /// <param name="dimension">The number of elements of a point.</param>
    /// <param name="values">Receives one value a point.</param>
    void Evaluate(ReadOnlySpan<T> points, int dimension, Span<T> values);
}
