using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace FastLoss.Tests.Learning;

/// <summary>A network with weights and a batch, as a property receives them.</summary>
public sealed record NetworkCase(NetworkShape Shape, HiddenActivation Activation, int Rows, int BatchRows, int Seed)
{
    public static Arbitrary<NetworkCase> Cases() => Arb.From(
        from inputs in Gen.Choose(1, 20)
        from hidden in Gen.Choose(1, 20).ListOf().Select(l => l.Take(3).ToArray())
        from classes in Gen.Choose(1, 12)
        from activation in Gen.Elements(Enum.GetValues<HiddenActivation>())
        from rows in Gen.Frequency((4, Gen.Choose(1, 40)), (1, Gen.Choose(120, 300)))
        from batchRows in Gen.Frequency((1, Gen.Choose(1, 7)), (1, Gen.Constant(100)))
        from seed in Gen.Choose(0, int.MaxValue)
        select new NetworkCase(new([inputs, .. hidden, classes]), activation, rows, batchRows, seed), Shrink);

    public Network<T> Network<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var network = new Network<T>(Shape, Activation, BatchRows);
        var random = new Random(Seed);
        foreach (ref T weight in network.Parameters) weight = T.CreateTruncating((float)((random.NextDouble() * 2) - 1));
        return network;
    }

    public T[] Inputs<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(Seed + 1);
        T[] inputs = new T[Rows * Shape.InputCount];

        // A quarter of them 0, as the background of an image is.
        foreach (ref T x in inputs.AsSpan())
            x = random.Next(4) == 0 ? T.Zero : T.CreateTruncating((float)((random.NextDouble() * 2) - 1));
        return inputs;
    }

    public int[] Labels()
    {
        var random = new Random(Seed + 2);
        int[] labels = new int[Rows];
        foreach (ref int label in labels.AsSpan()) label = random.Next(Shape.ClassCount);
        return labels;
    }

    /// <summary>The network by its definition, in double, with no shared arithmetic: mean loss, logits, gradient.</summary>
    public (double Loss, double[] Logits, double[] Gradient) Reference(ReadOnlySpan<double> parameters)
    {
        int classes = Shape.ClassCount, layers = Shape.LayerCount;
        double[] x = Inputs<double>(), all = parameters.ToArray(), allLogits = new double[Rows * classes], gradient = new double[parameters.Length];
        int[] labels = Labels();
        double loss = 0;
        for (int r = 0; r < Rows; r++)
        {
            double[][] values = new double[layers + 1][], sums = new double[layers + 1][];
            values[0] = x[(r * Shape.InputCount)..((r + 1) * Shape.InputCount)];
            for (int layer = 0; layer < layers; layer++)
            {
                double[] w = all[Shape.Weights(layer)], z = all[Shape.Biases(layer)];
                for (int j = 0; j < z.Length; j++)
                {
                    for (int i = 0; i < values[layer].Length; i++) z[j] += values[layer][i] * w[(i * z.Length) + j];
                }

                sums[layer + 1] = z;
                values[layer + 1] = layer + 1 == layers ? z : Array.ConvertAll(z, v => Activate(v).Value);
            }

            double[] logits = values[layers];
            double max = logits.Max(), sum = logits.Sum(l => Math.Exp(l - max));
            loss += max + Math.Log(sum) - logits[labels[r]];
            logits.CopyTo(allLogits, r * classes);
            double[] delta = [.. logits.Select((l, c) => ((Math.Exp(l - max) / sum) - (c == labels[r] ? 1 : 0)) / Rows)];
            for (int layer = layers - 1; layer >= 0; layer--)
            {
                int start = Shape.Weights(layer).Start.Value, bias = Shape.Biases(layer).Start.Value;
                double[] w = all[Shape.Weights(layer)], below = new double[values[layer].Length];
                for (int j = 0; j < delta.Length; j++)
                {
                    gradient[bias + j] += delta[j];
                    for (int i = 0; i < below.Length; i++)
                    {
                        gradient[start + (i * delta.Length) + j] += values[layer][i] * delta[j];
                        below[i] += delta[j] * w[(i * delta.Length) + j];
                    }
                }

                if (layer > 0) delta = [.. below.Select((d, i) => d * Activate(sums[layer][i]).Slope)];
            }
        }

        return (loss / Rows, allLogits, gradient);
    }

    /// <summary>The activations' definitions; erf as the integral of its derivative by Simpson's rule, whose error is below 1e-14 here.</summary>
    private (double Value, double Slope) Activate(double x)
    {
        double s = 1 / (1 + Math.Exp(-x)), t = Math.Tanh(x);
        switch (Activation)
        {
            case HiddenActivation.Sigmoid: return (s, s * (1 - s));
            case HiddenActivation.Relu: return (Math.Max(x, 0), x > 0 ? 1 : 0);
            case HiddenActivation.Tanh: return (t, 1 - (t * t));
            case HiddenActivation.Silu: return (x * s, s + (x * s * (1 - s)));
            case HiddenActivation.Softplus: return (Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x))), s);
            case HiddenActivation.Gelu:
                double density = Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI), below = 0.5, end = Math.Min(Math.Abs(x), 9);
                const int Steps = 4000;
                double h = end / Steps, area = 0;
                for (int i = 0; i <= Steps; i++)
                    area += Math.Exp(-(i * h) * (i * h) / 2) * (i is 0 or Steps ? 1 : i % 2 == 1 ? 4 : 2);
                below += Math.Sign(x) * area * h / 3 / Math.Sqrt(2 * Math.PI);
                return (x * below, below + (x * density));
            default:
                double c = Math.Sqrt(2 / Math.PI), u = c * (x + (0.044715 * x * x * x)), tu = Math.Tanh(u);
                return (0.5 * x * (1 + tu), (0.5 * (1 + tu)) + (0.5 * x * (1 - (tu * tu)) * c * (1 + (3 * 0.044715 * x * x))));
        }
    }

    private static IEnumerable<NetworkCase> Shrink(NetworkCase c)
    {
        if (c.Rows > 1) yield return c with { Rows = c.Rows / 2 };
        int[] sizes = c.Shape.Sizes.ToArray();
        if (sizes.Length > 2) yield return c with { Shape = new([.. sizes[..^2], sizes[^1]]) };
        for (int i = 0; i < sizes.Length; i++)
        {
            int[] less = [.. sizes];
            less[i] /= 2;
            if (less[i] > 0) yield return c with { Shape = new(less) };
        }
    }
}
