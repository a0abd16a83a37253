using System.Numerics;
using System.Numerics.Tensors;
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

/// <summary>What scaled exponentials are multiplied by, and what is added to each then.</summary>
internal readonly record struct RowScale(double Factor, double Addend = 0);

/// <summary>How <see cref="ScaleExp{V, T}"/> writes.</summary>
internal interface IScaleWrite
{
    /// <summary>Past the cache.</summary>
    static abstract bool IsStreamed { get; }

    /// <summary>With <see cref="RowScale.Addend"/>.</summary>
    static abstract bool IsAdded { get; }
}

internal readonly struct Stored : IScaleWrite
{
    public static bool IsStreamed => false;

    public static bool IsAdded => false;
}

internal readonly struct Streamed : IScaleWrite
{
    public static bool IsStreamed => true;

    public static bool IsAdded => false;
}

internal readonly struct Added : IScaleWrite
{
    public static bool IsStreamed => false;

    public static bool IsAdded => true;
}

/// <summary>The passes of <see cref="ScaleExp"/> on one register.</summary>
internal static unsafe class ScaleExp<V, T>
    where V : unmanaged, IPacked<V, T>, IVector<V>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>destination[i] = source[i] * factor + addend, where source holds scaled exponentials.</summary>
    public static void Reload(T* source, T* destination, nint n, RowScale scale, bool isReduced, int threads)
    {
        if (isReduced) Reload(source, destination, n, RowPowers.Reduction<T>(), threads);
        T* from = isReduced ? destination : source;
        if (scale.Addend == 0) Reload(from, destination, n, scale.Factor, threads);
        else Chunked<No, NoShift, Added>(from, destination, n, default, scale, threads);
    }

    /// <summary>The same of exponentials that need no reduction, and with nothing added.</summary>
    public static void Reload(T* source, T* destination, nint n, double factor, int threads = 0) =>
        Chunked<No, NoShift, Stored>(source, destination, n, default, new(factor), threads);

    /// <summary>destination[i] = e^x[i] 2^Exponent, less the shift, * factor + addend. x may be the destination.</summary>
    public static void Recompute(
        T* x, T* destination, nint n, in RowShift<T> shift, RowScale scale, bool isReduced, int threads = 0)
    {
        Recompute(x, destination, n, shift, isReduced ? RowPowers.Reduction<T>() : scale.Factor, threads);
        if (isReduced) Reload(destination, destination, n, scale, false, threads);
        else if (scale.Addend != 0) TensorPrimitives.Add(new ReadOnlySpan<T>(destination, (int)n), T.CreateTruncating(scale.Addend), new(destination, (int)n));
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
        if (streams) Chunked<Yes, TShift, Streamed>(x, destination, n, shift, new(factor), threads);
        else Chunked<Yes, TShift, Stored>(x, destination, n, shift, new(factor), threads);
    }

    private static void Chunked<TExp, TShift, TWrite>(
        T* source, T* destination, nint n, in RowShift<T> shift, RowScale rowScale, int threads)
        where TExp : struct, IFlag
        where TShift : struct, IShift
        where TWrite : struct, IScaleWrite
    {
        if (!Chunks.IsParallel(n, threads))
        {
            Run<TExp, TShift, TWrite>(source, destination, n, shift, rowScale);
            return;
        }

        Piece<TExp, TShift, TWrite> piece = new(source, destination, n, shift, rowScale);
        Chunks.For(Chunks.Count(n, PieceLength), n, threads, piece);
    }

    /// <summary>What a thread takes of a long row at a time.</summary>
    private const int PieceLength = 65536;

    private readonly struct Piece<TExp, TShift, TWrite>(
        T* source, T* destination, nint n, RowShift<T> shift, RowScale rowScale) : IChunkBody
        where TExp : struct, IFlag
        where TShift : struct, IShift
        where TWrite : struct, IScaleWrite
    {
        public void Run(int chunk)
        {
            nint start = (nint)chunk * PieceLength;
            ScaleExp<V, T>.Run<TExp, TShift, TWrite>(
                source + start, destination + start, Math.Min(PieceLength, n - start), shift, rowScale);
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
    private static void Run<TExp, TShift, TWrite>(
        T* source, T* destination, nint n, in RowShift<T> shift, RowScale rowScale)
        where TExp : struct, IFlag
        where TShift : struct, IShift
        where TWrite : struct, IScaleWrite
    {
        nint i = 0;
        if (TWrite.IsStreamed)
        {
            // Non-temporal stores need whole aligned vectors; element-wise work may start anywhere.
            i = Math.Min(n, ((64 - ((nint)destination & 63)) & 63) / sizeof(T));
            if (i > 0) Part<TExp, TShift, TWrite>(source, destination, i, shift, rowScale);
        }

        nint whole = (n - i) & -(4 * V.Count);
        if (whole > 0) Whole<TExp, TShift, TWrite>(source + i, destination + i, whole, shift, rowScale);
        i += whole;
        if (i < n) Part<TExp, TShift, TWrite>(source + i, destination + i, n - i, shift, rowScale);
        if (TWrite.IsStreamed && Sse.IsSupported) Sse.StoreFence(); // other threads must see the stores before what follows
    }

    /// <summary>Whole fours of registers. It calls nothing, for a constant in a register does not outlive a call.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Whole<TExp, TShift, TWrite>(
        T* source, T* destination, nint n, in RowShift<T> shift, RowScale rowScale)
        where TExp : struct, IFlag
        where TShift : struct, IShift
        where TWrite : struct, IScaleWrite
    {
        ExpKernel<V, T> exp = default;
        if (TExp.Value) exp = ExpKernel<V, T>.Of<TShift>(ExpSum.Exponent<T>(), shift);
        V scale = V.Parameter(rowScale.Factor), least = Least(V.Parameter(1 / Math.Abs(rowScale.Factor))), addend = V.Parameter(rowScale.Addend);
        nint step = V.Count;
        if (TExp.Value && V.Count < DoubleSum<V, T>.Lanes)
        {
            // 16 registers hold one exponential at a time.
            for (nint i = 0; i < n; i += step)
            {
                V v = Scaled<TExp, TShift, TWrite>(V.Load(source + i), exp, least, scale, addend);
                Store<TWrite>(v, destination + i);
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
            v0 = Scaled<TExp, TShift, TWrite>(v0, exp, least, scale, addend);
            v1 = Scaled<TExp, TShift, TWrite>(v1, exp, least, scale, addend);
            v2 = Scaled<TExp, TShift, TWrite>(v2, exp, least, scale, addend);
            v3 = Scaled<TExp, TShift, TWrite>(v3, exp, least, scale, addend);
            Store<TWrite>(v0, destination + i);
            Store<TWrite>(v1, destination + i + step);
            Store<TWrite>(v2, destination + i + (2 * step));
            Store<TWrite>(v3, destination + i + (3 * step));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Scaled<TExp, TShift, TWrite>(
        V v, in ExpKernel<V, T> exp, V least, V scale, V addend)
        where TExp : struct, IFlag
        where TShift : struct, IShift
        where TWrite : struct, IScaleWrite
    {
        if (TExp.Value) v = exp.Exp<TShift>(v);
        v = V.ZeroBelow(v, least) * scale;
        return TWrite.IsAdded ? v + addend : v;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TWrite>(V v, T* destination)
        where TWrite : struct, IScaleWrite
    {
        if (TWrite.IsStreamed) V.StoreNonTemporal(v, destination);
        else V.Store(v, destination);
    }

    /// <summary>The elements that fill no four registers. Apart from the loop, so that its constants stay in registers.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Part<TExp, TShift, TWrite>(
        T* source, T* destination, nint n, in RowShift<T> shift, RowScale rowScale)
        where TExp : struct, IFlag
        where TShift : struct, IShift
        where TWrite : struct, IScaleWrite
    {
        ExpKernel<V, T> exp = default;
        if (TExp.Value) exp = ExpKernel<V, T>.Of<TShift>(ExpSum.Exponent<T>(), shift);
        V scale = V.Parameter(rowScale.Factor), least = Least(V.Parameter(1 / Math.Abs(rowScale.Factor))), addend = V.Parameter(rowScale.Addend);
        nint i = 0;
        for (; i <= n - V.Count; i += V.Count) V.Store(Scaled<TExp, TShift, TWrite>(V.Load(source + i), exp, least, scale, addend), destination + i);
        int rest = (int)(n - i);
        if (rest > 0) V.StoreFirst(Scaled<TExp, TShift, TWrite>(V.LoadFirst(source + i, rest), exp, least, scale, addend), destination + i, rest);
    }
}
