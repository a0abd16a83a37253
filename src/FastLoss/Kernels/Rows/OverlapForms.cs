using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>The losses of overlap. Two empty masks, with nothing to smooth them by, agree: 0 / 0 is 0, and so is its slope.</summary>
internal static unsafe class OverlapForms
{
    private const int N = WideRow.Number;

    /// <summary>
    /// Soft Dice and soft Jaccard: 1 - 2 sum pt / (sum p + sum t) is the difference, sum p (1 - t) + t (1 - p), over the sum of the sizes. That counts
    /// the overlap twice, Jaccard's union once.
    /// </summary>
    public readonly struct Sizes<TUnion>(double smoothing) : IOverlapForm, IRowSums
        where TUnion : struct, IFlag
    {
        public static int Inputs => 2;

        public static int Sums => 2;

        public static int Numbers => 0;

        public double Loss(RowTotals sums, double scale, out double first, out double second)
        {
            double divisor = sums.Second + smoothing, factor = divisor == 0 ? 0 : scale / divisor, loss = divisor == 0 ? 0 : sums.First / divisor;
            first = (1 - loss) * factor;
            second = (TUnion.Value ? -(2 - loss) : -2) * factor;
            return loss;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add<V>(V x, V y, V z, double* p, ref V first, ref V second, ref V third)
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            V rest = 1 - x;
            first = V.Fma(x, 1 - y, V.Fma(y, rest, first));
            second = TUnion.Value ? V.Fma(y, rest, second + x) : second + (x + y);
        }
    }

    /// <summary>Soft Dice with squares: sum (p - t)^2 over sum p^2 + t^2.</summary>
    public readonly struct Squares(double smoothing) : IOverlapForm, IRowSums
    {
        public static int Inputs => 2;

        public static int Sums => 2;

        public static int Numbers => 0;

        public double Loss(RowTotals sums, double scale, out double first, out double second)
        {
            double divisor = sums.Second + smoothing, factor = divisor == 0 ? 0 : scale / divisor, loss = divisor == 0 ? 0 : sums.First / divisor;
            first = 2 * (1 - loss) * factor;
            second = -2 * factor;
            return loss;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add<V>(V x, V y, V z, double* p, ref V first, ref V second, ref V third)
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            V apart = x - y;
            first = V.Fma(apart, apart, first);
            second = V.Fma(x, x, V.Fma(y, y, second));
        }
    }

    /// <summary>Tversky: a false positives + b false negatives over these and the true positives; with an exponent the focal one.</summary>
    public readonly struct Tversky(double alpha, double beta, double gamma, double smoothing) : IOverlapForm, IRowSums
    {
        public static int Inputs => 2;

        public static int Sums => 3;

        public static int Numbers => 0;

        public double Loss(RowTotals sums, double scale, out double first, out double second)
        {
            double wrong = (alpha * sums.First) + (beta * sums.Second), divisor = sums.Third + wrong + smoothing;
            double factor = divisor == 0 ? 0 : scale / divisor, index = divisor == 0 ? 0 : wrong / divisor, loss = index;
            if (gamma != 1)
            {
                // No slope at a perfect mask: that of an exponent below 1 is infinite there.
                loss = index == 0 ? 0 : ScalarMath.Exp(gamma * ScalarMath.Log(index));
                factor = index == 0 ? 0 : factor * gamma * (loss / index);
            }

            first = (1 - index) * alpha * factor;
            second = -(((1 - index) * (alpha + beta)) + index) * factor;
            return loss;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add<V>(V x, V y, V z, double* p, ref V first, ref V second, ref V third)
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            first = V.Fma(x, 1 - y, first);
            second = V.Fma(y, 1 - x, second);
            third = V.Fma(x, y, third);
        }
    }

    /// <summary>A line of the target.</summary>
    public readonly struct TargetSlopes : IRowMap
    {
        public static int Inputs => 2;

        public static int Outputs => 1;

        public static int Numbers => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V x, V y, V z, double* p, out V second, out V third)
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            second = third = default;
            return V.Fma(y, V.Load(p + N), V.Load(p));
        }
    }

    /// <summary>A sum of multiples of prediction and target.</summary>
    public readonly struct Slopes : IRowMap
    {
        public static int Inputs => 2;

        public static int Outputs => 1;

        public static int Numbers => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V x, V y, V z, double* p, out V second, out V third)
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            second = third = default;
            return V.Fma(y, V.Load(p + N), x * V.Load(p));
        }
    }
}
