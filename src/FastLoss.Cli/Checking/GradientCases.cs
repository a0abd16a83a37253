using System.Numerics;
using FastLoss.Catalog;

namespace FastLoss.Cli.Checking;

/// <summary>Every loss and activation of the catalogue, and the networks.</summary>
internal static class GradientCases
{
    public static IReadOnlyList<GradientCase> All { get; } =
        [.. Losses<double>(), .. Losses<float>(), .. Activations<double>(), .. Activations<float>(), .. Networks()];

    private static IEnumerable<GradientCase> Losses<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach ((int rows, int classes) in ((int, int)[])[(4, 2), (5, 3), (16, 10), (3, 100)])
            yield return Case<T>($"SoftmaxCrossEntropy {rows}x{classes}", () => LogitsCheck<T>.Run(rows, classes));
        foreach (ElementwiseCase loss in ElementwiseCase.All.Where(c => c.IsShown)) yield return Case<T>(loss.Name, () => ElementwiseCheck<T>.Run(loss));
        yield return Case<T>("HeteroscedasticGaussianNll", VarianceCheck<T>.Run);
        foreach ((string name, Func<GradientCheckReport> check) in RowCases<T>.All()) yield return Case<T>(name, check);
    }

    private static IEnumerable<GradientCase> Activations<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (ActivationCase activation in ActivationCase.All)
        {
            ActivationCalls<T> calls = activation.Bound<T>();
            yield return Case<T>(activation.Name, () => ActivationCheck<T>.Run(
                (x, y) => calls.Forward(x, y),
                (x, _, weights, gradient) => calls.Backward(x, weights, gradient)));
        }

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
