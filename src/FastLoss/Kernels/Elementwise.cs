using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>What one pass over predictions and targets does to each vector of them.</summary>
internal interface IElementwiseStep<T>
{
    /// <summary>Whether the pass adds to the sum.</summary>
    static abstract bool Sums { get; }

    /// <summary>Whether the pass writes the result to the destination.</summary>
    static abstract bool Writes { get; }

    /// <summary>Whether the pass reads a weight for each element.</summary>
    static abstract bool Weighs { get; }

    /// <summary>Adds to <paramref name="sum"/> what the elements contribute; returns what is written for them.</summary>
    Vector512<T> Step(Vector512<T> prediction, Vector512<T> target, Vector512<T> weight, ref Vector512<T> sum);
}

/// <summary>
/// The one loop over pairs of elements: every element-wise loss, its gradient, and both together. Four accumulators of
/// one <see cref="Vector512{T}"/> each, folded per block into doubles, chunks added in index order: the bits depend on the
/// data and its length alone.
/// </summary>
internal static unsafe class Elementwise
{
    /// <summary>What a thread takes at a time, and what is summed before it is added to the total.</summary>
    public const int ChunkLength = 8192;

    /// <summary>Runs the pass; empty <paramref name="weights"/> or <paramref name="destination"/> where the step uses none.</summary>
    public static double Run<T, TStep>(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, ReadOnlySpan<T> weights, Span<T> destination, TStep step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TStep : struct, IElementwiseStep<T>
    {
        fixed (T* p = predictions)
        fixed (T* t = targets)
        fixed (T* w = weights)
        fixed (T* d = destination)
        {
            double sum = 0;
            for (nint i = 0; i < predictions.Length; i += ChunkLength)
            {
                nint n = Math.Min(ChunkLength, predictions.Length - i);
                sum += Chunk(p + i, t + i, TStep.Weighs ? w + i : null, TStep.Writes ? d + i : null, n, step);
            }

            return sum;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Chunk<T, TStep>(T* p, T* t, T* w, T* d, nint n, TStep step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TStep : struct, IElementwiseStep<T>
    {
        nint lanes = Vector512<T>.Count;
        nint group = 4 * lanes;
        DoubleSum total = default;
        nint i = 0;
        nint full = n & -group;
        while (i < full)
        {
            nint end = Math.Min(full, i + DoubleSum.BlockLength);
            Vector512<T> a0 = Vector512<T>.Zero, a1 = a0, a2 = a0, a3 = a0;
            for (; i < end; i += group)
            {
                Whole(p + i, t + i, w + i, d + i, step, ref a0);
                Whole(p + i + lanes, t + i + lanes, w + i + lanes, d + i + lanes, step, ref a1);
                Whole(p + i + (2 * lanes), t + i + (2 * lanes), w + i + (2 * lanes), d + i + (2 * lanes), step, ref a2);
                Whole(p + i + (3 * lanes), t + i + (3 * lanes), w + i + (3 * lanes), d + i + (3 * lanes), step, ref a3);
            }

            if (TStep.Sums) total.Add(Lanes.Fold(a0, a1, a2, a3));
        }

        if (i < n)
        {
            Vector512<T> rest = Vector512<T>.Zero;
            for (; i < n; i += lanes)
            {
                int count = (int)Math.Min(lanes, n - i);
                Part(p + i, t + i, w + i, d + i, count, step, ref rest);
            }

            if (TStep.Sums) total.Add(rest);
        }

        return TStep.Sums ? total.Total : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Whole<T, TStep>(T* p, T* t, T* w, T* d, TStep step, ref Vector512<T> sum)
        where T : unmanaged
        where TStep : struct, IElementwiseStep<T>
    {
        Vector512<T> weight = TStep.Weighs ? Vector512.Load(w) : default;
        Vector512<T> result = step.Step(Vector512.Load(p), Vector512.Load(t), weight, ref sum);
        if (TStep.Writes) result.Store(d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Part<T, TStep>(T* p, T* t, T* w, T* d, int count, TStep step, ref Vector512<T> sum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TStep : struct, IElementwiseStep<T>
    {
        Vector512<T> weight = TStep.Weighs ? Lanes.LoadFirst(w, count) : default;
        Vector512<T> stepped = sum;
        Vector512<T> result = step.Step(Lanes.LoadFirst(p, count), Lanes.LoadFirst(t, count), weight, ref stepped);

        // The lanes past the end hold zeros, whose loss need not be zero.
        sum = Vector512.ConditionalSelect(Lanes.FirstLanes<T>(count), stepped, sum);
        if (TStep.Writes) Lanes.StoreFirst(result, d, count);
    }
}
