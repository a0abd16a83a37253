using System.Numerics;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>A function from rows of logits to as many numbers.</summary>
internal interface IRowFunction
{
    static abstract void Compute<T>(ReadOnlySpan<T> logits, int classCount, Span<T> results, int threads, MaskedRows maskedRows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>Softmax and its relatives of matrices and tensors: as they lie where they lie next to each other, else by way of buffers.</summary>
internal static class RowFunctions
{
    public static void Run<T, TFunction>(Batch<T> logits, Batch<T> results, string name, int threads, MaskedRows maskedRows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IRowFunction
    {
        Written<T> written = Guard.Writes(results.Span, name);
        if (results.Axis == logits.Axis) written.Over(logits.Span, nameof(logits));
        else written.Apart<T>(logits.Span, nameof(logits));
        using PackedBatch<T> x = PackedBatch<T>.Read(logits), y = PackedBatch<T>.Write(results, isAdded: false);
        TFunction.Compute(x.Span, logits.Axis.Count, y.Span, threads, maskedRows);
        y.Finish();
    }

    public readonly struct OfSoftmax : IRowFunction
    {
        public static void Compute<T>(ReadOnlySpan<T> logits, int classCount, Span<T> results, int threads, MaskedRows maskedRows)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => Softmax.Compute(logits, classCount, results, threads, maskedRows);
    }

    public readonly struct OfLogSoftmax : IRowFunction
    {
        public static void Compute<T>(ReadOnlySpan<T> logits, int classCount, Span<T> results, int threads, MaskedRows maskedRows)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => LogSoftmax.Compute(logits, classCount, results, threads, maskedRows);
    }
}
