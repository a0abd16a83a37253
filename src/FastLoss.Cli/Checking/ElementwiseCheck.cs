using System.Numerics;

namespace FastLoss.Cli.Checking;

/// <summary>What an element-wise loss takes as predictions y and targets t.</summary>
internal enum Domain
{
    /// <summary>Any numbers.</summary>
    Real,

    /// <summary>Scores, against -1 or 1.</summary>
    Sign,

    /// <summary>Logits, against probabilities.</summary>
    Logit,

    /// <summary>Probabilities, both.</summary>
    Probability,

    /// <summary>Log-probabilities, against probabilities.</summary>
    LogProbability,

    /// <summary>Positive numbers, both.</summary>
    Positive,

    /// <summary>Logarithms of positive numbers, against positive numbers.</summary>
    LogPositive,
}

/// <summary>The mean of an element-wise loss as a function of the predictions, which include its kinks.</summary>
internal static class ElementwiseCheck<T, TLoss>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLoss : struct, IElementwiseLoss
{
    private const int Count = 24;

    public static GradientCheckReport Run(TLoss loss, Domain domain)
    {
        (T[] predictions, T[] targets) = Draw(domain);
        T[] gradient = new T[Count], bounds = new T[Count];
        Loss.Gradient(loss, predictions, targets, gradient);
        // Where the formula ends at 0 differences must not reach below.
        Array.Fill(bounds, domain is Domain.Probability or Domain.Positive ? T.CreateTruncating(1e-3) : T.NegativeInfinity);
        T[] tops = new T[Count];
        Array.Fill(tops, domain is Domain.Probability ? T.CreateTruncating(0.999) : T.PositiveInfinity);
        var function = new Function(loss, targets);
        return GradientCheck.Compare(ref function, predictions.AsSpan(), gradient, new() { Differentiation = new() { LowerBounds = bounds, UpperBounds = tops } });
    }

    private static (T[] Predictions, T[] Targets) Draw(Domain domain)
    {
        Random random = new((int)domain + 1);
        (double from, double to) = domain switch
        {
            Domain.Probability => (0.05, 0.95),
            Domain.LogProbability => (-4, -0.1),
            Domain.Positive => (0.3, 4),
            _ => (-3.0, 3.0),
        };
        (double targetFrom, double targetTo) = domain switch
        {
            Domain.Probability or Domain.Logit or Domain.LogProbability => (0.05, 0.95),
            Domain.Positive or Domain.LogPositive => (0.3, 4),
            _ => (-3.0, 3.0),
        };
        T[] predictions = Inputs.Uniform<T>(random, Count, from, to), targets = Inputs.Uniform<T>(random, Count, targetFrom, targetTo);
        for (int i = 0; domain == Domain.Sign && i < Count; i++) targets[i] = T.CopySign(T.One, targets[i]);

        // Most kinks are where the prediction meets the target: of signs, where the margin is 1.
        if (domain is Domain.Real or Domain.Sign or Domain.Probability or Domain.Positive)
            targets.AsSpan(0, 3).CopyTo(predictions);
        return (predictions, targets);
    }

    private readonly struct Function(TLoss loss, T[] targets) : IScalarFunction<T>
    {
        public T Evaluate(ReadOnlySpan<T> x) => T.CreateTruncating(Loss.Evaluate(loss, x, targets).Mean);
    }
}
