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
    }

    private static IEnumerable<GradientCase> Activations<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        yield return Case<T>("Sigmoid", () => ActivationCheck<T>.Run(
            (x, y) => Sigmoid.Compute(x, y),
            (_, y, weights, gradient) =>
            {
                for (int i = 0; i < y.Length; i++) gradient[i] = weights[i] * y[i] * (T.One - y[i]);
            }));
        yield return Case<T>("Softmax", () => ActivationCheck<T>.Run(
            (x, y) => Softmax.Compute(x, y),
            (_, y, weights, gradient) =>
            {
                T mean = Dot(y, weights);
                for (int i = 0; i < y.Length; i++) gradient[i] = y[i] * (weights[i] - mean);
            }));
        yield return Case<T>("LogSoftmax", () => ActivationCheck<T>.Run(
            (x, y) => LogSoftmax.Compute(x, y),
            (x, _, weights, gradient) =>
            {
                Softmax.Compute(x, gradient);
                T sum = T.Zero;
                foreach (T weight in weights) sum += weight;
                for (int i = 0; i < x.Length; i++) gradient[i] = weights[i] - (sum * gradient[i]);
            }));
        yield return Case<T>("LogSumExp", () => ActivationCheck<T>.Run(
            (x, y) => y[0] = LogSumExp.Compute(x),
            (x, _, weights, gradient) =>
            {
                Softmax.Compute(x, gradient);
                for (int i = 0; i < x.Length; i++) gradient[i] *= weights[0];
            }));
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

    private static T Dot<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T sum = T.Zero;
        for (int i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
