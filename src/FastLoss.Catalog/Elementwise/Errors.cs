using static System.Math;
using static FastLoss.Catalog.Reference;

namespace FastLoss.Catalog;

/// <summary>Losses of the difference of a prediction and a number.</summary>
internal static class Errors
{
    public static IReadOnlyList<ElementwiseCase> Cases { get; } =
    [
        ElementwiseCase.Of(new SquaredError(), PairKind.Real, 2, (y, t) => (y - t) * (y - t)) with
        {
            IsSymmetric = true,
            IsDigested = true,
            Rival = new(Composed.SquaredError, Composed.SquaredError),
        },
        ElementwiseCase.Of(new HalfSquaredError(), PairKind.Real, 2, (y, t) => (y - t) * (y - t) / 2) with
        {
            IsSymmetric = true,
            IsDigested = true,
            Rival = new(Composed.HalfSquaredError, Composed.HalfSquaredError),
        },
        ElementwiseCase.Of(new AbsoluteError(), PairKind.Real, 1, (y, t) => Abs(y - t)) with
        {
            Kinks = t => [t],
            IsSymmetric = true,
            IsDigested = true,
            Rival = new(Composed.AbsoluteError, Composed.AbsoluteError),
        },
        PowerErrorOf(1.5, 26) with { IsShown = true, IsDigested = true },
        PowerErrorOf(3, 28),
        PowerErrorOf(1, 2) with { Kinks = t => [t] },
        PowerErrorOf(2, 3),
        HuberOf(1) with { Parameters = "", IsShown = true, Rival = new(Composed.Huber, Composed.Huber) },
        HuberOf(0.5) with { IsDigested = true },
        HuberOf(2.5),
        ElementwiseCase.Of(new SmoothL1(0.5), PairKind.Real, 4, (y, t) => Rounded(y - t, 0.5) / 0.5) with
        {
            Parameters = "beta 0.5",
            IsSymmetric = true,
            IsDigested = true,
            Rival = new(Composed.SmoothL1, Composed.SmoothL1),
        },
        ElementwiseCase.Of(new SmoothL1(0), PairKind.Real, 4, (y, t) => Abs(y - t)) with
        {
            Parameters = "beta 0",
            Kinks = t => [t],
            IsSymmetric = true,
            IsShown = false,
        },
        ElementwiseCase.Of(new LogCosh(), PairKind.Real, 8, (y, t) => LogCoshOf(Abs(y - t))) with
        {
            IsSymmetric = true,
            IsDigested = true,
            Rival = new(Composed.LogCosh, Composed.LogCosh),
        },
        QuantileOf(0.25) with { IsDigested = true, IsShown = false, Rival = new(Composed.Quantile, Composed.Quantile) },
        QuantileOf(0.9),
        ElementwiseCase.Of(new PercentageError(), PairKind.Positive, 4, (y, t) => 100 * Abs(y - t) / Max(Abs(t), 1e-7)) with
        {
            Kind = PairKind.Positive with { Prediction = Domain.Real },
            Kinks = t => [t],
            IsDigested = true,
            Rival = new(Composed.PercentageError, Composed.PercentageError),
        },
        ElementwiseCase.Of(new SquaredLogarithmicError(), PairKind.Positive, 10, (y, t) => Pow(Log1P((y - t) / (1 + t)), 2)) with
        {
            Kind = PairKind.Positive with { Prediction = Domain.ZeroOrPositive, Target = Domain.ZeroOrPositive },
            IsSymmetric = true,
            IsDigested = true,
            Rival = new(Composed.SquaredLogarithmicError, Composed.SquaredLogarithmicError),
        },
    ];

    private static ElementwiseCase PowerErrorOf(double power, double ulps) =>
        ElementwiseCase.Of(new PowerError(power), PairKind.Real, ulps, (y, t) => Pow(Abs(y - t), power)) with
        {
            Parameters = FormattableString.Invariant($"power {power}"),
            IsSymmetric = true,
            IsShown = false,
        };

    private static ElementwiseCase HuberOf(double delta) =>
        ElementwiseCase.Of(new Huber(delta), PairKind.Real, 3, (y, t) => Rounded(y - t, delta)) with
        {
            Parameters = FormattableString.Invariant($"delta {delta}"),
            IsSymmetric = true,
            IsShown = false,
        };

    private static ElementwiseCase QuantileOf(double tau) =>
        ElementwiseCase.Of(new Quantile(tau), PairKind.Real, 2, (y, t) => Max(tau * (t - y), (tau - 1) * (t - y))) with
        {
            Parameters = FormattableString.Invariant($"tau {tau}"),
            Kinks = t => [t],
        };

    /// <summary>Half the square up to delta, then the line that goes on from it.</summary>
    public static double Rounded(double e, double delta) => Abs(e) <= delta ? e * e / 2 : delta * (Abs(e) - (delta / 2));

    public static double LogCoshOf(double e) => e > 20 ? e - Log(2) + Log1P(Exp(-2 * e)) : Log1P(2 * Pow(Sinh(e / 2), 2));
}
