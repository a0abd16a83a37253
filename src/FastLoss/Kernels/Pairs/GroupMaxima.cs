using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>
/// The largest element of a row among those of one group and among the others; -infinity of none. An element whose group is NaN is in
/// neither; a NaN is passed over.
/// </summary>
/// <param name="row">The elements.</param>
/// <param name="groups">The group of each, up to a whole register past the end NaN.</param>
/// <param name="count">How many there are.</param>
/// <param name="group">The one.</param>
internal readonly unsafe struct GroupMaxima<T>(T* row, T* groups, nint count, T group) : IKernel<T, GroupMaxima<T>.Pair>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public readonly record struct Pair(T Inside, T Outside);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public Pair Run<V>()
        where V : unmanaged, IPacked<V, T>, IVector<V>
    {
        T* x = row, y = groups;
        nint n = count, whole = n & -V.Count;
        V sought = V.Parameter(double.CreateTruncating(group)), inside = double.NegativeInfinity, outside = inside;
        for (nint i = 0; i < whole; i += V.Count) Take(V.Load(x + i), V.Load(y + i), sought, ref inside, ref outside);
        if (whole < n) Take(V.LoadFirst(x + whole, (int)(n - whole)), V.Load(y + whole), sought, ref inside, ref outside);
        return new(LaneFold<V, T>.Of<Maximum>(inside), LaneFold<V, T>.Of<Maximum>(outside));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Take<V>(V x, V y, V sought, ref V inside, ref V outside)
        where V : unmanaged, IVector<V>
    {
        V isInside = V.Equal(y, sought);
        inside = V.Max(V.Where(isInside, x, double.NegativeInfinity), inside);
        outside = V.Max(V.Where(V.AndNot(isInside, V.Equal(y, y)), x, double.NegativeInfinity), outside);
    }
}
