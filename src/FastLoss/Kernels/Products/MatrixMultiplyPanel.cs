using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>A strip of one row of the product, as wide as the register file of the machine bears.</summary>
internal unsafe interface IPanel<TSelf, T>
    where TSelf : unmanaged, IPanel<TSelf, T>
    where T : unmanaged, INumberBase<T>
{
    static abstract int Width { get; }

    static abstract TSelf Load(T* source);

    /// <summary>The first <paramref name="count"/> elements, zeros above.</summary>
    static abstract TSelf LoadFirst(T* source, int count);

    static abstract void Store(TSelf panel, T* destination);

    /// <summary>Writes the first <paramref name="count"/> elements and nothing past them.</summary>
    static abstract void StoreFirst(TSelf panel, T* destination, int count);

    /// <summary><paramref name="scalar"/> * <paramref name="row"/> + <paramref name="sum"/>, one rounding per element.</summary>
    static abstract TSelf MultiplyAdd(T scalar, TSelf row, TSelf sum);
}

/// <summary>One vector wide: six rows of it fill the 16 registers of AVX2 and the 32 of NEON.</summary>
internal readonly unsafe struct NarrowPanel<T>(Vector512<T> vector) : IPanel<NarrowPanel<T>, T>
    where T : unmanaged, INumberBase<T>
{
    private readonly Vector512<T> _vector = vector;

    public static int Width => Vector512<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NarrowPanel<T> Load(T* source) => new(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NarrowPanel<T> LoadFirst(T* source, int count) => new(Lanes.LoadFirst(source, count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(NarrowPanel<T> panel, T* destination) => Vector512.Store(panel._vector, destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFirst(NarrowPanel<T> panel, T* destination, int count) =>
        Lanes.StoreFirst(panel._vector, destination, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static NarrowPanel<T> MultiplyAdd(T scalar, NarrowPanel<T> row, NarrowPanel<T> sum) =>
        new(Lanes.Fma(Vector512.Create(scalar), row._vector, sum._vector));
}

/// <summary>Two vectors wide: six rows of it are twelve chains of sums, enough to hide the latency of AVX-512.</summary>
internal readonly unsafe struct WidePanel<T>(Vector512<T> low, Vector512<T> high) : IPanel<WidePanel<T>, T>
    where T : unmanaged, INumberBase<T>
{
    private readonly Vector512<T> _low = low;
    private readonly Vector512<T> _high = high;

    public static int Width => 2 * Vector512<T>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WidePanel<T> Load(T* source) =>
        new(Vector512.Load(source), Vector512.Load(source + Vector512<T>.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WidePanel<T> LoadFirst(T* source, int count)
    {
        int over = Math.Max(0, count - Vector512<T>.Count);
        return new(
            Lanes.LoadFirst(source, count - over),
            over == 0 ? Vector512<T>.Zero : Lanes.LoadFirst(source + Vector512<T>.Count, over));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(WidePanel<T> panel, T* destination)
    {
        Vector512.Store(panel._low, destination);
        Vector512.Store(panel._high, destination + Vector512<T>.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFirst(WidePanel<T> panel, T* destination, int count)
    {
        Lanes.StoreFirst(panel._low, destination, Math.Min(count, Vector512<T>.Count));
        if (count > Vector512<T>.Count)
            Lanes.StoreFirst(panel._high, destination + Vector512<T>.Count, count - Vector512<T>.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static WidePanel<T> MultiplyAdd(T scalar, WidePanel<T> row, WidePanel<T> sum)
    {
        Vector512<T> factor = Vector512.Create(scalar);
        return new(
            Lanes.Fma(factor, row._low, sum._low),
            Lanes.Fma(factor, row._high, sum._high));
    }
}
