using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>
/// Soft Dice and soft Jaccard of rows. 1 - 2 sum pt / (sum p + sum t) is computed as its difference, sum p (1 - t) + t (1 - p), over
/// the sum of the sizes: what remains of a nearly perfect mask keeps its digits. The sum of sizes counts the overlap
/// twice, Jaccard's union once.
/// </summary>
internal readonly unsafe struct OverlapObjective<T, TUnion>(double smoothing) : IRowObjective<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TUnion : struct, IFlag
{
    public static bool IsWide => true;

    public int BlockRows(int classCount, bool isDifferentiated, bool isInPlace) => SmallRows.BlockRows;

    public int WorkLength(int rows, int classCount, bool isDifferentiated) => 0;

    public void Run(in RowBlock<T> block)
    {
        nint n = block.ClassCount;
        for (nint r = 0; r < block.Rows; r++)
        {
            T* p = block.Logits + (r * n), t = block.Targets + (r * n), g = block.Gradient == null ? null : block.Gradient + (r * n);
            double weight = RowWeight.Of(block, r);
            block.WideLosses[r] = weight == 0 ? 0 : Row(p, t, n, g, weight * block.Scale) * weight;
            if (weight == 0 && g != null) new Span<T>(g, (int)n).Clear();
        }
    }

    private double Row(T* predictions, T* targets, nint n, T* gradient, double scale)
    {
        RowTotals sums = WideRow.Sum<T, Sums>(predictions, targets, null, n, default);
        double divisor = sums.Second + smoothing;

        // Two empty masks, with nothing to smooth them by, agree.
        double inverse = divisor == 0 ? 0 : 1 / divisor, loss = divisor == 0 ? 0 : sums.First / divisor;
        if (gradient == null) return loss;
        double factor = scale * inverse, atTarget = TUnion.Value ? -(2 - loss) : -2;
        WideRow.Map(targets, null, null, gradient, null, null, n, new Slopes((1 - loss) * factor, atTarget * factor));
        return loss;
    }

    private readonly struct Sums : IRowSums
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
            Vector512<double> one = Vector512<double>.One, missed = y * (one - x);
            first += Lanes.Fma(x, one - y, missed);
            second += x + (TUnion.Value ? missed : y);
        }
    }

    /// <summary>A straight line of the target.</summary>
    private readonly struct Slopes(double atZero, double rise) : IRowMap
    {
        public static int Inputs => 1;

        public static int Outputs => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<double> Of(
            Vector512<double> x, Vector512<double> y, Vector512<double> z, nint i, out Vector512<double> second, out Vector512<double> third)
        {
            second = third = default;
            return Lanes.Fma(x, Vector512.Create(rise), Vector512.Create(atZero));
        }
    }
}
