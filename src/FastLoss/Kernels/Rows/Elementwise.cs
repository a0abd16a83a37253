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
    public const int ChunkLength = LossTally.BlockLength;

    /// <summary>Runs the pass; empty <paramref name="weights"/> or <paramref name="destination"/> where the step uses none.</summary>
    public static double Run<T, TStep>(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, ReadOnlySpan<T> weights, Span<T> destination, TStep step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TStep : struct, IElementwiseStep<T>
    {
        if (!TStep.Weighs && predictions.Length <= ChunkLength)
        {
            fixed (T* p = predictions)
            fixed (T* t = targets)
            fixed (T* d = destination) return Chunk(p, t, null, d, predictions.Length, step);
        }

        WeightTotal total = default;
        ExactSum sum = default;
        Run(predictions, targets, default, weights, default, destination, default, new TwoInputs<T, TStep>(step), ref total, ref sum);
        return sum.ToDouble();
    }

    /// <summary>
    /// Runs a pass of three inputs and two destinations; each may be empty where the step does not use it. The sums of chunks are added
    /// exactly to <paramref name="sum"/>.
    /// </summary>
    [SkipLocalsInit]
    public static void Run<T, TStep>(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        ReadOnlySpan<T> thirds,
        ReadOnlySpan<T> weights,
        ReadOnlySpan<bool> mask,
        Span<T> destination,
        Span<T> secondDestination,
        TStep step,
        ref WeightTotal total,
        ref ExactSum sum)
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
            for (nint i = 0; i < predictions.Length; i += ChunkLength)
            {
                nint n = Math.Min(ChunkLength, predictions.Length - i);
                T* weight = TStep.Weighs ? ElementWeights.Of(w, m, i, n, buffer) : null;
                if (TStep.Weighs) total.Add(weight, n);
                double chunk = Chunk(p + i, t + i, u + i, weight, d + i, e + i, n, step);
                if (TStep.Sums) sum.Add(chunk);
            }
        }
    }

    /// <summary>Runs the pass over at most <see cref="ChunkLength"/> elements.</summary>
    public static double Chunk<T, TStep>(T* p, T* t, T* w, T* d, nint n, TStep step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TStep : struct, IElementwiseStep<T> => Chunk(p, t, null, w, d, null, n, new TwoInputs<T, TStep>(step));

    private static double Chunk<T, TStep>(T* p, T* t, T* u, T* w, T* d, T* e, nint n, TStep step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TStep : struct, IThreeInputStep<T>
    {
        // Four copies of value and derivative are over the JIT's limit where a vector is two registers (see Loop).
        bool isUnrolled = TStep.IsLight && (Avx512F.IsSupported || !(TStep.Sums && TStep.Writes));
        return isUnrolled
            ? Groups(p, t, u, w, d, e, n, step)
            : Loop<T, TStep, No>(p, t, u, w, d, e, 0, n, step, null, default);
    }

    /// <summary>
    /// Light steps, four vectors at a time. In a method whose only call comes last, so that the accumulators stay in
    /// registers (squared error at 4096: 0.04 ns against 0.17); a call that has nothing left to do costs it nothing.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static double Groups<T, TStep>(T* p, T* t, T* u, T* w, T* d, T* e, nint n, TStep step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TStep : struct, IThreeInputStep<T>
    {
        nint lanes = Vector512<T>.Count;
        nint full = n & -(4 * lanes);
        DoubleSum total = default;
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
            if (TStep.Sums) total.Add(Lanes.Fold(a0, a1, a2, a3));
        }

        if (Avx512F.IsSupported || i == n)
        {
            // The bits of Loop, which rotates the accumulators too.
            for (; i < n; i += lanes)
            {
                int count = (int)Math.Min(lanes, n - i);
                Vector512<T> last = a0;
                Part(p, t, u, w, d, e, i, count, step, ref last);
                last = Lanes.Select(Lanes.FirstLanes<T>(count), last, a0);
                a0 = a1;
                a1 = a2;
                a2 = a3;
                a3 = last;
            }

            if (TStep.Sums) total.Add(Lanes.Fold(a0, a1, a2, a3));
            return TStep.Sums ? total.Total : 0;
        }

        Vector512<T>* unfinished = stackalloc Vector512<T>[4];
        unfinished[0] = a0;
        unfinished[1] = a1;
        unfinished[2] = a2;
        unfinished[3] = a3;
        return Loop<T, TStep, Yes>(p, t, u, w, d, e, i, n, step, unfinished, total);
    }

    /// <summary>
    /// The loop from <paramref name="i"/> on, a multiple of four vectors; <paramref name="unfinished"/> holds the accumulators of a
    /// block that was begun before, or is null. Long formulas decide its form: a method ends at the JIT's 512 locals, and what is
    /// over becomes calls, operation by operation (20 times the time). So there is one copy of the step, which takes the last
    /// part of a vector from a buffer; a light one has a second for it. (A comparison of types is folded before inlining, a
    /// static property after it.)
    /// </summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static double Loop<T, TStep, TLight>(
        T* p, T* t, T* u, T* w, T* d, T* e, nint i, nint n, TStep step, Vector512<T>* unfinished, DoubleSum total)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TStep : struct, IThreeInputStep<T>
    {
        nint lanes = Vector512<T>.Count;
        T* buffer = stackalloc T[6 * Vector512<T>.Count];
        Vector512<T> a0 = Vector512<T>.Zero, a1 = a0, a2 = a0, a3 = a0;
        if (unfinished != null) (a0, a1, a2, a3) = (unfinished[0], unfinished[1], unfinished[2], unfinished[3]);
        while (i < n)
        {
            nint end = Math.Min(n, (i & -DoubleSum.BlockLength) + DoubleSum.BlockLength);
            for (; i < end; i += lanes)
            {
                int count = (int)Math.Min(lanes, end - i);
                T* first = d + i;
                T* second = e + i;
                if (typeof(TLight) == typeof(No) && count < lanes)
                {
                    p = ElementwiseTail.Read(p + i, buffer, count) - i;
                    t = ElementwiseTail.Read(t + i, buffer + lanes, count) - i;
                    if (TStep.ReadsThird) u = ElementwiseTail.Read(u + i, buffer + (2 * lanes), count) - i;
                    if (TStep.Weighs) w = ElementwiseTail.Read(w + i, buffer + (3 * lanes), count) - i;
                    d = buffer + (4 * lanes) - i;
                    e = buffer + (5 * lanes) - i;
                }

                Vector512<T> sum = a0;
                if (typeof(TLight) == typeof(Yes) && count < lanes) Part(p, t, u, w, d, e, i, count, step, ref sum);
                else Whole(p, t, u, w, d, e, i, step, ref sum);

                // The lanes past the end hold zeros, whose loss need not be zero.
                if (count < lanes) sum = Lanes.Select(Lanes.FirstLanes<T>(count), sum, a0);
                if (typeof(TLight) == typeof(No) && count < lanes)
                {
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

        return TStep.Sums ? total.Total : 0;
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Part<T, TStep>(T* p, T* t, T* u, T* w, T* d, T* e, nint i, int count, TStep step, ref Vector512<T> sum)
        where T : unmanaged, INumberBase<T>
        where TStep : struct, IThreeInputStep<T>
    {
        Vector512<T> third = TStep.ReadsThird ? Lanes.LoadFirst(u + i, count) : default;
        Vector512<T> weight = TStep.Weighs ? Lanes.LoadFirst(w + i, count) : default;
        Vector512<T> result = step.Step(
            Lanes.LoadFirst(p + i, count), Lanes.LoadFirst(t + i, count), third, weight, ref sum, out Vector512<T> second);
        if (TStep.Writes) Lanes.StoreFirst(result, d + i, count);
        if (TStep.WritesSecond) Lanes.StoreFirst(second, e + i, count);
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
