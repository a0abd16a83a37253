using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

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

    /// <summary>Whether the step is so short that the loop's own instructions count: then four vectors are taken at a time.</summary>
    static virtual bool IsLight => false;

    /// <summary>Adds to <paramref name="sum"/> what the elements contribute; returns what is written for them.</summary>
    Vector512<T> Step(Vector512<T> prediction, Vector512<T> target, Vector512<T> weight, ref Vector512<T> sum);
}

/// <summary>A step with a third input, such as a variance, and two results to write.</summary>
internal interface IThreeInputStep<T>
{
    static abstract bool Sums { get; }

    /// <summary>Whether the pass writes the first result.</summary>
    static abstract bool Writes { get; }

    /// <summary>Whether the pass writes the second result.</summary>
    static abstract bool WritesSecond { get; }

    static abstract bool ReadsThird { get; }

    static abstract bool Weighs { get; }

    static virtual bool IsLight => false;

    Vector512<T> Step(
        Vector512<T> prediction, Vector512<T> target, Vector512<T> third, Vector512<T> weight, ref Vector512<T> sum, out Vector512<T> second);
}

/// <summary>A step of two inputs and one result as one of three and two.</summary>
internal readonly struct TwoInputs<T, TStep>(TStep step) : IThreeInputStep<T>
    where TStep : struct, IElementwiseStep<T>
{
    public static bool Sums => TStep.Sums;

    public static bool Writes => TStep.Writes;

    public static bool WritesSecond => false;

    public static bool ReadsThird => false;

    public static bool Weighs => TStep.Weighs;

    public static bool IsLight => TStep.IsLight;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Step(
        Vector512<T> prediction, Vector512<T> target, Vector512<T> third, Vector512<T> weight, ref Vector512<T> sum, out Vector512<T> second)
    {
        second = default;
        return step.Step(prediction, target, weight, ref sum);
    }
}

