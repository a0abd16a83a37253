using System.Globalization;
using FastLoss.Cli.Data;

namespace FastLoss.Cli.Training;

/// <summary>How far the analytic gradient of a trained network is from the numerical one.</summary>
/// <param name="Count">Weights compared.</param>
/// <param name="Largest">The largest difference, as a share of the largest gradient compared.</param>
/// <param name="Worst">The weight it was found at.</param>
internal sealed record GradientComparison(int Count, double Largest, string Worst)
{
    private const int PerPart = 25;
    private const int Rows = 100;

    /// <summary>
    /// Central differences in double lose half of 16 digits to the step at worst; a wrong gradient is wrong in its first ones.
    /// </summary>
    public bool Agrees => Largest <= 1e-6;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{(Agrees ? "passed" : "FAILED")}: {Count} weights, analytic and numerical differ by at most {Largest:0.0e-0} of the largest (at {Worst})");

    /// <summary>
    /// Weights of each part, drawn by the seed, at the first training images, in double. The numerical side is the
    /// definition, two evaluations of the whole network a weight: it shares nothing with backpropagation but the forward pass.
    /// </summary>
    public static GradientComparison Of(TwoLayerNetwork<float> trained, Images images, ulong seed)
    {
        TwoLayerShape shape = trained.Shape;
        int rows = Math.Min(Rows, images.Count);
        var network = new TwoLayerNetwork<double>(shape, trained.Activation, rows);
        for (int i = 0; i < shape.ParameterCount; i++) network.Parameters[i] = trained.Parameters[i];
        double[] inputs = Array.ConvertAll(images.Pixels[..(rows * shape.InputCount)], p => (double)p);
        ReadOnlySpan<int> labels = images.Labels.AsSpan(0, rows);

        double[] analytic = new double[shape.ParameterCount];
        network.EvaluateWithGradient(inputs, labels, analytic);
        NetworkLoss<double> loss = network.LossOf(inputs, labels);
        double difference = 0, scale = 0;
        int worst = 0;
        int[] sample = Sample(shape, inputs, seed);
        foreach (int index in sample)
        {
            double numerical = NumericalGradient.Partial(ref loss, network.Parameters, index);
            scale = Math.Max(scale, Math.Max(Math.Abs(analytic[index]), Math.Abs(numerical)));
            double apart = Math.Abs(analytic[index] - numerical);
            if (apart > difference) (difference, worst) = (apart, index);
        }

        return new(sample.Length, difference == 0 ? 0 : difference / scale, shape.NameOf(worst));
    }

    /// <summary>Some of each part; of W1 only what a pixel reaches, since the rest has gradient 0 either way.</summary>
    private static int[] Sample(TwoLayerShape shape, double[] inputs, ulong seed)
    {
        var sample = new List<int>();
        foreach (Range part in (Range[])[shape.W1, shape.B1, shape.W2, shape.B2])
        {
            (int start, int length) = part.GetOffsetAndLength(shape.ParameterCount);
            int[] reached = [.. Enumerable.Range(start, length).Where(i => i >= shape.B1.Start.Value || Reaches(i / shape.HiddenCount))];
            foreach (ReadOnlySpan<int> drawn in new MiniBatches(reached.Length, PerPart, seed).Epoch(0))
            {
                foreach (int i in drawn) sample.Add(reached[i]);
                break;
            }
        }

        return [.. sample];

        bool Reaches(int pixel)
        {
            for (int i = pixel; i < inputs.Length; i += shape.InputCount)
            {
                if (inputs[i] != 0) return true;
            }

            return false;
        }
    }
}
