using static System.Math;
using static FastLoss.Tests.Support.Reference;

namespace FastLoss.Tests.Contracts;

/// <summary>A loss, its definition in double, and where it is defined.</summary>
/// <param name="Name">The type's name, and its parameters where it is not the only case.</param>
/// <param name="Value">The definition, in a form that does not cancel.</param>
/// <param name="Prediction">A prediction from a number in [0, 1).</param>
/// <param name="Target">A target from a number in [0, 1).</param>
/// <param name="Ulps">What the documentation allows, in units of the last place of Scale.</param>
internal sealed record LossCase(
    string Name,
    CurvedElementLoss<float> Float,
    CurvedElementLoss<double> Double,
    Func<double, double, double> Value,
    Func<double, double> Prediction,
    Func<double, double> Target,
    double Ulps)
{
    /// <summary>What the error is measured against: the value, or the largest of the terms that may cancel.</summary>
    public Func<double, double, double>? Scale { get; init; }

    /// <summary>Predictions where the loss has a corner.</summary>
    public Func<double, double[]> Kinks { get; init; } = _ => [];

    /// <summary>loss(y, t) = loss(t, y).</summary>
    public bool IsSymmetric { get; init; }

    public static CurvedElementLoss<float> F<TLoss>(TLoss loss)
        where TLoss : struct, ICurvedLoss => Loss.BindCurved<TLoss, float>(loss);

    public static CurvedElementLoss<double> D<TLoss>(TLoss loss)
        where TLoss : struct, ICurvedLoss => Loss.BindCurved<TLoss, double>(loss);

    public static IReadOnlyList<LossCase> All { get; } =
    [
        new("SquaredError", F(new SquaredError()), D(new SquaredError()), (y, t) => (y - t) * (y - t), Domain.Real, Domain.Real, 2)
        { IsSymmetric = true },
        new("HalfSquaredError", F(new HalfSquaredError()), D(new HalfSquaredError()), (y, t) => (y - t) * (y - t) / 2, Domain.Real, Domain.Real, 2)
        { IsSymmetric = true },
        new("AbsoluteError", F(new AbsoluteError()), D(new AbsoluteError()), (y, t) => Abs(y - t), Domain.Real, Domain.Real, 1)
        { Kinks = t => [t], IsSymmetric = true },
        new("TotalVariation", F(new TotalVariation()), D(new TotalVariation()), (y, t) => Abs(y - t) / 2, Domain.Unit, Domain.Unit, 1)
        { Kinks = t => [t], IsSymmetric = true },
        new("Huber", F(new Huber()), D(new Huber()), (y, t) => HuberOf(y - t, 1), Domain.Real, Domain.Real, 3)
        { IsSymmetric = true },
        new("Huber(2.5)", F(new Huber(2.5f)), D(new Huber(2.5)), (y, t) => HuberOf(y - t, 2.5), Domain.Real, Domain.Real, 3)
        { IsSymmetric = true },
        new("SmoothL1(0.5)", F(new SmoothL1(0.5f)), D(new SmoothL1(0.5)), (y, t) => HuberOf(y - t, 0.5) / 0.5, Domain.Real, Domain.Real, 4)
        { IsSymmetric = true },
        new("SmoothL1(0)", F(new SmoothL1(0)), D(new SmoothL1(0)), (y, t) => Abs(y - t), Domain.Real, Domain.Real, 4)
        { Kinks = t => [t], IsSymmetric = true },
        new("LogCosh", F(new LogCosh()), D(new LogCosh()), (y, t) => LogCoshOf(Abs(y - t)), Domain.Real, Domain.Real, 8)
        { IsSymmetric = true },
        new("Quantile(0.25)", F(new Quantile(0.25f)), D(new Quantile(0.25)), (y, t) => Max(0.25 * (t - y), -0.75 * (t - y)), Domain.Real, Domain.Real, 2)
        { Kinks = t => [t] },
        new("PercentageError", F(new PercentageError()), D(new PercentageError()), (y, t) => 100 * Abs(y - t) / Max(Abs(t), 1e-7), Domain.Real, Domain.Positive, 4)
        { Kinks = t => [t] },
        new("SquaredLogarithmicError", F(new SquaredLogarithmicError()), D(new SquaredLogarithmicError()), (y, t) => Pow(Log1P((y - t) / (1 + t)), 2), Domain.ZeroOrPositive, Domain.ZeroOrPositive, 10)
        { IsSymmetric = true },
        new("Hinge", F(new Hinge()), D(new Hinge()), (y, t) => Max(0, 1 - (t * y)), Domain.Real, Domain.Sign, 1)
        { Scale = (y, t) => Max(1, Abs(y)), Kinks = t => [t] },
        new("SquaredHinge", F(new SquaredHinge()), D(new SquaredHinge()), (y, t) => Pow(Max(0, 1 - (t * y)), 2), Domain.Real, Domain.Sign, 3)
        { Scale = (y, t) => Pow(1 + Abs(y), 2) },
        new("SmoothedHinge", F(new SmoothedHinge()), D(new SmoothedHinge()), (y, t) => SmoothedHingeOf(1 - (t * y), 1), Domain.Real, Domain.Sign, 4)
        { Scale = (y, t) => Max(1, Abs(y)) },
        new("SmoothedHinge(0.5)", F(new SmoothedHinge(0.5f)), D(new SmoothedHinge(0.5)), (y, t) => SmoothedHingeOf(1 - (t * y), 0.5), Domain.Real, Domain.Sign, 4)
        { Scale = (y, t) => Max(1, Abs(y)) },
        new("MarginRanking(0.5)", F(new MarginRanking(0.5f)), D(new MarginRanking(0.5)), (y, t) => Max(0, 0.5 - (t * y)), Domain.Real, Domain.Sign, 1)
        { Scale = (y, t) => Max(1, Abs(y)), Kinks = t => [0.5 * t] },
        new("SoftMargin", F(new SoftMargin()), D(new SoftMargin()), (y, t) => SoftplusOf(-t * y), Domain.Real, Domain.Sign, 3),
        new("ExponentialLoss", F(new ExponentialLoss()), D(new ExponentialLoss()), (y, t) => Exp(-t * y), u => Domain.Real(u) / 4, Domain.Sign, 1.5),
        new("PoissonNll", F(new PoissonNll()), D(new PoissonNll()), (y, t) => y - Times(t, Log(y)), Domain.Positive, Domain.Count, 2)
        { Scale = (y, t) => Max(y, Abs(t * Log(y))) },
        new("PoissonNll(1e-8, full)", F(new PoissonNll(1e-8f, true)), D(new PoissonNll(1e-8, true)), (y, t) => y - Times(t, Log(y + 1e-8)) + Stirling(t), Domain.Positive, Domain.Count, 4)
        { Scale = (y, t) => Max(y, Abs(t * Log(y))) + (t * (1 + Log(t + 1))) },
        new("PoissonNllFromLogRate", F(new PoissonNllFromLogRate()), D(new PoissonNllFromLogRate()), (y, t) => Exp(y) - (t * y), u => Domain.Real(u) / 8, Domain.Count, 3)
        { Scale = (y, t) => Max(Exp(y), Abs(t * y)) },
        new("PoissonDeviance", F(new PoissonDeviance()), D(new PoissonDeviance()), (y, t) => t == 0 ? 2 * y : 2 * t * Less((y - t) / t, y / t), Domain.Positive, Domain.Count, 19),
        new("GammaDeviance", F(new GammaDeviance()), D(new GammaDeviance()), (y, t) => 2 * Less((t - y) / y, t / y), Domain.Positive, Domain.Positive, 19),
        new("TweedieDeviance(1.5)", F(new TweedieDeviance(1.5f)), D(new TweedieDeviance(1.5)), (y, t) => 4 * Pow((y - t) / (Sqrt(y) + Sqrt(t)), 2) / Sqrt(y), Domain.Positive, Domain.ZeroOrPositive, 170),
        new("TweedieDeviance(3)", F(new TweedieDeviance(3)), D(new TweedieDeviance(3)), (y, t) => (y - t) * (y - t) / (y * y * t), Domain.Positive, Domain.Positive, 300),
        new("GaussianNll(0.5)", F(new GaussianNll(0.5f)), D(new GaussianNll(0.5)), (y, t) => (Log(0.5) + ((y - t) * (y - t) / 0.5)) / 2, Domain.Real, Domain.Real, 4)
        { Scale = (y, t) => Max(0.35, (y - t) * (y - t)), IsSymmetric = true },
        new("GaussianNll(4, full)", F(new GaussianNll(4, true)), D(new GaussianNll(4, true)), (y, t) => (Log(2 * PI * 4) + ((y - t) * (y - t) / 4)) / 2, Domain.Real, Domain.Real, 4)
        { Scale = (y, t) => Max(1.6, (y - t) * (y - t) / 8), IsSymmetric = true },
        new("BinaryCrossEntropy", F(new BinaryCrossEntropy()), D(new BinaryCrossEntropy()), (y, t) => -Times(t, Log(y)) - Times(1 - t, Log1P(-y)), Domain.Inside, Domain.Unit, 4),
        new("BinaryCrossEntropy(3, 0.2)", F(new BinaryCrossEntropy(3, 0.2f)), D(new BinaryCrossEntropy(3, 0.2)), (y, t) => (-3 * Smooth(t, 0.2) * Log(y)) - ((1 - Smooth(t, 0.2)) * Log1P(-y)), Domain.Inside, Domain.Unit, 6),
        new("BinaryCrossEntropyFromLogits", F(new BinaryCrossEntropyFromLogits()), D(new BinaryCrossEntropyFromLogits()), (y, t) => Times(t, SoftplusOf(-y)) + Times(1 - t, SoftplusOf(y)), Domain.Real, Domain.Unit, 5),
        new("BinaryCrossEntropyFromLogits(3, 0.2)", F(new BinaryCrossEntropyFromLogits(3, 0.2f)), D(new BinaryCrossEntropyFromLogits(3, 0.2)), (y, t) => (3 * Smooth(t, 0.2) * SoftplusOf(-y)) + ((1 - Smooth(t, 0.2)) * SoftplusOf(y)), Domain.Real, Domain.Unit, 7),
        new("SigmoidFocal", F(new SigmoidFocal()), D(new SigmoidFocal()), (y, t) => Focal(y, t, 2, 1, 1), u => Domain.Real(u) / 4, Domain.Unit, 12),
        new("SigmoidFocal(1.5, 0.25)", F(new SigmoidFocal(1.5f, 0.25f)), D(new SigmoidFocal(1.5, 0.25)), (y, t) => Focal(y, t, 1.5, 0.25, 0.75), u => Domain.Real(u) / 8, Domain.Unit, 60),
        new("KLDivergence", F(new KLDivergence()), D(new KLDivergence()), (y, t) => Times(t, Log(t) - y), Domain.LogProbability, Domain.Unit, 2)
        { Scale = (y, t) => t * Max(Abs(Log(Max(t, 1e-300))), Abs(y)) },
        new("KLDivergenceLogTarget", F(new KLDivergenceLogTarget()), D(new KLDivergenceLogTarget()), (y, t) => Exp(t) * (t - y), Domain.LogProbability, Domain.LogProbability, 3),
        new("JensenShannon", F(new JensenShannon()), D(new JensenShannon()), (y, t) => JensenShannonOf(y, t), Domain.Inside, Domain.Inside, 10)
        { IsSymmetric = true },
        new("WeightedSum(0.75 squared, 0.25 absolute)", F(Sum(0.75, new SquaredError(), 0.25, new AbsoluteError())), D(Sum(0.75, new SquaredError(), 0.25, new AbsoluteError())), (y, t) => (0.75 * (y - t) * (y - t)) + (0.25 * Abs(y - t)), Domain.Real, Domain.Real, 3)
        { Kinks = t => [t], IsSymmetric = true },
        new("WeightedSum(2 cross-entropy, -0.5 squared)", F(Sum(2, new BinaryCrossEntropyFromLogits(), -0.5, new SquaredError())), D(Sum(2, new BinaryCrossEntropyFromLogits(), -0.5, new SquaredError())), (y, t) => (2 * (Times(t, SoftplusOf(-y)) + Times(1 - t, SoftplusOf(y)))) - (0.5 * (y - t) * (y - t)), Domain.Real, Domain.Unit, 7)
        { Scale = (y, t) => Max(2 * SoftplusOf(Abs(y)), 0.5 * (y - t) * (y - t)) },
        new("WeightedSum(unset)", F(default(WeightedSum<HalfSquaredError, Huber>)), D(default(WeightedSum<HalfSquaredError, Huber>)), (y, t) => ((y - t) * (y - t) / 2) + HuberOf(y - t, 1), Domain.Real, Domain.Real, 4)
        { IsSymmetric = true },
    ];

    private static WeightedSum<TFirst, TSecond> Sum<TFirst, TSecond>(double a, TFirst first, double b, TSecond second)
        where TFirst : struct, ICurvedLoss
        where TSecond : struct, ICurvedLoss => new(a, first, b, second);

    private static double Times(double weight, double value) => weight == 0 ? 0 : weight * value;

    private static double HuberOf(double e, double delta) => Abs(e) <= delta ? e * e / 2 : delta * (Abs(e) - (delta / 2));

    private static double SmoothedHingeOf(double m, double gamma) => m <= 0 ? 0 : m < gamma ? m * m / (2 * gamma) : m - (gamma / 2);

    private static double LogCoshOf(double e) => e > 20 ? e - Log(2) + Log1P(Exp(-2 * e)) : Log1P(2 * Pow(Sinh(e / 2), 2));

    private static double SoftplusOf(double x) => Max(0, x) + Log1P(Exp(-Abs(x)));

    private static double Smooth(double t, double s) => (t * (1 - s)) + (s / 2);

    private static double Stirling(double t) => t <= 1 ? 0 : (t * Log(t)) - t + (Log(2 * PI * t) / 2);

    /// <summary>r - ln(1 + r) of r = ratio - 1, by its series where it cancels.</summary>
    private static double Less(double r, double ratio)
    {
        if (Abs(r) > 0.1) return r - Log(ratio);
        double sum = 0;
        for (int k = 24; k >= 2; k--) sum = (k % 2 == 0 ? 1.0 / k : -1.0 / k) + (sum * r);
        return sum * r * r;
    }

    private static double Focal(double y, double t, double gamma, double positive, double negative)
    {
        double p = 1 / (1 + Exp(-y)), q = 1 / (1 + Exp(y));
        double wrong = (t * q) + ((1 - t) * p);
        return ((t * positive) + ((1 - t) * negative)) * Pow(wrong, gamma) * (Times(t, SoftplusOf(-y)) + Times(1 - t, SoftplusOf(y)));
    }

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
