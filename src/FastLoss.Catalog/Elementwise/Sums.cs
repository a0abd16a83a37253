using static System.Math;

namespace FastLoss.Catalog;

/// <summary>Weighted sums of two losses.</summary>
internal static class Sums
{
    public static IReadOnlyList<ElementwiseCase> Cases { get; } =
    [
        Of(0.75, new SquaredError(), 0.25, new AbsoluteError(), PairKind.Real, 3, (y, t) => (0.75 * (y - t) * (y - t)) + (0.25 * Abs(y - t))) with
        {
            Parameters = "0.75 squared error, 0.25 absolute error",
            Kinks = t => [t],
            IsSymmetric = true,
            IsShown = false,
        },
        Of(0.75, new SquaredError(), 0.25, new LogCosh(), PairKind.Real, 8, (y, t) => (0.75 * (y - t) * (y - t)) + (0.25 * Errors.LogCoshOf(Abs(y - t)))) with
        {
            Parameters = "0.75 squared error, 0.25 log-cosh",
            IsSymmetric = true,
        },
        Of(
            2,
            new BinaryCrossEntropyFromLogits(),
            -0.5,
            new SquaredError(),
            PairKind.Logit,
            7,
            (y, t) => (2 * (Formula.Times(t, Formula.Softplus(-y)) + Formula.Times(1 - t, Formula.Softplus(y)))) - (0.5 * (y - t) * (y - t))) with
        {
            Parameters = "2 cross-entropy, -0.5 squared error",
            Scale = (y, t) => Max(2 * Formula.Softplus(Abs(y)), 0.5 * (y - t) * (y - t)),
            IsShown = false,
        },
        ElementwiseCase.Of(
            default(WeightedSum<HalfSquaredError, Huber>), PairKind.Real, 4, (y, t) => ((y - t) * (y - t) / 2) + Errors.Rounded(y - t, 1)) with
        {
            Parameters = "unset",
            IsSymmetric = true,
            IsShown = false,
        },
        Of(
            0.5,
            new Huber(),
            2,
            new PoissonNllFromLogRate(),
            PairKind.LogPositive,
            4,
            (y, t) => (0.5 * Errors.Rounded(y - t, 1)) + (2 * (Exp(y) - (t * y)))) with
        {
            Parameters = "0.5 Huber, 2 Poisson",
            Scale = (y, t) => (0.5 * Errors.Rounded(y - t, 1)) + (2 * Max(Exp(y), Abs(t * y))),
            IsShown = false,
            IsDigested = true,
        },
    ];

    private static ElementwiseCase Of<TFirst, TSecond>(
        double a, TFirst first, double b, TSecond second, PairKind kind, double ulps, Func<double, double, double> value)
        where TFirst : struct, ICurvedLoss
        where TSecond : struct, ICurvedLoss => ElementwiseCase.Of(new WeightedSum<TFirst, TSecond>(a, first, b, second), kind, ulps, value);
}
