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

    /// <summary>A few hundred roundings of 1.</summary>
    private const double Rounding = 1e-13;

    /// <summary>The finding, or why there is none.</summary>
    /// <param name="trained">The network.</param>
    /// <param name="images">What it was trained on.</param>
    /// <param name="seed">Draws the weights.</param>
    /// <param name="needed">The memory it takes.</param>
    /// <param name="available">The memory there is.</param>
    /// <param name="progress">Told while it runs.</param>
    public static GradientFinding Of(
        Network<float> trained, Images images, ulong seed, Int128 needed, long available, ICheckProgress? progress = null)
    {
        if (needed > available)
            return new(false, $"not done: it needs {Memory.Text(needed)} of memory; there are {Memory.Text(available)}");

        NetworkShape shape = trained.Shape;
        int rows = (int)Math.Clamp(MostProducts / shape.ParameterCount, 1, Math.Min(MostRows, images.Count));
        var network = new Network<double>(shape, trained.Activation, rows);
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

    /// <summary>
    /// What the verdicts come to: a gradient is called wrong by one element that fails, not by one that nobody can tell, nor by
    /// one that is off by less than the rounding of a loss whose logits move it by about 1.
    /// </summary>
    public static GradientFinding Finding(
        NetworkShape shape, IReadOnlyList<GradientCheckElement> elements, long evaluations, string suspicion, int rows)
    {
        string what = FormattableString.Invariant($"{elements.Count} weights at {rows} images, {evaluations} evaluations");
        if (elements.All(e => Size(e) <= Rounding))
            return new(false, FormattableString.Invariant($"says nothing: all gradients are 0 or below {Rounding:0.0e-0}, analytic and numerical ({what})"));

        GradientCheckElement[] apart = [.. elements.Where(e => !e.Passed && !IsWithinRounding(e))];
        if (apart.Length > 0)
        {
            int wrong = apart.Count(e => e.Verdict != GradientVerdict.Inconclusive);
            GradientCheckElement worst = apart.MaxBy(e => (e.Verdict, e.Difference / e.Tolerance));
            string counts = wrong > 0 ? $"FAILED: {wrong} of {what}" : $"inconclusive: {apart.Length} of {what}";
            return new(wrong > 0, FormattableString.Invariant(
                $"{counts}; at {shape.NameOf(worst.Index)} analytic {worst.Analytic:g9}, numerical {worst.Numerical:g9} +- {worst.Error:g2} ({worst.Verdict}). {suspicion}").TrimEnd());
        }

        double furthest = elements.Where(e => e.Verdict == GradientVerdict.Pass).Select(e => e.Difference).DefaultIfEmpty().Max() / elements.Max(Size);
        int kinks = elements.Count(e => e.Verdict == GradientVerdict.KinkSubgradientOk), rounded = elements.Count(e => !e.Passed);
        string atKinks = kinks == 0 ? "" : FormattableString.Invariant($"; {kinks} at a kink, between the slopes on its sides");
        string within = rounded == 0 ? "" : FormattableString.Invariant($"; {rounded} by no more than rounding, {Rounding:0.0e-0}");
        return new(false, FormattableString.Invariant(
            $"passed: {what}; analytic and numerical differ by at most {furthest:0.0e-0} of the largest{atKinks}{within}"));
    }

    /// <summary>Not where the numerical derivative is itself not known as closely: then that they are equal is chance.</summary>
    private static bool IsWithinRounding(GradientCheckElement element) =>
        !(element.Error > Rounding) && (Size(element) <= Rounding || Checking.Compared.Apart(element) <= Rounding);

    /// <summary>The largest of what was compared; infinite where an element has no figures.</summary>
    private static double Size(GradientCheckElement element)
    {
        double slope = Math.Max(Math.Abs(element.SlopeBelow), Math.Abs(element.SlopeAbove));
        double numerical = double.IsNaN(element.Numerical) ? slope : Math.Max(slope, Math.Abs(element.Numerical));
        double size = Math.Max(Math.Abs(element.Analytic), numerical);
        return double.IsNaN(size) ? double.PositiveInfinity : size;
    }
}
