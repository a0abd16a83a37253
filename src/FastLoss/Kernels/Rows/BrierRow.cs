using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>sum_c (p_c - t_c)^2 of rows, with a target for each class or a label for each row; the other is null.</summary>
internal readonly unsafe struct BrierRow<T>(T* probabilities, T* targets, int* labels, int n) : IRowLoss
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public double Value(long row)
    {
        T* p = probabilities + (row * n);
        return targets == null
            ? WideRow.Sum<T, OneHot>(p, null, null, n, new(labels[row])).First
            : WideRow.Sum<T, Squares>(p, targets + (row * n), null, n, default).First;
    }

    public void Gradient(long row, double scale) => throw new NotSupportedException();

    public void Clear(long row) => throw new NotSupportedException();

    private readonly struct Squares : IRowSums
    {
        public static int Inputs => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(
            Vector512<double> x,
            Vector512<double> y,
            Vector512<double> z,
            nint i,
            ref Vector512<double> first,
            ref Vector512<double> second,
            ref Vector512<double> third)
        {
            Vector512<double> d = x - y;
            first = Lanes.Fma(d, d, first);
        }
    }

    private readonly struct OneHot(int label) : IRowSums
    {
        public static int Inputs => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(
            Vector512<double> x,
            Vector512<double> y,
            Vector512<double> z,
            nint i,
            ref Vector512<double> first,
            ref Vector512<double> second,
            ref Vector512<double> third)
        {
            Vector512<double> d = x - (Lanes.OneLane<double>((int)(label - i)) & Vector512<double>.One);
            first = Lanes.Fma(d, d, first);
        }
    }
}
