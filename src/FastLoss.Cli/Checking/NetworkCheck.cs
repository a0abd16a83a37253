using System.Numerics;
using FastLoss.Catalog;

namespace FastLoss.Cli.Checking;

/// <summary>Backpropagation through the two-layer network, every parameter.</summary>
internal static class NetworkCheck<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Rows = 6;

    /// <summary>
    /// How far a pre-activation is from relu's kink at the least. Differences start at 1/16 of the scale of 1, and in float
    /// rounding leaves no step small enough to get past a kink that is much nearer.
    /// </summary>
    private const double Clear = 0.1;

    private static readonly TwoLayerShape s_shape = new(8, 4, 5);

    public static GradientCheckReport Run(HiddenActivation activation)
    {
        Random random = new(1);
        var network = new TwoLayerNetwork<T>(s_shape, activation, Rows);
        T[] inputs = Draws.Uniform<T>(random, Rows * s_shape.InputCount, -1, 1), gradient = new T[s_shape.ParameterCount];
        int[] labels = [.. Enumerable.Range(0, Rows).Select(_ => random.Next(s_shape.ClassCount))];
        do Draws.Uniform<T>(random, s_shape.ParameterCount, -1, 1).CopyTo(network.Parameters);
        while (Nearest(network, inputs) < Clear);

        network.EvaluateWithGradient(inputs, labels, gradient);
        NetworkLoss<T> loss = network.LossOf(inputs, labels);
        return GradientCheck.Compare(ref loss, network.Parameters, gradient);
    }

    /// <summary>The pre-activation nearest to 0.</summary>
    private static double Nearest(TwoLayerNetwork<T> network, T[] inputs)
    {
        double nearest = double.PositiveInfinity;
        for (int row = 0; row < Rows; row++)
        {
            for (int unit = 0; unit < s_shape.HiddenCount; unit++)
            {
                T sum = network.B1[unit];
                for (int i = 0; i < s_shape.InputCount; i++)
                    sum += inputs[(row * s_shape.InputCount) + i] * network.W1[(i * s_shape.HiddenCount) + unit];
                nearest = Math.Min(nearest, Math.Abs(double.CreateTruncating(sum)));
            }
        }

        return nearest;
    }
}
