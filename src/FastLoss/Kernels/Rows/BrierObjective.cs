using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>sum_c (p_c - t_c)^2 of rows, with a target for each class or a label for each row, in double.</summary>
internal readonly unsafe struct BrierObjective<T> : IRowObjective<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static bool IsWide => true;

    public int BlockRows(int classCount, bool isDifferentiated, bool isInPlace) => SmallRows.BlockRows;

    public int WorkLength(int rows, int classCount, bool isDifferentiated) => 0;

    public void Run(in RowBlock<T> block)
    {
        nint n = block.ClassCount;
        for (nint r = 0; r < block.Rows; r++)
        {
            double weight = RowWeight.Of(block, r);
            block.WideLosses[r] = weight == 0 ? 0 : Value(block, r) * weight;
            if (block.Gradient == null) continue;
            if (weight == 0) new Span<T>(block.Gradient + (r * n), (int)n).Clear();
            else Gradient(block, r, 2 * weight * block.Scale);
        }
    }

    private static double Value(in RowBlock<T> block, nint r)
    {
        nint n = block.ClassCount;
        T* p = block.Logits + (r * n);
        return block.Targets == null
            ? WideRow.Sum<T, OneHot>(p, null, null, n, new(block.Labels[r])).First
            : WideRow.Sum<T, Squares>(p, block.Targets + (r * n), null, n, default).First;
    }

    private static void Gradient(in RowBlock<T> block, nint r, double scale)
    {
        nint n = block.ClassCount;
        T* p = block.Logits + (r * n), g = block.Gradient + (r * n);
        if (block.Targets == null) WideRow.Map(p, null, null, g, null, null, n, new OneHotSlopes(block.Labels[r], scale));
        else WideRow.Map(p, block.Targets + (r * n), null, g, null, null, n, new Slopes(scale));
    }

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