/// <summary>
/// The one loop over pairs (or triples) of elements: every element-wise loss, its gradient, and both together. Four accumulators
/// of one <see cref="Vector512{T}"/> each take vectors in turn, are folded per block into doubles, and chunks are added in
/// index order: the bits depend on the data and its length alone.
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
        WeightTotal total = default;
        return Run(predictions, targets, default, weights, default, destination, default, new TwoInputs<T, TStep>(step), ref total);
    }

    /// <summary>Runs a pass of three inputs and two destinations; each may be empty where the step does not use it.</summary>
    [SkipLocalsInit]
    public static double Run<T, TStep>(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<T> thirds,
        ReadOnlySpan<T> weights,
        ReadOnlySpan<bool> mask,
        Span<T> destination,
        Span<T> secondDestination,
        TStep step,
        ref WeightTotal total)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TStep : struct, IThreeInputStep<T>
    {
        T* buffer = stackalloc T[TStep.Weighs && !mask.IsEmpty ? Math.Min(ChunkLength, mask.Length) : 1];
        fixed (T* p = predictions)
        fixed (T* t = targets)
        fixed (T* u = thirds)
        fixed (T* w = weights)
        fixed (bool* m = mask)
        fixed (T* d = destination)
        fixed (T* e = secondDestination)
        {
            double sum = 0;
            for (nint i = 0; i < predictions.Length; i += ChunkLength)
            {
                nint n = Math.Min(ChunkLength, predictions.Length - i);
                T* weight = TStep.Weighs ? ElementWeights.Of(w, m, i, n, buffer) : null;
                if (TStep.Weighs) total.Add(weight, n);
                sum += Chunk(p + i, t + i, u + i, weight, d + i, e + i, n, step);
            }

            return sum;
        }
    }

    /// <summary>Runs the pass over at most <see cref="ChunkLength"/> elements.</summary>
    public static double Chunk<T, TStep>(T* p, T* t, T* w, T* d, nint n, TStep step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TStep : struct, IElementwiseStep<T> => Chunk(p, t, null, w, d, null, n, new TwoInputs<T, TStep>(step));

    private static double Chunk<T, TStep>(T* p, T* t, T* u, T* w, T* d, T* e, nint n, TStep step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TStep : struct, IThreeInputStep<T> =>
        TStep.IsLight ? Loop<T, TStep, Yes>(p, t, u, w, d, e, n, step) : Loop<T, TStep, No>(p, t, u, w, d, e, n, step);

    /// <summary>
    /// The loop. Long formulas decide its form: a method ends at the JIT's 512 locals, and what is over becomes calls, operation by
    /// operation (20 times the time). So there is one copy of the step, which takes the last part of a vector from a buffer; only
    /// a light one has four more, where a vector is one register. (A comparison of types is folded before inlining, a static
    /// property after it.)
    /// </summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static double Loop<T, TStep, TUnrolled>(T* p, T* t, T* u, T* w, T* d, T* e, nint n, TStep step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TStep : struct, IThreeInputStep<T>
    {
        nint lanes = Vector512<T>.Count;
        T* buffer = stackalloc T[6 * Vector512<T>.Count];
        DoubleSum total = default;
        nint i = 0;
        Vector512<T> a0 = Vector512<T>.Zero, a1 = a0, a2 = a0, a3 = a0;
        if (typeof(TUnrolled) == typeof(Yes))
        {
            Vector512<T>* unfinished = stackalloc Vector512<T>[4];
            i = Groups(p, t, u, w, d, e, n, step, unfinished, ref total);
            (a0, a1, a2, a3) = (unfinished[0], unfinished[1], unfinished[2], unfinished[3]);
        }

        while (i < n)
        {
            // Blocks start at their multiples; one that was begun above goes on here.
            nint end = Math.Min(n, (i & -DoubleSum.BlockLength) + DoubleSum.BlockLength);
            for (; i < end; i += lanes)
            {
                int count = (int)Math.Min(lanes, end - i);
                T* first = d + i;
                T* second = e + i;
                if (count < lanes)
                {
                    p = ElementwiseTail.Read(p + i, buffer, count) - i;
                    t = ElementwiseTail.Read(t + i, buffer + lanes, count) - i;
                    if (TStep.ReadsThird) u = ElementwiseTail.Read(u + i, buffer + (2 * lanes), count) - i;
                    if (TStep.Weighs) w = ElementwiseTail.Read(w + i, buffer + (3 * lanes), count) - i;
                    d = buffer + (4 * lanes) - i;
                    e = buffer + (5 * lanes) - i;
                }

                Vector512<T> sum = a0;
                Whole(p, t, u, w, d, e, i, step, ref sum);
                if (count < lanes)
                {
                    // The lanes past the end hold zeros, whose loss need not be zero.
                    sum = Lanes.Select(Lanes.FirstLanes<T>(count), sum, a0);
                    if (TStep.Writes) ElementwiseTail.Write(buffer + (4 * lanes), first, count);
                    if (TStep.WritesSecond) ElementwiseTail.Write(buffer + (5 * lanes), second, count);
                }

                a0 = a1;
                a1 = a2;
                a2 = a3;
                a3 = sum;
            }

            if (TStep.Sums) total.Add(Lanes.Fold(a0, a1, a2, a3));
            a0 = a1 = a2 = a3 = Vector512<T>.Zero;
        }

        if (TStep.Sums) total.Add(Lanes.Fold(a0, a1, a2, a3));
        return TStep.Sums ? total.Total : 0;
    }

    /// <summary>
    /// The whole groups of four vectors, in a method without calls, whose accumulators so stay in registers (squared error at 4096: 0.04
    /// ns against 0.17). Returns where it ended; the accumulators of a block it did not finish are left in
    /// <paramref name="unfinished"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static nint Groups<T, TStep>(
        T* p, T* t, T* u, T* w, T* d, T* e, nint n, TStep step, Vector512<T>* unfinished, ref DoubleSum total)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TStep : struct, IThreeInputStep<T>
    {
        nint lanes = Vector512<T>.Count;
        nint full = n & -(4 * lanes);
        DoubleSum sum = default;
        Vector512<T> a0, a1, a2, a3;
        nint i = 0;
        while (true)
        {
            a0 = a1 = a2 = a3 = Vector512<T>.Zero;
            nint blockEnd = i + DoubleSum.BlockLength;
            nint end = Math.Min(full, blockEnd);
            for (; i < end; i += 4 * lanes)
            {
                Whole(p, t, u, w, d, e, i, step, ref a0);
                Whole(p, t, u, w, d, e, i + lanes, step, ref a1);
                Whole(p, t, u, w, d, e, i + (2 * lanes), step, ref a2);
                Whole(p, t, u, w, d, e, i + (3 * lanes), step, ref a3);
            }

            if (i < blockEnd) break;
            if (TStep.Sums) sum.Add(Lanes.Fold(a0, a1, a2, a3));
        }

        total = sum;
        unfinished[0] = a0;
        unfinished[1] = a1;
        unfinished[2] = a2;
        unfinished[3] = a3;
        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Whole<T, TStep>(T* p, T* t, T* u, T* w, T* d, T* e, nint i, TStep step, ref Vector512<T> sum)
        where T : unmanaged
        where TStep : struct, IThreeInputStep<T>
    {
        Vector512<T> third = TStep.ReadsThird ? Vector512.Load(u + i) : default;
        Vector512<T> weight = TStep.Weighs ? Vector512.Load(w + i) : default;
        Vector512<T> result = step.Step(
            Vector512.Load(p + i), Vector512.Load(t + i), third, weight, ref sum, out Vector512<T> second);
        if (TStep.Writes) result.Store(d + i);
        if (TStep.WritesSecond) second.Store(e + i);
    }
}

/// <summary>The last part of a vector by way of a buffer, out of line: it happens once a call.</summary>
internal static unsafe class ElementwiseTail
{
    /// <summary>Fills a vector's length of <paramref name="buffer"/> with the first elements of source, and zeros.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static T* Read<T>(T* source, T* buffer, int count)
        where T : unmanaged, INumberBase<T>
    {
        Lanes.LoadFirst(source, count).Store(buffer);
        return buffer;
    }

    /// <summary>Writes the first elements of the buffer to the destination and nothing past them.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Write<T>(T* buffer, T* destination, int count)
        where T : unmanaged, INumberBase<T> => Lanes.StoreFirst(Vector512.Load(buffer), destination, count);
}
