using System.Collections.Concurrent;
using System.Numerics;

namespace FastLoss.Catalog;

/// <summary>Cross-entropy of the scores of a linear classifier of five classes, whose weights are the same in every call: a row is one of hidden states.</summary>
/// <param name="Parameters">As a reader says them.</param>
/// <param name="Loss">The loss.</param>
internal sealed record LinearCase(string Parameters, SoftmaxCrossEntropy Loss) : RowCase(typeof(LinearScores<>), Parameters)
{
    private const int Classes = 5;

    public static IReadOnlyList<RowCase> Cases { get; } =
    [
        new LinearCase("", new()) { Usual = new(31, -1, 1) },
        new LinearCase("smoothing, z-loss", new() { LabelSmoothing = 0.1, ZLoss = 0.01 }),
    ];

    public override int Overwritable => 0;

    public override bool IsWide => false;

    public override RowOptions Takes => RowOptions.Entries | RowOptions.IgnoreLabel;

    /// <summary>The scores are rounded at every step of their sums.</summary>
    public override (double Float, double Double) Bound => (1e-4, 1e-12);

    public override double Size(RowPoint at) => 1;

    public override double Domain(int input, double u) => (2 * u) - 1;

    public override int Label(double u, int row, int columns) => (int)(u * Classes);

    public override double Definition(RowPoint at)
    {
        double[] scores = [.. Enumerable.Range(0, Classes).Select(c => Bias(c) + at.Inputs[0].Select((h, k) => h * Weight(c, k)).Sum())];
        return new CrossEntropyDefinition(Loss).Of(scores, CrossEntropyDefinition.OneHot(at.Label, Classes), []).Loss;
    }

    public override LossTally Run<T>(RowCall<T> c)
    {
        (T[] weights, T[] bias) = Classifiers<T>.Of.GetOrAdd(c.Columns, static columns =>
            ([.. Enumerable.Range(0, Classes * columns).Select(i => T.CreateTruncating(Weight(i / columns, i % columns)))], [.. Enumerable.Range(0, Classes).Select(i => T.CreateTruncating(Bias(i)))]));
        LinearScores<T> scores = new(c.Inputs[0], c.Columns, weights, bias) { ChunkRows = 100 };
        return c.Gradients != null
            ? FastLoss.Loss.EvaluateWithGradient(Loss, scores, c.Labels, new(c.Gradients[0], default), c.Options())
            : c.Losses != null
                ? FastLoss.Loss.PerRow(Loss, scores, c.Labels, c.Losses, c.Options())
                : FastLoss.Loss.Evaluate(Loss, scores, c.Labels, c.Options());
    }

    protected override int[] UsualLabels => [3, 0, 4, 3];

    /// <summary>Eighths, which are numbers of every type.</summary>
    private static double Weight(int c, int k) => ((((c * 7) + (k * 3)) % 11) - 5) * 0.125;

    private static double Bias(int c) => (c - 2) * 0.25;

    /// <summary>Made once for each length of rows: calls are tested to allocate nothing.</summary>
    private static class Classifiers<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static ConcurrentDictionary<int, (T[] Weights, T[] Bias)> Of { get; } = new();
    }
}
