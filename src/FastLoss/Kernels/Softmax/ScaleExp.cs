using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace FastLoss.Kernels;

/// <summary>
/// Turns scaled exponentials into what is stored for them: e^x 2^Exponent times a factor, 0 where the result
/// would be subnormal (a microcode assist each) and so where the exponential was clamped. Exponentials come from memory or are
/// computed again from the logits: the bits are the same, so which is faster may decide.
/// </summary>
internal static class ScaleExp
{
    /// <summary>
    /// From this many bytes on the destination no longer fits a cache next to its reader: computing again and storing past
    /// the cache then costs less than reloading (0.41 against 0.46 ns per float at 8M elements; but 0.43 against 0.30 at 4M, with
    /// 32 MB of third-level cache).
    /// </summary>
    public const nint StreamBytes = 24 << 20;
}

/// <summary>The passes of <see cref="ScaleExp"/> on one register.</summary>
internal static unsafe class ScaleExp<V, T>
    where V : unmanaged, IPacked<V, T>, IVector<V>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>destination[i] = source[i] * factor, where source holds scaled exponentials.</summary>
    public static void Reload(T* source, T* destination, nint n, double factor, bool isReduced, int threads)
    {
        if (isReduced) Reload(source, destination, n, RowPowers.Reduction<T>(), threads);
        Reload(isReduced ? destination : source, destination, n, factor, threads);
    }

    /// <summary>The same of exponentials that need no reduction.</summary>
    public static void Reload(T* source, T* destination, nint n, double factor, int threads = 0) =>
        Chunked<No, NoShift, No>(source, destination, n, default, factor, threads);

    /// <summary>destination[i] = e^x[i] 2^Exponent, less the shift, * factor. x may be the destination.</summary>
    public static void Recompute(
        T* x, T* destination, nint n, in RowShift<T> shift, double factor, bool isReduced, int threads = 0)
    {
        Recompute(x, destination, n, shift, isReduced ? RowPowers.Reduction<T>() : factor, threads);
        if (isReduced) Reload(destination, destination, n, factor, threads);
    }

    /// <summary>The same of exponentials that need no reduction.</summary>
    public static void Recompute(
        T* x, T* destination, nint n, in RowShift<T> shift, double factor, int threads = 0)
    {
        bool streams = n * sizeof(T) >= ScaleExp.StreamBytes && x != destination && ((nint)destination & (sizeof(T) - 1)) == 0;
        if (shift.IsNone) Recompute<NoShift>(x, destination, n, shift, factor, threads, streams);
        else if (shift.Offset == T.Zero) Recompute<Divided>(x, destination, n, shift, factor, threads, streams);
        else Recompute<Subtracted>(x, destination, n, shift, factor, threads, streams);
    }

    private static void Recompute<TShift>(
        T* x, T* destination, nint n, in RowShift<T> shift, double factor, int threads, bool streams)
        where TShift : struct, IShift
    {
        if (streams) Chunked<Yes, TShift, Yes>(x, destination, n, shift, factor, threads);
        else Chunked<Yes, TShift, No>(x, destination, n, shift, factor, threads);
    }

    private static void Chunked<TExp, TShift, TStreamed>(
        T* source, T* destination, nint n, in RowShift<T> shift, double factor, int threads)
        where TExp : struct, IFlag
        where TShift : struct, IShift
        where TStreamed : struct, IFlag
    {
        if (!Chunks.IsParallel(n, threads))
        {
            Run<TExp, TShift, TStreamed>(source, destination, n, shift, factor);
            return;
        }

        Piece<TExp, TShift, TStreamed> piece = new(source, destination, n, shift, factor);
        Chunks.For(Chunks.Count(n, PieceLength), n, threads, piece);
    }

    /// <summary>What a thread takes of a long row at a time.</summary>
    private const int PieceLength = 65536;

    private readonly struct Piece<TExp, TShift, TStreamed>(
        T* source, T* destination, nint n, RowShift<T> shift, double factor) : IChunkBody
        where TExp : struct, IFlag
        where TShift : struct, IShift
        where TStreamed : struct, IFlag
    {
        public void Run(int chunk)
        {
            nint start = (nint)chunk * PieceLength;
            ScaleExp<V, T>.Run<TExp, TShift, TStreamed>(
                source + start, destination + start, Math.Min(PieceLength, n - start), shift, factor);
        }
    }

    /// <summary>
    /// The scaled exponential below which nothing is kept: above what the kernel clamps to, and above what dividing by
    /// <paramref name="divisor"/> would make subnormal. A NaN divisor keeps all, and so shows in the whole row.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Least(V divisor)
    {
        V smallest = RowPowers.SmallestNormal<T>();
        return V.Max(smallest * 1.5, smallest * divisor);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Run<TExp, TShift, TStreamed>(
        T* source, T* destination, nint n, in RowShift<T> shift, double factor)
        where TExp : struct, IFlag
        where TShift : struct, IShift
        where TStreamed : struct, IFlag
    {
        nint i = 0;
        if (TStreamed.Value)
        {
            // Non-temporal stores need whole aligned vectors; element-wise work may start anywhere.
            i = Math.Min(n, ((64 - ((nint)destination & 63)) & 63) / sizeof(T));
            if (i > 0) Part<TExp, TShift>(source, destination, i, shift, factor);
        }

        nint whole = (n - i) & -(4 * V.Count);
        if (whole > 0) Whole<TExp, TShift, TStreamed>(source + i, destination + i, whole, shift, factor);
        i += whole;
        if (i < n) Part<TExp, TShift>(source + i, destination + i, n - i, shift, factor);
        if (TStreamed.Value && Sse.IsSupported) Sse.StoreFence(); // other threads must see the stores before what follows
    }

    /// <summary>Whole fours of registers. It calls nothing, for a constant in a register does not outlive a call.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Whole<TExp, TShift, TStreamed>(
        T* source, T* destination, nint n, in RowShift<T> shift, double factor)
        where TExp : struct, IFlag
        where TShift : struct, IShift
        where TStreamed : struct, IFlag
    {
        ExpKernel<V, T> exp = default;
        if (TExp.Value) exp = ExpKernel<V, T>.Of<TShift>(ExpSum.Exponent<T>(), shift);
        V scale = V.Parameter(factor), least = Least(V.Parameter(1 / Math.Abs(factor)));
        nint step = V.Count;
        if (TExp.Value && V.Count < DoubleSum<V, T>.Lanes)
        {
            // 16 registers hold one exponential at a time.
            for (nint i = 0; i < n; i += step)
            {
                V v = Scaled<TExp, TShift>(V.Load(source + i), exp, least, scale);
                Store<TStreamed>(v, destination + i);
            }

            return;
        }

        // Four loads ahead of the stores: 2 % less than each in its turn, where the source is the destination.
        for (nint i = 0; i < n; i += 4 * step)
        {
            V v0 = V.Load(source + i);
            V v1 = V.Load(source + i + step);
            V v2 = V.Load(source + i + (2 * step));
            V v3 = V.Load(source + i + (3 * step));
            v0 = Scaled<TExp, TShift>(v0, exp, least, scale);
            v1 = Scaled<TExp, TShift>(v1, exp, least, scale);
            v2 = Scaled<TExp, TShift>(v2, exp, least, scale);
            v3 = Scaled<TExp, TShift>(v3, exp, least, scale);
            Store<TStreamed>(v0, destination + i);
            Store<TStreamed>(v1, destination + i + step);
            Store<TStreamed>(v2, destination + i + (2 * step));
            Store<TStreamed>(v3, destination + i + (3 * step));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Scaled<TExp, TShift>(
        V v, in ExpKernel<V, T> exp, V least, V scale)
        where TExp : struct, IFlag
        where TShift : struct, IShift
    {
        if (TExp.Value) v = exp.Exp<TShift>(v);
        return V.ZeroBelow(v, least) * scale;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TStreamed>(V v, T* destination)
        where TStreamed : struct, IFlag
    {
        if (TStreamed.Value) V.StoreNonTemporal(v, destination);
        else V.Store(v, destination);
    }

    /// <summary>The elements that fill no four registers. Apart from the loop, so that its constants stay in registers.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Part<TExp, TShift>(
        T* source, T* destination, nint n, in RowShift<T> shift, double factor)
        where TExp : struct, IFlag
        where TShift : struct, IShift
    {
        ExpKernel<V, T> exp = default;
        if (TExp.Value) exp = ExpKernel<V, T>.Of<TShift>(ExpSum.Exponent<T>(), shift);
        V scale = V.Parameter(factor), least = Least(V.Parameter(1 / Math.Abs(factor)));
        nint i = 0;
        for (; i <= n - V.Count; i += V.Count) V.Store(Scaled<TExp, TShift>(V.Load(source + i), exp, least, scale), destination + i);
        int rest = (int)(n - i);
        if (rest > 0) V.StoreFirst(Scaled<TExp, TShift>(V.LoadFirst(source + i, rest), exp, least, scale), destination + i, rest);
    }
}
