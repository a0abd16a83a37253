namespace FastLoss.Catalog;

/// <summary>NT-Xent of a square matrix of similarities, whose labels are columns and never a row's own.</summary>
internal sealed record SimilarityCase(double Temperature)
    : RowCase(typeof(NTXent), Temperature == 0.5 ? "" : FormattableString.Invariant($"temperature {Temperature}"))
{
    public static IReadOnlyList<RowCase> Cases { get; } = [new SimilarityCase(0.5) { Usual = new(4, -1, 1) }, new SimilarityCase(0.1)];

    public override RowShape Shape => RowShape.Square;

    public override bool IsWide => false;

    /// <summary>The diagonal is not read.</summary>
    public override bool ReadsAll => false;

    public override (double Float, double Double) Bound => (4e-6, 1e-13);

    public override RowOptions Takes => RowOptions.Mask | RowOptions.Denominator | RowOptions.Accumulate | RowOptions.Threads;

    public override double Domain(int input, double u) => (2 * u) - 1;

    /// <summary>Another column than the row's own; -1, no positive, where there is none.</summary>
    public override int Label(double u, int row, int columns) => columns < 2 ? -1 : (row + 1 + (int)(u * (columns - 1))) % columns;

    public override double Definition(RowPoint at)
    {
        double[] logits = Array.ConvertAll(at.Inputs[0], v => v / Temperature);
        logits[at.Place] = double.NegativeInfinity;
        return Reference.CrossEntropy(logits, at.Label);
    }

    public override LossTally Run<T>(RowCall<T> c) => c.Gradients != null
        ? Loss.EvaluateWithGradient<T>(new NTXent(Temperature), c.Inputs[0], c.Labels, c.Gradients[0], c.Options())
        : c.Losses != null
            ? Loss.PerRow<T>(new NTXent(Temperature), c.Inputs[0], c.Labels, c.Losses, c.Options())
            : Loss.Evaluate<T>(new NTXent(Temperature), c.Inputs[0], c.Labels, c.Options());

    public override IEnumerable<(string Name, RowCall<T> Call)> UsualCalls<T>()
    {
        if (Usual is not { } range) yield break;
        int[] positives = [2, 3, 0, 1, 5, 4];
        yield return (Name, new([Draws.Uniform<T>(new Random(range.Seed), positives.Length * positives.Length, range.From, range.To)], positives.Length, positives));
    }
}
