using static System.Math;
using static FastLoss.Catalog.Formula;

namespace FastLoss.Catalog;

/// <summary>Losses of the probability of one of two classes.</summary>
internal static class BinaryLosses
{
    public static IReadOnlyList<ElementwiseCase> Cases { get; } =
    [
        ElementwiseCase.Of(
            new BinaryCrossEntropy(), PairKind.Probability, 4, (y, t) => -Times(t, Log(y)) - Times(1 - t, Reference.Log1P(-y))) with
        {
            IsDigested = true,
            Rival = new(Composed.BinaryCrossEntropy, Composed.BinaryCrossEntropy),
        },
        ElementwiseCase.Of(
            new BinaryCrossEntropy(3, 0.1),
            PairKind.Probability,
            6,
            (y, t) => (-3 * Smooth(t, 0.1) * Log(y)) - ((1 - Smooth(t, 0.1)) * Reference.Log1P(-y))) with { Parameters = "weight 3, smoothing 0.1" },
        FromLogits(1, 0) with
        {
            Parameters = "",
            Ulps = 5,
            Rival = new(Composed.BinaryCrossEntropyFromLogits, Composed.BinaryCrossEntropyFromLogits),
        },
        FromLogits(3, 0.1),
        FromLogits(2, 0.25) with { IsShown = false, IsDigested = true },
        ElementwiseCase.Of(new SigmoidFocal(), PairKind.Logit, 12, (y, t) => Focal(y, t, 2, 1, 1)) with
        {
            Kind = PairKind.Logit with { Prediction = u => Domain.Real(u) / 4 },
            IsDigested = true,
        },
        ElementwiseCase.Of(new SigmoidFocal(1.5, 0.25), PairKind.Logit, 60, (y, t) => Focal(y, t, 1.5, 0.25, 0.75)) with
        {
            Kind = PairKind.Logit with { Prediction = u => Domain.Real(u) / 8 },
            Parameters = "gamma 1.5, alpha 0.25",
        },
    ];

    private static ElementwiseCase FromLogits(double weight, double smoothing) => ElementwiseCase.Of(
        new BinaryCrossEntropyFromLogits(weight, smoothing),
        PairKind.Logit,
        7,
        (y, t) => (weight * Times(Smooth(t, smoothing), Softplus(-y))) + Times(1 - Smooth(t, smoothing), Softplus(y))) with
    {
        Parameters = FormattableString.Invariant($"weight {weight}, smoothing {smoothing}"),
    };

    private static double Smooth(double t, double s) => (t * (1 - s)) + (s / 2);

    private static double Focal(double y, double t, double gamma, double positive, double negative)
    {
        double p = 1 / (1 + Exp(-y)), q = 1 / (1 + Exp(y));
        double wrong = (t * q) + ((1 - t) * p);
        return ((t * positive) + ((1 - t) * negative)) * Pow(wrong, gamma) * (Times(t, Softplus(-y)) + Times(1 - t, Softplus(y)));
    }
}
