using System.Numerics;
using FastLoss.Catalog;

namespace FastLoss.Cli.Checking;

/// <summary>Backpropagation through a network of three layers, every parameter.</summary>
internal static class NetworkCheck<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Rows = 6;

    /// <summary>
    /// How far a pre-activation is from relu's kink at the least. Differences start at 1/16 of the scale of 1, and in float
    /// rounding leaves no step small enough to get past a kink that is much nearer.
    /// </summary>
    private const double Clear = 0.1;

    private static readonly NetworkShape s_shape = new(8, 4, 3, 5);

    public static GradientCheckReport Run(HiddenActivation activation)
    {
        Random random = new(1);
        var network = new Network<T>(s_shape, activation, Rows);
        T[] inputs = Draws.Uniform<T>(random, Rows * s_shape.InputCount, -1, 1), gradient = new T[s_shape.ParameterCount];
        int[] labels = [.. Enumerable.Range(0, Rows).Select(_ => random.Next(s_shape.ClassCount))];
        do Draws.Uniform<T>(random, s_shape.ParameterCount, -1, 1).CopyTo(network.Parameters);
        while (activation == HiddenActivation.Relu && Nearest(network, inputs) < Clear);

        network.EvaluateWithGradient(inputs, labels, gradient);
        NetworkLoss<T> loss = network.LossOf(inputs, labels);
        return GradientCheck.Compare(ref loss, network.Parameters, gradient);
    }

    /// <summary>The pre-activation nearest to 0.</summary>
    private static double Nearest(Network<T> network, T[] inputs)
    {
        double nearest = double.PositiveInfinity;
        for (int row = 0; row < Rows; row++)
        {
            T[] values = inputs[(row * s_shape.InputCount)..((row + 1) * s_shape.InputCount)];
            for (int layer = 0; layer + 1 < s_shape.LayerCount; layer++)
            {
                T[] sums = network.Biases(layer).ToArray();
                for (int unit = 0; unit < sums.Length; unit++)
                {
                    for (int i = 0; i < values.Length; i++) sums[unit] += values[i] * network.Weights(layer)[(i * sums.Length) + unit];
                    nearest = Math.Min(nearest, Math.Abs(double.CreateTruncating(sums[unit])));
                }

                values = Array.ConvertAll(sums, z => T.Max(z, T.Zero));
            }
        }

        return nearest;
    }
}
