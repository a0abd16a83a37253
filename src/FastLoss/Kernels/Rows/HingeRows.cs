using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>The multi-class hinge of rows of scores.</summary>
internal static unsafe class HingeRows
{
    /// <summary>The sum of the rows' losses; with a gradient also its derivative times scale.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static ExactSum Run<T, TLabel>(
        ReadOnlySpan<T> scores,
        int classCount,
        ReadOnlySpan<TLabel> labels,
        CrossEntropyOptions<T> options,
        double margin,
        bool isSquared,
        double scale,
        Span<T> gradient,
        Span<T> losses)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        ExactSum sum = default;
        fixed (T* x = scores)
        fixed (T* g = gradient)
        {
            for (int r = 0; r < labels.Length; r++)
            {
                long at = (long)r * classCount;
                double value = 0, weight = 0;
                if (!OptionRows.IsSkipped(labels, r, options))
                {
                    int label = int.CreateTruncating(labels[r]);
                    weight = options.ClassWeights.IsEmpty ? 1 : double.CreateTruncating(options.ClassWeights[label]);
                    if (!options.RowWeights.IsEmpty) weight *= double.CreateTruncating(options.RowWeights[r]);
                    weight /= classCount;
                    if (weight != 0)
                    {
                        Margins margins = new(double.CreateTruncating(x[at + label]), margin, label, isSquared);
                        RowTotals totals = WideRow.Sum<T, Margins>(x + at, null, null, classCount, margins);
                        bool isNaN = T.IsNaN(x[at + label]); // no margin may be left to show it
                        value = isNaN ? double.NaN : totals.First * weight;
                        if (g != null && isNaN)
                        {
                            new Span<T>(g + at, classCount).Fill(T.NaN);
                        }
                        else if (g != null)
                        {
                            double factor = weight * scale;
                            WideRow.Map(x + at, null, null, g + at, null, null, classCount, new Slopes(margins, factor));
                            g[at + label] = T.CreateTruncating(-totals.Second * factor);
                        }
                    }
                }

                if (weight == 0 && g != null) new Span<T>(g + at, classCount).Clear();
                sum.Add(value);
                if (!losses.IsEmpty) losses[r] = T.CreateTruncating(value);
            }
        }

        return sum;
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
            Vector512<double> m = Formula.PositivePart(x - Vector512.Create(score) + Vector512.Create(margin));
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
