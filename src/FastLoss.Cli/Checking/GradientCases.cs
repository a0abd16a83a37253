using System.Globalization;
using System.Numerics;

namespace FastLoss.Cli.Checking;

/// <summary>Every loss and activation of the library. A new one is one line here; a test finds those that are missing.</summary>
internal static class GradientCases
{
    public static IReadOnlyList<GradientCase> All { get; } =
        [.. Losses<double>(), .. Losses<float>(), .. Activations<double>(), .. Activations<float>(), .. Networks()];

    private static IEnumerable<GradientCase> Losses<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach ((int rows, int classes) in ((int, int)[])[(4, 2), (5, 3), (16, 10), (3, 100)])
            yield return Case<T>($"SoftmaxCrossEntropy {rows}x{classes}", () => LogitsCheck<T>.Run(rows, classes));
        yield return Elementwise<T, HalfSquaredError>(new(), Domain.Real);
        yield return Elementwise<T, SquaredError>(new(), Domain.Real);
        yield return Elementwise<T, AbsoluteError>(new(), Domain.Real);
        yield return Elementwise<T, Huber>(new(), Domain.Real);
        yield return Elementwise<T, SmoothL1>(new(0.5), Domain.Real, "beta 0.5");
        yield return Elementwise<T, LogCosh>(new(), Domain.Real);
        yield return Elementwise<T, Quantile>(new(0.9), Domain.Real, "tau 0.9");
        yield return Elementwise<T, PercentageError>(new(), Domain.Positive);
        yield return Elementwise<T, SquaredLogarithmicError>(new(), Domain.Positive);
        yield return Elementwise<T, GaussianNll>(new(0.5), Domain.Real, "variance 0.5");
        yield return Case<T>("HeteroscedasticGaussianNll", VarianceCheck<T>.Run);
        yield return Elementwise<T, Hinge>(new(), Domain.Sign);
        yield return Elementwise<T, SquaredHinge>(new(), Domain.Sign);
        yield return Elementwise<T, SmoothedHinge>(new(), Domain.Sign);
        yield return Elementwise<T, MarginRanking>(new(1), Domain.Sign, "margin 1");
        yield return Elementwise<T, SoftMargin>(new(), Domain.Sign);
        yield return Elementwise<T, ExponentialLoss>(new(), Domain.Sign);
        yield return Elementwise<T, BinaryCrossEntropy>(new(), Domain.Probability);
        yield return Elementwise<T, BinaryCrossEntropy>(new(3, 0.1), Domain.Probability, "weight 3, smoothing 0.1");
        yield return Elementwise<T, BinaryCrossEntropyFromLogits>(new(), Domain.Logit);
        yield return Elementwise<T, BinaryCrossEntropyFromLogits>(new(3, 0.1), Domain.Logit, "weight 3, smoothing 0.1");
        yield return Elementwise<T, SigmoidFocal>(new(), Domain.Logit);
        yield return Elementwise<T, SigmoidFocal>(new(1.5, 0.25), Domain.Logit, "gamma 1.5, alpha 0.25");
        yield return Elementwise<T, KLDivergence>(new(), Domain.LogProbability);
        yield return Elementwise<T, KLDivergenceLogTarget>(new(), Domain.Real);
        yield return Elementwise<T, JensenShannon>(new(), Domain.Probability);
        yield return Elementwise<T, TotalVariation>(new(), Domain.Probability);
        yield return Elementwise<T, PoissonNll>(new(), Domain.Positive);
        yield return Elementwise<T, PoissonNllFromLogRate>(new(), Domain.LogPositive);
        yield return Elementwise<T, PoissonDeviance>(new(), Domain.Positive);
        yield return Elementwise<T, GammaDeviance>(new(), Domain.Positive);
        foreach (double power in (double[])[1.5, 3])
            yield return Elementwise<T, TweedieDeviance>(new(power), Domain.Positive, string.Create(CultureInfo.InvariantCulture, $"power {power}"));
        yield return Elementwise<T, WeightedSum<SquaredError, LogCosh>>(new(0.75, new(), 0.25, new()), Domain.Real, "0.75 squared error, 0.25 log-cosh");
        foreach ((string name, Func<GradientCheckReport> check) in RowCases<T>.All()) yield return Case<T>(name, check);
    }

    private static GradientCase Elementwise<T, TLoss>(TLoss loss, Domain domain, string parameters = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLoss : struct, IElementwiseLoss
    {
        string name = typeof(TLoss).Name.Split('`')[0];
        return Case<T>(parameters.Length == 0 ? name : $"{name}, {parameters}", () => ElementwiseCheck<T, TLoss>.Run(loss, domain));
    }

    private static IEnumerable<GradientCase> Activations<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        yield return Activation<T>("Sigmoid", Sigmoid.Compute, Sigmoid.Backward);
        yield return Activation<T>("LogSigmoid", LogSigmoid.Compute, LogSigmoid.Backward);
        yield return Activation<T>("Softplus", Softplus.Compute, Softplus.Backward);
        yield return Activation<T>("Tanh", Tanh.Compute, Tanh.Backward);
        yield return Activation<T>("Relu", Relu.Compute, Relu.Backward);
        yield return Activation<T>("Gelu", Gelu.Compute, Gelu.Backward);
        yield return Activation<T>("GeluTanh", GeluTanh.Compute, GeluTanh.Backward);
        yield return Activation<T>("Silu", Silu.Compute, Silu.Backward);
        yield return Case<T>("Softmax", () => ActivationCheck<T>.Run(
            (x, y) => Softmax.Compute(x, y),
            (_, y, weights, gradient) => Softmax.Backward(y, y.Length, weights, gradient)));
        yield return Case<T>("LogSoftmax", () => ActivationCheck<T>.Run(
            (x, y) => LogSoftmax.Compute(x, y),
            (_, y, weights, gradient) => LogSoftmax.Backward(y, y.Length, weights, gradient)));
        yield return Case<T>("LogSumExp", () => ActivationCheck<T>.Run(
            (x, y) => y[0] = LogSumExp.Compute(x),
            (x, _, weights, gradient) => LogSumExp.Backward(x, x.Length, weights[..1], gradient)));
    }

    /// <summary>An element-wise activation, whose backward pass takes its inputs.</summary>
    private static GradientCase Activation<T>(
        string name, Action<ReadOnlySpan<T>, Span<T>> forward, Action<ReadOnlySpan<T>, ReadOnlySpan<T>, Span<T>> backward)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Case<T>(name, () => ActivationCheck<T>.Run(forward, (x, _, weights, gradient) => backward(x, weights, gradient)));

    private static IEnumerable<GradientCase> Networks()
    {
        foreach (HiddenActivation activation in Enum.GetValues<HiddenActivation>())
        {
            yield return Case<double>($"TwoLayerNetwork {activation}", () => NetworkCheck<double>.Run(activation));
            yield return Case<float>($"TwoLayerNetwork {activation}", () => NetworkCheck<float>.Run(activation));
        }
    }

    private static GradientCase Case<T>(string name, Func<GradientCheckReport> check) =>
        new(name, typeof(T) == typeof(double) ? "double" : "float", check);
}
