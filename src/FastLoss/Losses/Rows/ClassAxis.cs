using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// How the classes of a row lie in memory: <paramref name="Count"/> of them, next to each other unless said otherwise. An int is a
/// number of classes.
/// </summary>
/// <remarks>
/// <code>
/// Loss.Evaluate(new SoftmaxCrossEntropy(), logits, 10, labels);                              // rows of 10
/// Loss.Evaluate(new SoftmaxCrossEntropy(), logits, new(21, Inner: height * width), labels);  // images, channels first: a label each pixel
/// Loss.Evaluate(new SoftmaxCrossEntropy(), logits, new(10, Pitch: 16), labels);              // rows of 10, each padded to 16
/// </code>
/// Classes or rows that lie apart are packed a block at a time.
/// </remarks>
/// <param name="Count">The number of classes, at least 1.</param>
/// <param name="Inner">
/// The product of the axes after the classes': class c of a row stands Inner elements after class c - 1. Height * width of
/// images stored channel by channel, whose rows are then pixels.
/// </param>
/// <param name="Pitch">From one outer entry (a row, or an image) to the next; 0 for Count * Inner, no gap between them.</param>
public readonly record struct ClassAxis(int Count, int Inner = 1, int Pitch = 0)
{
    /// <summary>Whether classes and rows are next to each other.</summary>
    internal bool IsContiguous => Inner == 1 && (Pitch == 0 || Pitch == Count);

    private int Block => Count * Inner;

    private int Step => Pitch == 0 ? Block : Pitch;

    internal RowLayout Layout => new(Count, Inner, Step);

    /// <summary>Classes next to each other.</summary>
    public static implicit operator ClassAxis(int count) => new(count);

    /// <summary>What an int converts to.</summary>
    public static ClassAxis FromInt32(int count) => new(count);

    /// <summary>The number of rows in <paramref name="span"/>, after all checks of the axis.</summary>
    internal int Rows<T>(ReadOnlySpan<T> span, string name, string axisName)
    {
        if (Count < 1) Throw.BelowMinimum(axisName, Count, 1);
        if (Inner < 1) Throw.BelowMinimum($"{axisName}.Inner", Inner, 1);
        if (IsContiguous) return Guard.Rows(span, Count, name, axisName);
        long block = (long)Count * Inner;
        if (block > int.MaxValue) Throw.OutOfRange($"{axisName}.Inner", Inner, $"at most {int.MaxValue / Count} with {Count} classes");
        if (Pitch != 0 && Pitch < block) Throw.OutOfRange($"{axisName}.Pitch", Pitch, $"0, or at least {block}, Count * Inner");
        long gap = Step - block, outer = (span.Length + gap) / Step;
        if (span.Length != outer * Step && span.Length != (outer * Step) - gap) Throw.NotWholeRows(name, span.Length, Step);
        return (int)(outer * Inner);
    }
}
