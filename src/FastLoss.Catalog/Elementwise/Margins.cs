using static System.Math;

namespace FastLoss.Catalog;

/// <summary>Losses of a score against -1 or 1.</summary>
internal static class Margins
{
    public static IReadOnlyList<ElementwiseCase> Cases { get; } =
    [
        ElementwiseCase.Of(new Hinge(), PairKind.Sign, 1, (y, t) => Max(0, 1 - (t * y))) with
        {
            Scale = (y, t) => Max(1, Abs(y)),
            Kinks = t => [t],
            IsDigested = true,
            Rival = new(Composed.Hinge, Composed.Hinge),
        },
        ElementwiseCase.Of(new SquaredHinge(), PairKind.Sign, 3, (y, t) => Pow(Max(0, 1 - (t * y)), 2)) with
        {
            Scale = (y, t) => Pow(1 + Abs(y), 2),
            IsDigested = true,
            Rival = new(Composed.SquaredHinge, Composed.SquaredHinge),
        },
        ElementwiseCase.Of(new SmoothedHinge(), PairKind.Sign, 4, (y, t) => Smoothed(1 - (t * y), 1)) with
        {
            Scale = (y, t) => Max(1, Abs(y)),
            IsDigested = true,
            Rival = new(Composed.SmoothedHinge, Composed.SmoothedHinge),
        },
        ElementwiseCase.Of(new SmoothedHinge(0.5), PairKind.Sign, 4, (y, t) => Smoothed(1 - (t * y), 0.5)) with
        {
            Parameters = "gamma 0.5",
            Scale = (y, t) => Max(1, Abs(y)),
            IsShown = false,
        },
        MarginRankingOf(0.5) with { IsShown = false, IsDigested = true, Rival = new(Composed.MarginRanking, Composed.MarginRanking) },
        MarginRankingOf(1),
        HingeEmbeddingOf(1) with { Parameters = "", IsDigested = true, Rival = new(Composed.HingeEmbedding, Composed.HingeEmbedding) },
        HingeEmbeddingOf(0.25) with { IsShown = false },
        ElementwiseCase.Of(new Perceptron(), PairKind.Sign, 1, (y, t) => Max(0, -t * y)) with
        {
            Kinks = _ => [0],
            IsDigested = true,
            Rival = new(Composed.Perceptron, Composed.Perceptron),
        },
        ElementwiseCase.Of(new SoftMargin(), PairKind.Sign, 3, (y, t) => Formula.Softplus(-t * y)) with
        {
            IsDigested = true,
            Rival = new(Composed.SoftMargin, Composed.SoftMargin),
        },
        ElementwiseCase.Of(new ExponentialLoss(), PairKind.Sign, 1.5, (y, t) => Exp(-t * y)) with
        {
            Kind = PairKind.Sign with { Prediction = u => Domain.Real(u) / 4 },
            IsDigested = true,
            Rival = new(Composed.ExponentialLoss, Composed.ExponentialLoss),
        },
    ];

    private static ElementwiseCase MarginRankingOf(double margin) =>
        ElementwiseCase.Of(new MarginRanking(margin), PairKind.Sign, 1, (y, t) => Max(0, margin - (t * y))) with
        {
            Parameters = FormattableString.Invariant($"margin {margin}"),
            Scale = (y, t) => Max(1, Abs(y)),
            Kinks = t => [margin * t],
        };

    private static ElementwiseCase HingeEmbeddingOf(double margin) =>
        ElementwiseCase.Of(new HingeEmbedding(margin), PairKind.Sign, 1, (y, t) => t > 0 ? y : Max(0, margin - y)) with
        {
            Parameters = FormattableString.Invariant($"margin {margin}"),
            Scale = (y, t) => Max(1, Abs(y)),
            Kinks = t => t > 0 ? [] : [margin],
        };

    private static double Smoothed(double m, double gamma) => m <= 0 ? 0 : m < gamma ? m * m / (2 * gamma) : m - (gamma / 2);
}
