using static System.Math;

namespace FastLoss.Catalog;

/// <summary>Likelihoods and deviances of counts, positive numbers and normal ones.</summary>
internal static class Deviances
{
    private static readonly PairKind Counted = PairKind.Positive with { Target = Domain.Count };

    public static IReadOnlyList<ElementwiseCase> Cases { get; } =
    [
        ElementwiseCase.Of(new PoissonNll(), Counted, 2, (y, t) => y - Formula.Times(t, Log(y))) with
        {
            Scale = (y, t) => Max(y, Abs(t * Log(y))),
            IsDigested = true,
            Rival = new(Composed.PoissonNll, Composed.PoissonNll),
        },
        ElementwiseCase.Of(new PoissonNll(1e-8, true), Counted, 4, (y, t) => y - Formula.Times(t, Log(y + 1e-8)) + Stirling(t)) with
        {
            Parameters = "epsilon 1e-8, full",
            Scale = (y, t) => Max(y, Abs(t * Log(y))) + (t * (1 + Log(t + 1))),
            IsShown = false,
        },
        ElementwiseCase.Of(new PoissonNllFromLogRate(), PairKind.LogPositive, 3, (y, t) => Exp(y) - (t * y)) with
        {
            Scale = (y, t) => Max(Exp(y), Abs(t * y)),
            IsDigested = true,
            Rival = new(Composed.PoissonNllFromLogRate, Composed.PoissonNllFromLogRate),
        },
        ElementwiseCase.Of(new PoissonDeviance(), Counted, 19, (y, t) => t == 0 ? 2 * y : 2 * t * Less((y - t) / t, y / t)) with
        {
            IsDigested = true,
        },
        ElementwiseCase.Of(new GammaDeviance(), PairKind.Positive, 19, (y, t) => 2 * Less((t - y) / y, t / y)) with
        {
            IsDigested = true,
            Rival = new(Composed.GammaDeviance, Composed.GammaDeviance),
        },
        ElementwiseCase.Of(new TweedieDeviance(1.5), PairKind.Positive, 170, (y, t) => 4 * Pow((y - t) / (Sqrt(y) + Sqrt(t)), 2) / Sqrt(y)) with
        {
            Kind = PairKind.Positive with { Target = Domain.ZeroOrPositive },
            Parameters = "power 1.5",
            IsDigested = true,
        },
        ElementwiseCase.Of(new TweedieDeviance(3), PairKind.Positive, 300, (y, t) => (y - t) * (y - t) / (y * y * t)) with { Parameters = "power 3" },
        ElementwiseCase.Of(new GaussianNll(0.5), PairKind.Real, 4, (y, t) => (Log(0.5) + ((y - t) * (y - t) / 0.5)) / 2) with
        {
            Parameters = "variance 0.5",
            Scale = (y, t) => Max(0.35, (y - t) * (y - t)),
            IsSymmetric = true,
            IsDigested = true,
            Rival = new(Composed.GaussianNll, Composed.GaussianNll),
        },
        ElementwiseCase.Of(new GaussianNll(4, true), PairKind.Real, 4, (y, t) => (Log(2 * PI * 4) + ((y - t) * (y - t) / 4)) / 2) with
        {
            Parameters = "variance 4, full",
            Scale = (y, t) => Max(1.6, (y - t) * (y - t) / 8),
            IsSymmetric = true,
            IsShown = false,
        },
    ];

    private static double Stirling(double t) => t <= 1 ? 0 : (t * Log(t)) - t + (Log(2 * PI * t) / 2);

    /// <summary>r - ln(1 + r) of r = ratio - 1, by its series where it cancels.</summary>
    private static double Less(double r, double ratio)
    {
        if (Abs(r) > 0.1) return r - Log(ratio);
        double sum = 0;
        for (int k = 24; k >= 2; k--) sum = (k % 2 == 0 ? 1.0 / k : -1.0 / k) + (sum * r);
        return sum * r * r;
    }
}
