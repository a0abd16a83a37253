using static System.Math;
using static FastLoss.Catalog.Reference;

namespace FastLoss.Catalog;

/// <summary>Distances of distributions, element by element.</summary>
internal static class Divergences
{
    public static IReadOnlyList<ElementwiseCase> Cases { get; } =
    [
        ElementwiseCase.Of(new KLDivergence(), PairKind.LogProbability, 2, (y, t) => Formula.Times(t, Log(t) - y)) with
        {
            Scale = (y, t) => t * Max(Abs(Log(Max(t, 1e-300))), Abs(y)),
            IsDigested = true,
        },
        ElementwiseCase.Of(new KLDivergenceLogTarget(), PairKind.Real, 3, (y, t) => Exp(t) * (t - y)) with
        {
            Kind = PairKind.Real with { Prediction = Domain.LogProbability, Target = Domain.LogProbability },
            IsDigested = true,
            Rival = new(Composed.KLDivergenceLogTarget, Composed.KLDivergenceLogTarget),
        },
        ElementwiseCase.Of(new JensenShannon(), PairKind.Probability, 10, JensenShannonOf) with
        {
            Kind = PairKind.Probability with { Target = Domain.Inside },
            IsSymmetric = true,
            IsDigested = true,
            Rival = new(Composed.JensenShannon, Composed.JensenShannon),
        },
        ElementwiseCase.Of(new TotalVariation(), PairKind.Probability, 1, (y, t) => Abs(y - t) / 2) with
        {
            Kind = PairKind.Probability with { Prediction = Domain.Unit },
            Kinks = t => [t],
            IsSymmetric = true,
            IsDigested = true,
            Rival = new(Composed.TotalVariation, Composed.TotalVariation),
        },
    ];

    /// <summary>By the share d = abs(y - t) / (y + t), and by its series where that cancels.</summary>
    private static double JensenShannonOf(double y, double t)
    {
        double d = Abs(y - t) / (y + t);
        if (d < 0.3)
        {
            double sum = 0;
            for (int k = 20; k >= 1; k--) sum = (sum + (1.0 / (k * ((2 * k) - 1)))) * d * d;
            return (y + t) / 4 * sum;
        }

        return (y + t) / 4 * (((1 + d) * Log1P(d)) + ((1 - d) * Log1P(-d)));
    }
}
