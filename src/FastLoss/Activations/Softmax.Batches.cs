using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using CommunityToolkit.HighPerformance;
using FastLoss.Validation;

namespace FastLoss;

public static partial class Softmax
{
    /// <summary>
    /// The probabilities of every row of a matrix of logits, whose rows may lie apart: the bits of rows next to each other.
    /// </summary>
    /// <param name="logits">Rows of logits; those that lie apart are copied to a buffer from the array pool first.</param>
    /// <param name="probabilities">Of the same shape; exactly the logits, or apart from them.</param>
    /// <param name="threads">
    /// Threads to use from 256K elements on: 0 or 1 for the caller's alone, -1 for one a processor. The bits are the same.
    /// </param>
    /// <param name="maskedRows">What a row becomes whose logits are all -infinity: NaN, or probabilities of 0.</param>
    /// <exception cref="ArgumentException">The shapes differ, or the matrices overlap in part.</exception>
    public static void Compute<T>(
        ReadOnlySpan2D<T> logits, Span2D<T> probabilities, int threads = 0, MaskedRows maskedRows = MaskedRows.NaN)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shapes.Same(probabilities, logits);
        Batch<T> x = Batch<T>.Of(logits, nameof(logits)), y = Batch<T>.Of(probabilities, nameof(probabilities));
        RowFunctions.Run<T, RowFunctions.OfSoftmax>(x, y, nameof(probabilities), threads, maskedRows);
    }

    /// <summary>The probabilities along an axis of a tensor of logits.</summary>
    /// <param name="logits">
    /// Logits whose classes lie along the axis. What follows the classes lies next to each other, what comes before them one pitch apart;
    /// strides of another kind are refused.
    /// </param>
    /// <param name="axis">The classes' axis, from 0; -1 is the last, -2 the one before it.</param>
    /// <param name="probabilities">Of the same shape; exactly the logits, or apart from them.</param>
    /// <param name="threads">
    /// Threads to use from 256K elements on: 0 or 1 for the caller's alone, -1 for one a processor. The bits are the same.
    /// </param>
    /// <param name="maskedRows">What a row becomes whose logits are all -infinity: NaN, or probabilities of 0.</param>
    /// <exception cref="ArgumentException">The lengths differ, strides are of another kind, or the tensors overlap in part.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The axis is none of the tensor's.</exception>
    [OverloadResolutionPriority(-1)]
    public static void Compute<T>(
        in ReadOnlyTensorSpan<T> logits, int axis, in TensorSpan<T> probabilities, int threads = 0, MaskedRows maskedRows = MaskedRows.NaN)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shapes.Same<T>(probabilities, logits);
        Batch<T> x = Batch<T>.Of(logits, axis, nameof(logits)), y = Batch<T>.Of(probabilities, axis, nameof(probabilities));
        RowFunctions.Run<T, RowFunctions.OfSoftmax>(x, y, nameof(probabilities), threads, maskedRows);
    }
}

