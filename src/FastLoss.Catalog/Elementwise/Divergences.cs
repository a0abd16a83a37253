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
        GeneralizedOf(0.25) with { IsDigested = true },
        GeneralizedOf(0.5) with { Parameters = "", IsSymmetric = true, IsShown = false },
        GeneralizedOf(0.9),
        ElementwiseCase.Of(new TotalVariation(), PairKind.Probability, 1, (y, t) => Abs(y - t) / 2) with
        {
            Kind = PairKind.Probability with { Prediction = Domain.Unit },
            Kinks = t => [t],
            IsSymmetric = true,
            IsDigested = true,
            Rival = new(Composed.TotalVariation, Composed.TotalVariation),
        },
    ];

    private static ElementwiseCase GeneralizedOf(double share) =>
        ElementwiseCase.Of(new GeneralizedJensenShannon(share), PairKind.Probability, 24, (y, t) =>
        {
            double mixture = (share * y) + ((1 - share) * t), difference = y - t;
            return mixture * ((share * Entropy((1 - share) * difference / mixture)) + ((1 - share) * Entropy(-share * difference / mixture)));
        }) with
        {
            Kind = PairKind.Probability with { Target = Domain.Inside },
            Parameters = FormattableString.Invariant($"share {share}"),
        };

    /// <summary>(1 + x) ln(1 + x) - x, by its series where that cancels: of m times a share of the mixture less the straight parts, whose sum is 0.</summary>
    private static double Entropy(double x)
    {
        if (Abs(x) > 0.3) return Formula.Times(1 + x, Log1P(x)) - x;
        double sum = 0;
        for (int k = 40; k >= 2; k--) sum = (1.0 / (k * (k - 1))) - (x * sum);
        return sum * x * x;
    }

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
