using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>sum_c (p_c - t_c)^2 of rows, with a target for each class or a label for each row; the other is null.</summary>
internal readonly unsafe struct BrierRow<T, TLabel>(T* probabilities, T* targets, TLabel* labels, int n, T* gradient) : IRowLoss
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLabel : unmanaged, IBinaryInteger<TLabel>
{
    public double Value(long row)
    {
        T* p = probabilities + (row * n);
        return targets == null
            ? WideRow.Sum<T, OneHot>(p, null, null, n, new(int.CreateTruncating(labels[row]))).First
            : WideRow.Sum<T, Squares>(p, targets + (row * n), null, n, default).First;
    }

    /// <summary>2 (p - t), times scale.</summary>
    public void Gradient(long row, double scale)
    {
        T* p = probabilities + (row * n), g = gradient + (row * n);
        if (targets == null) WideRow.Map(p, null, null, g, null, null, n, new OneHotSlopes(int.CreateTruncating(labels[row]), 2 * scale));
        else WideRow.Map(p, targets + (row * n), null, g, null, null, n, new Slopes(2 * scale));
    }

    public void Clear(long row) => new Span<T>(gradient + (row * n), n).Clear();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Less(Vector512<double> x, int label, nint i) =>
        x - (Lanes.OneLane<double>((int)(label - i)) & Vector512<double>.One);

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
            Vector512<double> d = Less(x, label, i);
            first = Lanes.Fma(d, d, first);
        }
    }

    private readonly struct Slopes(double scale) : IRowMap
    {
        public static int Inputs => 2;

        public static int Outputs => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<double> Of(
            Vector512<double> x, Vector512<double> y, Vector512<double> z, nint i, out Vector512<double> second, out Vector512<double> third)
        {
            second = third = default;
            return (x - y) * scale;
        }
    }

    private readonly struct OneHotSlopes(int label, double scale) : IRowMap
    {
        public static int Inputs => 1;

        public static int Outputs => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<double> Of(
            Vector512<double> x, Vector512<double> y, Vector512<double> z, nint i, out Vector512<double> second, out Vector512<double> third)
        {
            second = third = default;
            return Less(x, label, i) * scale;
        }
    }
}
