using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>
/// Soft Dice and soft Jaccard of rows. 1 - 2 sum pt / (sum p + sum t) is computed as its difference, sum p (1 - t) + t (1 - p), over
/// the sum of the sizes: what remains of a nearly perfect mask keeps its digits. The sum of sizes counts the overlap
/// twice, Jaccard's union once.
/// </summary>
internal unsafe struct OverlapRow<T, TUnion>(T* predictions, T* targets, int n, double smoothing, T* gradient) : IRowLoss
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TUnion : struct, IFlag
{
    private double _loss;
    private double _inverse;

    public double Value(long row)
    {
        RowTotals sums = WideRow.Sum<T, Sums>(predictions + (row * n), targets + (row * n), null, n, default);
        double divisor = sums.Second + smoothing;

        // Two empty masks, with nothing to smooth them by, agree.
        _inverse = divisor == 0 ? 0 : 1 / divisor;
        _loss = divisor == 0 ? 0 : sums.First / divisor;
        return _loss;
    }

    public readonly void Gradient(long row, double scale)
    {
        double factor = scale * _inverse;
        double atTarget = TUnion.Value ? -(2 - _loss) : -2;
        WideRow.Map(
            targets + (row * n), null, null, gradient + (row * n), null, null, n, new Slopes((1 - _loss) * factor, atTarget * factor));
    }

    public readonly void Clear(long row) => new Span<T>(gradient + (row * n), n).Clear();

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
