using FastLoss.Cli.Data;
using FastLoss.Cli.Files;

namespace FastLoss.Cli.Training;

/// <summary>What a gradient check after a training says.</summary>
/// <param name="Failed">Whether a gradient is wrong.</param>
/// <param name="Text">What was compared, and how it came out.</param>
internal sealed record GradientFinding(bool Failed, string Text);

/// <summary>Whether the analytic gradient of a trained network is the numerical one.</summary>
/// <remarks>
/// Some weights of each part, at the first training images, in double. A difference redoes what its weight touches and no more, so the
/// check costs about what training on as many images does, however large the network. It shares nothing with
/// backpropagation but the layers' forward pass.
/// </remarks>
internal static class GradientComparison
{
    /// <summary>Images that are compared at, at the most.</summary>
    public const int MostRows = 32;

    /// <summary>Products of a weight and a pixel in one pass over the images, at the most; a second or two.</summary>
    private const long MostProducts = 1L << 31;

    /// <summary>The finding, or why there is none.</summary>
    /// <param name="trained">The network.</param>
    /// <param name="images">What it was trained on.</param>
    /// <param name="seed">Draws the weights.</param>
    /// <param name="needed">The memory it takes.</param>
    /// <param name="available">The memory there is.</param>
    /// <param name="progress">Told while it runs.</param>
    public static GradientFinding Of(
        TwoLayerNetwork<float> trained, Images images, ulong seed, Int128 needed, long available, ICheckProgress? progress = null)
    {
        if (needed > available)
            return new(false, $"not done: it needs {Memory.Text(needed)} of memory; there are {Memory.Text(available)}");

        TwoLayerShape shape = trained.Shape;
        int rows = (int)Math.Clamp(MostProducts / shape.ParameterCount, 1, Math.Min(MostRows, images.Count));
        var network = new TwoLayerNetwork<double>(shape, trained.Activation, rows);
        for (int i = 0; i < shape.ParameterCount; i++) network.Parameters[i] = trained.Parameters[i];
        double[] inputs = Array.ConvertAll(images.Pixels[..(rows * shape.InputCount)], p => (double)p);
        ReadOnlySpan<int> labels = images.Labels.AsSpan(0, rows);
        int[] sample = WeightSample.Of(shape, inputs, seed);
        progress?.Start(sample.Length, rows);

        double[] analytic = new double[shape.ParameterCount];
        network.EvaluateWithGradient(inputs, labels, analytic);
        var loss = new ObservedLoss(network.LossOf(inputs, labels), sample.Length, progress);
        GradientCheckReport report = GradientCheck.CompareByCoordinate<ObservedLoss, double>(
            ref loss, network.Parameters, analytic, new() { Indices = sample });
        return Finding(shape, report.Elements, report.Evaluations, report.Suspicion, rows);
    }

    /// <summary>What the verdicts come to: a gradient is called wrong by one element that fails, not by one that nobody can tell.</summary>
    public static GradientFinding Finding(
        TwoLayerShape shape, IReadOnlyList<GradientCheckElement> elements, long evaluations, string suspicion, int rows)
    {
        string what = FormattableString.Invariant($"{elements.Count} weights at {rows} images, {evaluations} evaluations");
        int unsure = Count(GradientVerdict.Inconclusive), wrong = elements.Count(e => !e.Passed) - unsure;
        if (wrong + unsure > 0)
        {
            GradientCheckElement worst = elements.MaxBy(e => (e.Verdict, e.Difference / e.Tolerance));
            string counts = wrong > 0 ? $"FAILED: {wrong} of {what}" : $"inconclusive: {unsure} of {what}";
            return new(wrong > 0, FormattableString.Invariant(
                $"{counts}; at {shape.NameOf(worst.Index)} analytic {worst.Analytic:g9}, numerical {worst.Numerical:g9} +- {worst.Error:g2} ({worst.Verdict}). {suspicion}").TrimEnd());
        }

        double scale = elements.Max(e => Math.Max(Math.Abs(e.Analytic), Math.Abs(e.Numerical)));
        if (scale == 0) return new(false, $"says nothing: all gradients are 0, analytic and numerical ({what})");
        double apart = elements.Where(e => e.Verdict == GradientVerdict.Pass).Select(e => e.Difference).DefaultIfEmpty().Max() / scale;
        int kinks = Count(GradientVerdict.KinkSubgradientOk);
        string atKinks = kinks == 0 ? "" : FormattableString.Invariant($"; {kinks} at a kink, between the slopes on its sides");
        return new(false, FormattableString.Invariant(
            $"passed: {what}; analytic and numerical differ by at most {apart:0.0e-0} of the largest{atKinks}"));

        int Count(GradientVerdict verdict) => elements.Count(e => e.Verdict == verdict);
    }
}
