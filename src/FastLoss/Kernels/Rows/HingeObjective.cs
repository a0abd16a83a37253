using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>The multi-class hinge of rows of scores, in double.</summary>
internal readonly unsafe struct HingeObjective<T>(double margin, bool isSquared) : IRowObjective<T>
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
            double weight = RowWeight.Of(block, r) / n;
            block.WideLosses[r] = weight == 0 ? 0 : Row(block, r, weight);
            if (weight == 0 && block.Gradient != null) new Span<T>(block.Gradient + (r * n), (int)n).Clear();
        }
    }

    private double Row(in RowBlock<T> block, nint r, double weight)
    {
        nint n = block.ClassCount;
        T* x = block.Logits + (r * n), g = block.Gradient == null ? null : block.Gradient + (r * n);
        int label = block.Labels[r];
        bool isNaN = T.IsNaN(x[label]); // no margin may be left to show it
        Margins margins = new(double.CreateTruncating(x[label]), margin, label, isSquared);
        RowTotals totals = WideRow.Sum<T, Margins>(x, null, null, n, margins);
        if (isNaN && g != null)
        {
            new Span<T>(g, (int)n).Fill(T.NaN);
        }
        else if (g != null)
        {
            double factor = weight * block.Scale;
            WideRow.Map(x, null, null, g, null, null, n, new Slopes(margins, factor));
            g[label] = T.CreateTruncating(-totals.Second * factor);
        }

        return isNaN ? double.NaN : totals.First * weight;
    }

    /// <summary>Sums max(0, m)^p, m = margin - x_label + x_c, over all classes but the label, and its derivatives by x_c.</summary>
    private readonly struct Margins(double score, double margin, int label, bool isSquared) : IRowSums
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
            Vector512<double> m = Of(x, i);
            if (isSquared)
            {
                first = Lanes.Fma(m, m, first);
                second += m + m;
            }
            else
            {
                first += m;
                second += Slope(m);
            }
        }

        /// <summary>max(0, m); 0 at the label, and where x is -infinity, a mask.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<double> Of(Vector512<double> x, nint i)
        {
            Vector512<double> m = Lanes.AtLeast(Vector512<double>.Zero, x - Vector512.Create(score) + Vector512.Create(margin));
            Vector512<double> isOut = Vector512.Equals(x, Vector512.Create(double.NegativeInfinity)) | Lanes.OneLane<double>((int)(label - i));
            return Vector512.AndNot(m, isOut);
        }

        /// <summary>1 where the margin is violated, 0 elsewhere, NaN for NaN; twice the violation where it is squared.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<double> Slope(Vector512<double> m) => isSquared
            ? m + m
            : Lanes.Select(Vector512.GreaterThan(m, Vector512<double>.Zero), Vector512<double>.One, m);
    }

    private readonly struct Slopes(Margins margins, double factor) : IRowMap
    {
        public static int Inputs => 1;

        public static int Outputs => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<double> Of(
            Vector512<double> x, Vector512<double> y, Vector512<double> z, nint i, out Vector512<double> second, out Vector512<double> third)
        {
            second = third = default;
            return margins.Slope(margins.Of(x, i)) * Vector512.Create(factor);
        }
    }
}
