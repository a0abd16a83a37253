using System.Numerics;

namespace FastLoss.Catalog;

/// <summary>A function of each row, of logits of one type to results of the same or a wider one.</summary>
public delegate void RowForward<TLogit, T>(ReadOnlySpan<TLogit> logits, int columns, Span<T> destination);

/// <summary>The gradient by the logits of a function of each row.</summary>
/// <param name="logits">What the function was given.</param>
/// <param name="results">What it gave.</param>
/// <param name="columns">The length of a row.</param>
/// <param name="outputGradient">The gradient by the results.</param>
/// <param name="gradient">As long as the logits.</param>
public delegate void RowBackward<T>(ReadOnlySpan<T> logits, ReadOnlySpan<T> results, int columns, ReadOnlySpan<T> outputGradient, Span<T> gradient);

/// <summary>The calls of a function of rows, of floats or doubles.</summary>
/// <param name="Forward">The function.</param>
/// <param name="Backward">The gradient.</param>
/// <param name="Rival">The function as System.Numerics.Tensors composes it.</param>
public sealed record RowMapCalls<T>(RowForward<T, T> Forward, RowBackward<T> Backward, RowForward<T, T> Rival);

/// <summary>A softmax or what is like it: its calls, its definition in double, and its bound.</summary>
/// <param name="Type">The class of its calls.</param>
/// <param name="Float">Its calls of floats.</param>
/// <param name="Double">Its calls of doubles.</param>
/// <param name="OfHalf">Its call of half-precision logits.</param>
/// <param name="Value">The results of a row.</param>
public sealed record RowMapCase(
    Type Type, RowMapCalls<float> Float, RowMapCalls<double> Double, RowForward<Half, float> OfHalf, Func<double[], double[]> Value)
{
    public static IReadOnlyList<RowMapCase> All { get; } =
    [
        new(
            typeof(Softmax),
            new((x, c, y) => Softmax.Compute(x, c, y), Softmaxed, ComposedRows.Softmax),
            new((x, c, y) => Softmax.Compute(x, c, y), Softmaxed, ComposedRows.Softmax),
            Softmax.Compute,
            x => Reference.Softmax(x)),
        new(
            typeof(LogSoftmax),
            new((x, c, y) => LogSoftmax.Compute(x, c, y), LogSoftmaxed, ComposedRows.LogSoftmax),
            new((x, c, y) => LogSoftmax.Compute(x, c, y), LogSoftmaxed, ComposedRows.LogSoftmax),
            LogSoftmax.Compute,
            x => Reference.LogSoftmax(x)),
        new(
            typeof(LogSumExp),
            new((x, c, y) => LogSumExp.Compute(x, c, y), Summed, ComposedRows.LogSumExp),
            new((x, c, y) => LogSumExp.Compute(x, c, y), Summed, ComposedRows.LogSumExp),
            LogSumExp.Compute,
            x => [Reference.LogSumExp(x)]) { IsOneNumber = true },
    ];

    public string Name => Type.Name;

    /// <summary>Whether a row gives one number; otherwise it gives as many as it has.</summary>
    public bool IsOneNumber { get; init; }

    /// <summary>The calls of <typeparamref name="T"/>, float or double.</summary>
    public RowMapCalls<T> Bound<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        (RowMapCalls<T>)(object)(typeof(T) == typeof(float) ? Float : Double);

    public override string ToString() => Name;

    private static void Softmaxed<T>(ReadOnlySpan<T> logits, ReadOnlySpan<T> results, int columns, ReadOnlySpan<T> outputGradient, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Softmax.Backward(results, columns, outputGradient, gradient);

    private static void LogSoftmaxed<T>(ReadOnlySpan<T> logits, ReadOnlySpan<T> results, int columns, ReadOnlySpan<T> outputGradient, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => LogSoftmax.Backward(results, columns, outputGradient, gradient);

    private static void Summed<T>(ReadOnlySpan<T> logits, ReadOnlySpan<T> results, int columns, ReadOnlySpan<T> outputGradient, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => LogSumExp.Backward(logits, columns, outputGradient, gradient);
}
