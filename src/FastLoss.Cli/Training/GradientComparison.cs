using FastLoss.Cli.Data;

namespace FastLoss.Cli.Training;

/// <summary>Whether the analytic gradient of a trained network is the numerical one.</summary>
internal static class GradientComparison
{
    private const int PerPart = 25;
    private const int Rows = 32;

    /// <summary>
    /// Weights of each part, drawn by the seed, at the first training images, in double. The numerical side evaluates the
    /// whole network for every step: it shares nothing with backpropagation but the forward pass.
    /// </summary>
    /// <returns>A line that says how far the two are apart, or where and how they disagree.</returns>
    public static string Of(TwoLayerNetwork<float> trained, Images images, ulong seed)
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
        GradientCheckReport report = GradientCheck.Compare<NetworkLoss<double>, double>(
            ref loss, network.Parameters, analytic, new() { Indices = Sample(shape, inputs, seed) });
        return Line(shape, report);
    }

    private static string Line(TwoLayerShape shape, GradientCheckReport report)
    {
        IReadOnlyList<GradientCheckElement> elements = report.Elements;
        if (!report.Passed)
        {
            GradientCheckElement worst = report.Worst!.Value;
            return FormattableString.Invariant(
                $"FAILED: {elements.Count(e => !e.Passed)} of {elements.Count} weights; at {shape.NameOf(worst.Index)} analytic {worst.Analytic:g9}, numerical {worst.Numerical:g9} ({worst.Verdict}). {report.Suspicion}").TrimEnd();
        }

        double scale = elements.Max(e => Math.Max(Math.Abs(e.Analytic), Math.Abs(e.Numerical)));
        GradientCheckElement furthest = elements.Where(e => e.Verdict == GradientVerdict.Pass).MaxBy(e => e.Difference);
        double apart = furthest.Difference == 0 ? 0 : furthest.Difference / scale;
        int kinks = report.Count(GradientVerdict.KinkSubgradientOk);
        string atKinks = kinks == 0 ? "" : FormattableString.Invariant($"; {kinks} at a kink, within the slopes");
        return FormattableString.Invariant(
            $"passed: {elements.Count} weights, analytic and numerical differ by at most {apart:0.0e-0} of the largest{atKinks}");
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