public static partial class LogSoftmax
{
    /// <summary>
    /// The log-probabilities of every row of a matrix of logits, whose rows may lie apart: the bits of rows next to each other.
    /// </summary>
    /// <param name="logits">Rows of logits; those that lie apart are copied to a buffer from the array pool first.</param>
    /// <param name="logProbabilities">Of the same shape; exactly the logits, or apart from them.</param>
    /// <param name="threads">
    /// Threads to use from 256K elements on: 0 or 1 for the caller's alone, -1 for one a processor. The bits are the same.
    /// </param>
    /// <param name="maskedRows">What a row becomes whose logits are all -infinity: NaN, or log-probabilities of -infinity.</param>
    /// <exception cref="ArgumentException">The shapes differ, or the matrices overlap in part.</exception>
    public static void Compute<T>(
        ReadOnlySpan2D<T> logits, Span2D<T> logProbabilities, int threads = 0, MaskedRows maskedRows = MaskedRows.NaN)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shapes.Same(logProbabilities, logits);
        Batch<T> x = Batch<T>.Of(logits, nameof(logits)), y = Batch<T>.Of(logProbabilities, nameof(logProbabilities));
        RowFunctions.Run<T, RowFunctions.OfLogSoftmax>(x, y, nameof(logProbabilities), threads, maskedRows);
    }

    /// <summary>The log-probabilities along an axis of a tensor of logits.</summary>
    /// <param name="logits">
    /// Logits whose classes lie along the axis. What follows the classes lies next to each other, what comes before them one pitch apart;
    /// strides of another kind are refused.
    /// </param>
    /// <param name="axis">The classes' axis, from 0; -1 is the last, -2 the one before it.</param>
    /// <param name="logProbabilities">Of the same shape; exactly the logits, or apart from them.</param>
    /// <param name="threads">
    /// Threads to use from 256K elements on: 0 or 1 for the caller's alone, -1 for one a processor. The bits are the same.
    /// </param>
    /// <param name="maskedRows">What a row becomes whose logits are all -infinity: NaN, or log-probabilities of -infinity.</param>
    /// <exception cref="ArgumentException">The lengths differ, strides are of another kind, or the tensors overlap in part.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The axis is none of the tensor's.</exception>
    [OverloadResolutionPriority(-1)]
    public static void Compute<T>(
        in ReadOnlyTensorSpan<T> logits, int axis, in TensorSpan<T> logProbabilities, int threads = 0, MaskedRows maskedRows = MaskedRows.NaN)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shapes.Same<T>(logProbabilities, logits);
        Batch<T> x = Batch<T>.Of(logits, axis, nameof(logits)), y = Batch<T>.Of(logProbabilities, axis, nameof(logProbabilities));
        RowFunctions.Run<T, RowFunctions.OfLogSoftmax>(x, y, nameof(logProbabilities), threads, maskedRows);
    }
}

public static partial class LogSumExp
{
    /// <summary>The log-sum-exp of every row of a matrix, whose rows may lie apart: the bits of rows next to each other.</summary>
    /// <param name="logits">Rows of logits; those that lie apart are copied to a buffer from the array pool first.</param>
    /// <param name="destination">Receives one number for each row; apart from the logits.</param>
    /// <param name="threads">
    /// Threads to use from 256K elements on: 0 or 1 for the caller's alone, -1 for one a processor. The bits are the same.
    /// </param>
    /// <exception cref="ArgumentException">The destination is not as long as there are rows, or overlaps the logits.</exception>
    public static void Compute<T>(ReadOnlySpan2D<T> logits, Span<T> destination, int threads = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Run(Batch<T>.Of(logits, nameof(logits)), destination, threads);

    /// <summary>The log-sum-exp along an axis of a tensor.</summary>
    /// <param name="logits">
    /// Logits whose classes lie along the axis. What follows the classes lies next to each other, what comes before them one pitch apart;
    /// strides of another kind are refused.
    /// </param>
    /// <param name="axis">The classes' axis, from 0; -1 is the last, -2 the one before it.</param>
    /// <param name="destination">Receives one number for each place of the other axes, in their order; apart from the logits.</param>
    /// <param name="threads">
    /// Threads to use from 256K elements on: 0 or 1 for the caller's alone, -1 for one a processor. The bits are the same.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The destination is not as long, strides are of another kind, or the destination overlaps the logits.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The axis is none of the tensor's.</exception>
    [OverloadResolutionPriority(-1)]
    public static void Compute<T>(in ReadOnlyTensorSpan<T> logits, int axis, Span<T> destination, int threads = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Run(Batch<T>.Of(logits, axis, nameof(logits)), destination, threads);

    private static void Run<T>(Batch<T> logits, Span<T> destination, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Writes(destination).Apart<T>(logits.Span, nameof(logits));
        using PackedBatch<T> x = PackedBatch<T>.Read(logits);
        Compute(x.Span, logits.Axis.Count, destination, threads);
    }
}
