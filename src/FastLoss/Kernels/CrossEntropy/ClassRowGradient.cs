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
    public T* Exponentials, Slopes, Targets, Weights, Gradient;
    public nint Count;
    public T Factor, Rest, Scale, Least;

    /// <summary>What smoothing adds to a class, and what it keeps of a target.</summary>
    public double Spread, Kept;

    /// <summary>Where a class's slope comes from: it is read, or follows from what smoothing gives a class and keeps of a target, both times -scale.</summary>
    private interface ISlope
    {
        static abstract V Of<V>(T* slopes, T* targets, T* weights, V spread, V kept, V scale)
            where V : unmanaged, IPacked<V, T>, IVector<V>;
    }

    /// <summary>The gradient of a row; its slopes are read, made of targets and class weights, or 1 where it has neither of the three.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<V>(ClassRowGradient<T>* row)
        where V : unmanaged, IPacked<V, T>, IVector<V>
    {
        if (row->Slopes != null) Run<V, Read>(row);
        else if (row->Targets != null && row->Weights != null) Run<V, WeighedTarget>(row);
        else if (row->Targets != null) Run<V, Target>(row);
        else if (row->Weights != null) Run<V, Weight>(row);
        else Run<V, One>(row);
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Run<V, TSlope>(ClassRowGradient<T>* row)
        where V : unmanaged, IPacked<V, T>, IVector<V>
        where TSlope : struct, ISlope
    {
        nint whole = row->Count & -(sizeof(V) / sizeof(T));
        Whole<V, TSlope>(*row, whole);
        if (whole == row->Count) return;
        T* buffer = Scratch.Take(stackalloc T[Scratch.Room<T>(5 * V.Count)]);
        int left = (int)(row->Count - whole);
        ClassRowGradient<T> last = *row;
        last.Exponentials = Copy(row->Exponentials + whole, left, buffer);
        if (row->Slopes != null) last.Slopes = Copy(row->Slopes + whole, left, buffer + V.Count);
        if (row->Targets != null) last.Targets = Copy(row->Targets + whole, left, buffer + (2 * V.Count));
        if (row->Weights != null) last.Weights = Copy(row->Weights + whole, left, buffer + (3 * V.Count));
        last.Gradient = buffer + (4 * V.Count);
        Whole<V, TSlope>(last, V.Count);
        new ReadOnlySpan<T>(last.Gradient, left).CopyTo(new Span<T>(row->Gradient + whole, left));
        Scratch.Check(buffer, 5 * V.Count);
    }

    private static T* Copy(T* source, int count, T* destination)
    {
        new ReadOnlySpan<T>(source, count).CopyTo(new Span<T>(destination, count));
        return destination;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Whole<V, TSlope>(in ClassRowGradient<T> source, nint count)
        where V : unmanaged, IPacked<V, T>, IVector<V>
        where TSlope : struct, ISlope
    {
        ClassRowGradient<T> row = source;
        V factor = V.Broadcast(&row.Factor), rest = V.Broadcast(&row.Rest), scale = V.Broadcast(&row.Scale), least = V.Broadcast(&row.Least);
        double scaled = -double.CreateTruncating(row.Scale);
        V spread = V.Parameter(row.Spread * scaled), kept = V.Parameter(row.Kept * scaled), smallest = RowPowers.SmallestNormal<T>();
        T* e = row.Exponentials, slopes = row.Slopes, targets = row.Targets, weights = row.Weights, gradient = row.Gradient;
        for (nint i = 0; i < count; i += sizeof(V) / sizeof(T))
        {
            V slope = TSlope.Of(slopes + i, targets + i, weights + i, spread, kept, scale);
            V g = V.Fma(V.ZeroBelow(V.Load(e + i), least) * factor, rest, slope);
            V.Store(V.Where(V.Abs(g) < smallest, 0, g), gradient + i);
        }
    }

    private readonly struct Read : ISlope
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(T* slopes, T* targets, T* weights, V spread, V kept, V scale)
            where V : unmanaged, IPacked<V, T>, IVector<V> => V.Load(slopes) * scale;
    }

    private readonly struct Target : ISlope
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(T* slopes, T* targets, T* weights, V spread, V kept, V scale)
            where V : unmanaged, IPacked<V, T>, IVector<V> => V.Fma(V.Load(targets), kept, spread);
    }

    private readonly struct WeighedTarget : ISlope
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(T* slopes, T* targets, T* weights, V spread, V kept, V scale)
            where V : unmanaged, IPacked<V, T>, IVector<V> => V.Fma(V.Load(targets), kept, spread) * V.Load(weights);
    }

    private readonly struct Weight : ISlope
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(T* slopes, T* targets, T* weights, V spread, V kept, V scale)
            where V : unmanaged, IPacked<V, T>, IVector<V> => spread * V.Load(weights);
    }

    private readonly struct One : ISlope
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(T* slopes, T* targets, T* weights, V spread, V kept, V scale)
            where V : unmanaged, IPacked<V, T>, IVector<V> => scale;
    }
}
