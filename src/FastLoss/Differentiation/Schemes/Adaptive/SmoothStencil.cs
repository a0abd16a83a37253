using System.Numerics;

namespace FastLoss;

/// <summary>
/// A derivative that rounding limits, of a function so smooth that small steps are a waste: one formula of high order
/// at steps as long as the function allows. f'(x) = sum over k of w_k (f(x+t_k) - f(x-t_k)) / 2t_k, t_k = (k + 1/2) d,
/// k = 0..7, exact for polynomials of degree 16; w_k is the product over j other than k of t_j^2 / (t_j^2 - t_k^2)
/// (Fornberg, Generation of finite difference formulas on arbitrarily spaced grids, 1988). Half-integer nodes pass on
/// the least noise: |w_k|/2t_k adds up to 1.4/d.
/// </summary>
internal static class SmoothStencil
{
    public const int Evaluations = 2 * Nodes;

    private const int Nodes = 8;

    // Over 2^25, 2^18 and 2^10: each sums to 1.
    private static ReadOnlySpan<int> Weights => [41409225, -10735725, 3864861, -1254825, 325325, -61425, 7425, -429];

    private static ReadOnlySpan<int> CheckWeights => [320166, -76230, 22869, -5445, 847, -63];

    private static ReadOnlySpan<int> RoughWeights => [1225, -245, 49, -5];

    /// <summary>
    /// The derivative, its error by comparison with the formulas of six and of four nodes, since two may agree by
    /// chance, and the evaluations used. The noise is relative by the first number and absolute by the second,
    /// whichever is more.
    /// </summary>
    public static DerivativeEstimate<T> Estimate<T, TFunction, TLine>(
        ref TFunction function, TLine line, in LinePoint<T> point, T spacing, (T Relative, T Measured) noise, T atPoint)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : allows ref struct
        where TLine : ILine<T, TFunction>, allows ref struct
    {
        T sum = T.Zero, check = T.Zero, rough = T.Zero, middle = T.Zero, rounding = T.Zero, squares = T.Zero;
        for (int k = 0; k < Nodes; k++)
        {
            T reach = T.CreateTruncating(k + 0.5) * spacing;
            T above = point.Position + reach, below = point.Position - reach;
            T upper = line.At(ref function, above);
            T lower = line.At(ref function, below);
            if (!T.IsFinite(upper) || !T.IsFinite(lower))
                return new(T.NaN, T.PositiveInfinity, 2 * (k + 1), DifferentiationStatus.NonFinite);

            T weight = T.ScaleB(T.CreateTruncating(Weights[k]), -25);
            T quotient = (upper - lower) / (above - below);
            sum += weight * quotient;
            middle += weight * ((upper + lower) / T.CreateTruncating(2));
            if (k < CheckWeights.Length) check += T.ScaleB(T.CreateTruncating(CheckWeights[k]), -18) * quotient;
            if (k < RoughWeights.Length) rough += T.ScaleB(T.CreateTruncating(RoughWeights[k]), -10) * quotient;
            T share = weight / (above - below);
            rounding += T.Abs(share) * (noise.Relative * (T.Abs(upper) + T.Abs(lower)));
            squares += share * share;
        }

        rounding = T.Max(rounding, noise.Measured * T.Sqrt(squares + squares));
        T truncation = T.Abs(sum - check) + T.Abs(check - rough) / T.CreateTruncating(8);
        // The same weights extrapolate the means of the values to the point, which a kink there does not let them
        // reach.
        T kink = T.IsNaN(atPoint) ? T.Zero : T.CreateTruncating(4) * T.Abs(middle - atPoint) / spacing;
        T error = truncation + T.Max(kink, rounding) + T.Abs(sum) * point.Magnitude * StepRule.Epsilon<T>() / spacing;
        return new(sum, error, 2 * Nodes, DifferentiationStatus.Completed);
    }
}
