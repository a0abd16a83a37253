using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FastLoss.Kernels;

/// <summary>
/// Turns scaled exponentials into what is stored for them: e^x 2^Exponent times a factor, 0 where the result
/// would be subnormal (a microcode assist each) and so where the exponential was clamped. Exponentials come from memory or are
/// computed again from the logits: the bits are the same, so which is faster may decide.
/// </summary>
internal static unsafe class ScaleExp
{
    /// <summary>
    /// From this many bytes on the destination no longer fits a cache next to its reader: computing again and storing past
    /// the cache then costs less than reloading (0.41 against 0.46 ns per float at 8M elements; but 0.43 against 0.30 at 4M, with
    /// 32 MB of third-level cache).
    /// </summary>
    public const nint StreamBytes = 24 << 20;

    /// <summary>destination[i] = source[i] * factor, where source holds scaled exponentials.</summary>
    public static void Reload<T>(T* source, T* destination, nint n, double factor, bool isReduced, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (isReduced) Reload(source, destination, n, RowPowers.Reduction<T>(), threads);
        Reload(isReduced ? destination : source, destination, n, factor, threads);
    }

    /// <summary>The same of exponentials that need no reduction.</summary>
    public static void Reload<T>(T* source, T* destination, nint n, double factor, int threads = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Chunked<T, No, NoShift, No>(source, destination, n, default, factor, threads);

    /// <summary>destination[i] = e^x[i] 2^Exponent, less the shift, * factor. x may be the destination.</summary>
    public static void Recompute<T>(
        T* x, T* destination, nint n, in RowShift<T> shift, double factor, bool isReduced, int threads = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Recompute(x, destination, n, shift, isReduced ? RowPowers.Reduction<T>() : factor, threads);
        if (isReduced) Reload(destination, destination, n, factor, threads);
    }

    /// <summary>The same of exponentials that need no reduction.</summary>
    public static void Recompute<T>(
        T* x, T* destination, nint n, in RowShift<T> shift, double factor, int threads = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool streams = n * sizeof(T) >= StreamBytes && x != destination && ((nint)destination & (sizeof(T) - 1)) == 0;
        if (shift.IsNone) Recompute<T, NoShift>(x, destination, n, shift, factor, threads, streams);
        else if (shift.Offset == T.Zero) Recompute<T, Divided>(x, destination, n, shift, factor, threads, streams);
        else Recompute<T, Subtracted>(x, destination, n, shift, factor, threads, streams);
    }

    private static void Recompute<T, TShift>(
        T* x, T* destination, nint n, in RowShift<T> shift, double factor, int threads, bool streams)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TShift : struct, IShift
    {
        if (streams) Chunked<T, Yes, TShift, Yes>(x, destination, n, shift, factor, threads);
        else Chunked<T, Yes, TShift, No>(x, destination, n, shift, factor, threads);
    }

    private static void Chunked<T, TExp, TShift, TStreamed>(
        T* source, T* destination, nint n, in RowShift<T> shift, double factor, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TExp : struct, IFlag
        where TShift : struct, IShift
        where TStreamed : struct, IFlag
    {
        if (!Chunks.IsParallel(n, threads))
        {
            Run<T, TExp, TShift, TStreamed>(source, destination, n, shift, factor);
            return;
        }

        Piece<T, TExp, TShift, TStreamed> piece = new(source, destination, n, shift, factor);
        Chunks.For(Chunks.Count(n, PieceLength), n, threads, piece);
    }

    /// <summary>What a thread takes of a long row at a time.</summary>
    private const int PieceLength = 65536;

    private readonly struct Piece<T, TExp, TShift, TStreamed>(
        T* source, T* destination, nint n, RowShift<T> shift, double factor) : IChunkBody
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TExp : struct, IFlag
        where TShift : struct, IShift
        where TStreamed : struct, IFlag
    {
        public void Run(int chunk)
        {
            nint start = (nint)chunk * PieceLength;
            ScaleExp.Run<T, TExp, TShift, TStreamed>(
                source + start, destination + start, Math.Min(PieceLength, n - start), shift, factor);
        }
    }

    /// <summary>
    /// The scaled exponential below which nothing is kept: above what the kernel clamps to, and above what dividing by
    /// <paramref name="divisor"/> would make subnormal. A NaN divisor keeps all, and so shows in the whole row.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Least<T>(Vector512<T> divisor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<T> smallest = VectorMath.Of<T>(typeof(T) == typeof(float) ? 1.1754943508222875e-38 : 2.2250738585072014e-308);
        return Lanes.AtLeast(smallest * VectorMath.Of<T>(1.5), smallest * divisor);
    }

    private static void Run<T, TExp, TShift, TStreamed>(T* source, T* destination, nint n, in RowShift<T> shift, double factor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TExp : struct, IFlag
        where TShift : struct, IShift
        where TStreamed : struct, IFlag
    {
        if (Avx512F.IsSupported) Run<T, Vector512<T>, Register512<T>, TExp, TShift, TStreamed>(source, destination, n, shift, factor);
        else if (Avx2.IsSupported) Run<T, Vector256<T>, Register256<T>, TExp, TShift, TStreamed>(source, destination, n, shift, factor);
        else Run<T, Vector128<T>, Register128<T>, TExp, TShift, TStreamed>(source, destination, n, shift, factor);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Run<T, TVector, TRegister, TExp, TShift, TStreamed>(
        T* source, T* destination, nint n, in RowShift<T> shift, double factor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct
        where TRegister : struct, IRegister<TVector, T>
        where TExp : struct, IFlag
        where TShift : struct, IShift
        where TStreamed : struct, IFlag
    {
        nint i = 0;
        if (TStreamed.Value)
        {
            // Non-temporal stores need whole aligned vectors; element-wise work may start anywhere.
            i = Math.Min(n, ((64 - ((nint)destination & 63)) & 63) / sizeof(T));
            if (i > 0) Part<T, TVector, TRegister, TExp, TShift>(source, destination, i, shift, factor);
        }

        nint whole = (n - i) & -(4 * TRegister.Count);
        if (whole > 0) Whole<T, TVector, TRegister, TExp, TShift, TStreamed>(source + i, destination + i, whole, shift, factor);
        i += whole;
        if (i < n) Part<T, TVector, TRegister, TExp, TShift>(source + i, destination + i, n - i, shift, factor);
        if (TStreamed.Value && Sse.IsSupported) Sse.StoreFence(); // other threads must see the stores before what follows
    }

    /// <summary>Whole fours of registers. It calls nothing, for a constant in a register does not outlive a call.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Whole<T, TVector, TRegister, TExp, TShift, TStreamed>(
        T* source, T* destination, nint n, in RowShift<T> shift, double factor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct
        where TRegister : struct, IRegister<TVector, T>
        where TExp : struct, IFlag
        where TShift : struct, IShift
        where TStreamed : struct, IFlag
    {
        ExpKernel<T, TVector, TRegister> exp = default;
        if (TExp.Value) exp = new(ExpSum.Exponent<T>(), shift);
        TVector scale = TRegister.Create(T.CreateTruncating(factor));
        TVector least = TRegister.Create(Least(Vector512.Create(T.CreateTruncating(1 / Math.Abs(factor))))[0]);
        nint step = TRegister.Count;
        if (TExp.Value && typeof(TVector) != typeof(Vector512<T>))
        {
            // 16 registers hold one exponential at a time.
            for (nint i = 0; i < n; i += step)
            {
                TVector v = Scaled<T, TVector, TRegister, TExp, TShift>(TRegister.Load(source + i), exp, least, scale);
                Store<T, TVector, TRegister, TStreamed>(v, destination + i);
            }

            return;
        }

        // Four loads ahead of the stores: 2 % less than each in its turn, where the source is the destination.
        for (nint i = 0; i < n; i += 4 * step)
        {
            TVector v0 = TRegister.Load(source + i);
            TVector v1 = TRegister.Load(source + i + step);
            TVector v2 = TRegister.Load(source + i + (2 * step));
            TVector v3 = TRegister.Load(source + i + (3 * step));
            v0 = Scaled<T, TVector, TRegister, TExp, TShift>(v0, exp, least, scale);
            v1 = Scaled<T, TVector, TRegister, TExp, TShift>(v1, exp, least, scale);
            v2 = Scaled<T, TVector, TRegister, TExp, TShift>(v2, exp, least, scale);
            v3 = Scaled<T, TVector, TRegister, TExp, TShift>(v3, exp, least, scale);
            Store<T, TVector, TRegister, TStreamed>(v0, destination + i);
            Store<T, TVector, TRegister, TStreamed>(v1, destination + i + step);
            Store<T, TVector, TRegister, TStreamed>(v2, destination + i + (2 * step));
            Store<T, TVector, TRegister, TStreamed>(v3, destination + i + (3 * step));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Scaled<T, TVector, TRegister, TExp, TShift>(
        TVector v, in ExpKernel<T, TVector, TRegister> exp, TVector least, TVector scale)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct
        where TRegister : struct, IRegister<TVector, T>
        where TExp : struct, IFlag
        where TShift : struct, IShift
    {
        if (TExp.Value) v = exp.Exp<TShift>(v);
        return TRegister.Multiply(TRegister.ZeroBelow(v, least), scale);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<T, TVector, TRegister, TStreamed>(TVector v, T* destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct
        where TRegister : struct, IRegister<TVector, T>
        where TStreamed : struct, IFlag
    {
        if (TStreamed.Value) TRegister.StoreNonTemporal(v, destination);
        else TRegister.Store(v, destination);
    }

    /// <summary>The elements that fill no four registers. Apart from the loop, so that its constants stay in registers.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Part<T, TVector, TRegister, TExp, TShift>(
        T* source, T* destination, nint n, in RowShift<T> shift, double factor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct
        where TRegister : struct, IRegister<TVector, T>
        where TExp : struct, IFlag
        where TShift : struct, IShift
    {
        ExpKernel<T, TVector, TRegister> exp = default;
        if (TExp.Value) exp = new(ExpSum.Exponent<T>(), shift);
        Vector512<T> least = Least(Vector512.Create(T.CreateTruncating(1 / Math.Abs(factor))));
        Vector512<T> scale = Vector512.Create(T.CreateTruncating(factor));
        nint lanes = Vector512<T>.Count;
        for (nint i = 0; i < n; i += lanes)
        {
            int count = (int)Math.Min(lanes, n - i);
            Vector512<T> v = Lanes.LoadFirst(source + i, count);
            if (TExp.Value) v = exp.ExpLanes<TShift>(v);
            v = Vector512.ConditionalSelect(Vector512.LessThan(v, least), Vector512<T>.Zero, v);
            Lanes.StoreFirst(v * scale, destination + i, count);
        }
    }
}
