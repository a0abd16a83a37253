using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>
/// The gradient of a long row: e factor rest + b scale of exponentials and slopes; 0 where it would be subnormal, and nothing of an e
/// that was clamped or whose probability would be subnormal.
/// </summary>
internal unsafe struct ClassRowGradient<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public T* Exponentials, Slopes, Gradient;
    public nint Count;
    public T Factor, Rest, Scale, Least;

    /// <summary>Every class has a slope of its own.</summary>
    public readonly struct Each(ClassRowGradient<T>* row) : IKernel<T, int>
    {
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public int Run<V>()
            where V : unmanaged, IPacked<V, T>, IVector<V> => Run<V, Yes>(row);
    }

    /// <summary>Every class has the slope 1.</summary>
    public readonly struct Even(ClassRowGradient<T>* row) : IKernel<T, int>
    {
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public int Run<V>()
            where V : unmanaged, IPacked<V, T>, IVector<V> => Run<V, No>(row);
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static int Run<V, TSlopes>(ClassRowGradient<T>* row)
        where V : unmanaged, IPacked<V, T>, IVector<V>
        where TSlopes : struct, IFlag
    {
        V factor = V.Broadcast(&row->Factor), rest = V.Broadcast(&row->Rest), scale = V.Broadcast(&row->Scale), least = V.Broadcast(&row->Least);
        V smallest = RowPowers.SmallestNormal<T>();
        T* e = row->Exponentials, slopes = row->Slopes, gradient = row->Gradient;
        nint whole = row->Count & -V.Count;
        for (nint i = 0; i < whole; i += V.Count)
        {
            V v = V.Load(e + i);
            V g = V.Fma(V.AndNot(v < least, v) * factor, rest, TSlopes.Value ? V.Load(slopes + i) * scale : scale);
            V.Store(V.AndNot(V.Abs(g) < smallest, g), gradient + i);
        }

        if (whole == row->Count) return 0;
        T* buffer = Scratch.Take(stackalloc T[Scratch.Room<T>(3 * V.Count)]);
        int left = (int)(row->Count - whole);
        new ReadOnlySpan<T>(e + whole, left).CopyTo(new Span<T>(buffer, left));
        if (TSlopes.Value) new ReadOnlySpan<T>(slopes + whole, left).CopyTo(new Span<T>(buffer + V.Count, left));
        ClassRowGradient<T> last = *row;
        last.Exponentials = buffer;
        last.Slopes = buffer + V.Count;
        last.Gradient = buffer + (2 * V.Count);
        last.Count = V.Count;
        Run<V, TSlopes>(&last);
        new ReadOnlySpan<T>(last.Gradient, left).CopyTo(new Span<T>(gradient + whole, left));
        Scratch.Check(buffer, 3 * V.Count);
        return 0;
    }
}
