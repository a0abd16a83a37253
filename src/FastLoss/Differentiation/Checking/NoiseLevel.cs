using System.Numerics;

namespace FastLoss;

/// <summary>
/// The noise of a function from its values at a few points so close together that anything smooth cancels in their
/// differences (Hamming; More and Wild, Estimating computational noise, SIAM J. Sci. Comput. 33, 2011): the differences
/// of order k of independent noise sigma have variance sigma^2 (2k)! / (k!)^2.
/// </summary>
internal static class NoiseLevel
{
    private const int Points = 9;

    /// <summary>
    /// The standard deviation of the values' noise, the largest of three spacings: at one alone a function that rounds
    /// looks exact, where all points lie on one stair, or each on the next.
    /// </summary>
    public static T Estimate<T, TFunction, TLine>(ref TFunction function, TLine line, in LinePoint<T> point, ref long evaluations)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : allows ref struct
        where TLine : ILine<T, TFunction>, allows ref struct
    {
        // Far above an ulp of x, and far below what the function does: 2^-36, 2^-18 and 2^-13 of the scale. And 2^-8
        // where most values are still equal.
        ReadOnlySpan<int> exponents = typeof(T) == typeof(double) ? [-36, -18, -13, -8] : [-14, -11, -9, -7];
        Span<T> values = stackalloc T[Points];
        T noise = T.Zero, level = T.Zero;
        for (int k = 0; ; k++)
        {
            // Not a power of two, by which a rounded function of round slope climbs in equal stairs and looks exact.
            T spacing = T.CreateTruncating(0.618) * T.ScaleB(StepRule.Automatic(T.Zero, point.Scale, T.One), exponents[k]);
            T points = T.CreateTruncating(Points);
            if (point.FarRoom < points * spacing) spacing = StepRule.PowerOfTwo(point.FarRoom / points);
            // To one side: a kink at the point is no noise.
            int changes = 0;
            for (int i = 0; i < Points; i++)
            {
                values[i] = line.At(ref function, DifferenceFormula.Move(point.Position, point.AwayFromBound * (i + 1), spacing));
                if (i > 0 && values[i] != values[i - 1]) changes++;
            }

            evaluations += Points;
            T span = T.CreateTruncating(Points - 1) * spacing, rise = T.Abs(values[^1] - values[0]);
            if (changes == 0) level = span;
            // The largest: each is a lower bound, since the least of several orders. So is half of what the function,
            // by the slope of the last points, should have changed over those where it did not.
            T now = OfValues(values);
            if (T.IsFinite(now)) noise = T.Max(noise, now);
            if (k > 1 && (2 * changes >= Points || k == exponents.Length - 1))
                return span > T.Zero && T.IsFinite(rise) ? T.Max(noise, rise / span * level / T.CreateTruncating(2)) : noise;
        }
    }

    /// <summary>Of the orders 3 to 6 the least: curvature only adds.</summary>
    private static T OfValues<T>(Span<T> differences)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T least = T.PositiveInfinity, gain = T.One;   // gain = (k!)^2 / (2k)!
        for (int order = 1; order <= 6; order++)
        {
            int count = Points - order;
            T norm = T.Zero;
            for (int i = 0; i < count; i++)
            {
                differences[i] = differences[i + 1] - differences[i];
                norm = T.Hypot(norm, differences[i]);
            }

            gain *= T.CreateTruncating(order) / T.CreateTruncating(2 * (2 * order - 1));
            if (order >= 3) least = T.Min(least, norm * T.Sqrt(gain / T.CreateTruncating(count)));
        }

        return least;
    }
}
