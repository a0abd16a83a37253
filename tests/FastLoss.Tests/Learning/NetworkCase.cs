using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace FastLoss.Tests.Learning;

/// <summary>A network with weights and a batch, as a property receives them.</summary>
public sealed record NetworkCase(TwoLayerShape Shape, HiddenActivation Activation, int Rows, int BatchRows, int Seed)
{
    public static Arbitrary<NetworkCase> Cases() => Arb.From(
        from inputs in Gen.Choose(1, 20)
        from hidden in Gen.Choose(1, 20)
        from classes in Gen.Choose(1, 12)
        from activation in Gen.Elements(HiddenActivation.Sigmoid, HiddenActivation.Relu)
        from rows in Gen.Choose(1, 40)
        from batchRows in Gen.Frequency((1, Gen.Choose(1, 7)), (1, Gen.Constant(100)))
        from seed in Gen.Choose(0, int.MaxValue)
        select new NetworkCase(new(inputs, hidden, classes), activation, rows, batchRows, seed), Shrink);

    public TwoLayerNetwork<T> Network<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var network = new TwoLayerNetwork<T>(Shape, Activation, BatchRows);
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
        (int inputs, int hidden, int classes) = (Shape.InputCount, Shape.HiddenCount, Shape.ClassCount);
        ReadOnlySpan<double> w1 = parameters[Shape.W1], b1 = parameters[Shape.B1], w2 = parameters[Shape.W2], b2 = parameters[Shape.B2];
        double[] x = Inputs<double>(), allLogits = new double[Rows * classes], gradient = new double[parameters.Length];
        int[] labels = Labels();
        double loss = 0;
        double[] h = new double[hidden], slope = new double[hidden];
        for (int r = 0; r < Rows; r++)
        {
            for (int j = 0; j < hidden; j++)
            {
                double z = b1[j];
                for (int i = 0; i < inputs; i++) z += x[(r * inputs) + i] * w1[(i * hidden) + j];
                h[j] = Activation == HiddenActivation.Sigmoid ? 1 / (1 + Math.Exp(-z)) : Math.Max(z, 0);
                slope[j] = Activation == HiddenActivation.Sigmoid ? h[j] * (1 - h[j]) : z > 0 ? 1 : 0;
            }

            double[] logits = new double[classes];
            for (int c = 0; c < classes; c++)
            {
                logits[c] = b2[c];
                for (int j = 0; j < hidden; j++) logits[c] += h[j] * w2[(j * classes) + c];
            }

            double max = logits.Max(), sum = logits.Sum(l => Math.Exp(l - max));
            loss += max + Math.Log(sum) - logits[labels[r]];
            logits.CopyTo(allLogits, r * classes);

            int wb1 = Shape.B1.Start.Value, ww2 = Shape.W2.Start.Value, wb2 = Shape.B2.Start.Value;
            for (int j = 0; j < hidden; j++)
            {
                double dh = 0;
                for (int c = 0; c < classes; c++)
                {
                    double d = ((Math.Exp(logits[c] - max) / sum) - (c == labels[r] ? 1 : 0)) / Rows;
                    gradient[ww2 + (j * classes) + c] += h[j] * d;
                    if (j == 0) gradient[wb2 + c] += d;
                    dh += d * w2[(j * classes) + c];
                }

                gradient[wb1 + j] += dh * slope[j];
                for (int i = 0; i < inputs; i++) gradient[(i * hidden) + j] += x[(r * inputs) + i] * dh * slope[j];
            }
        }

        return (loss / Rows, allLogits, gradient);
    }

    private static IEnumerable<NetworkCase> Shrink(NetworkCase c)
    {
        if (c.Rows > 1) yield return c with { Rows = c.Rows / 2 };
        if (c.Shape.InputCount > 1) yield return c with { Shape = new(c.Shape.InputCount / 2, c.Shape.HiddenCount, c.Shape.ClassCount) };
        if (c.Shape.HiddenCount > 1) yield return c with { Shape = new(c.Shape.InputCount, c.Shape.HiddenCount / 2, c.Shape.ClassCount) };
        if (c.Shape.ClassCount > 1) yield return c with { Shape = new(c.Shape.InputCount, c.Shape.HiddenCount, c.Shape.ClassCount / 2) };
    }
}
