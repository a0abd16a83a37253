namespace FastLoss.Catalog;

/// <summary>
/// Connectionist temporal classification. A row is a sequence of up to four steps, as many as divide it, the blank the last class; its label says its target: up to two labels, or none where there is
/// only the blank.
/// </summary>
/// <param name="Parameters">As a reader says them.</param>
/// <param name="Loss">The loss; its blank is set.</param>
internal sealed record CtcCase(string Parameters, Ctc Loss) : RowCase(typeof(Ctc), Parameters)
{
    private const int MostSteps = 4;

    public static IReadOnlyList<RowCase> Cases { get; } =
    [
        new CtcCase("", default),
        new CtcCase("log-probabilities, no infinity", new Ctc { FromLogProbabilities = true, ZeroInfinity = true }),
    ];

    public override bool ReadsAll => !Loss.FromLogProbabilities;

    public override (double Float, double Double) Bound => (1e-6, 1e-13);

    public override int Label(double u, int row, int columns) => (int)(u * 1000);

    public override double Size(RowPoint at) => 1;

    /// <summary>The recursion of Graves et al. over probabilities, which is the sum over alignments; four steps do not underflow.</summary>
    public override double Definition(RowPoint at)
    {
        double[] x = at.Inputs[0];
        (int steps, int classes) = Sizes(x.Length);
        int blank = classes - 1;
        int[] target = Target(at.Label, steps, classes);
        int[] states = new int[(2 * target.Length) + 1];
        for (int s = 0; s < states.Length; s++) states[s] = s % 2 == 0 ? blank : target[s / 2];
        double[] paths = new double[states.Length];
        for (int t = 0; t < steps; t++)
        {
            double[] row = x[(t * classes)..((t + 1) * classes)];
            double most = row.Max(), sum = row.Sum(v => Math.Exp(v - most));
            double[] next = new double[paths.Length];
            for (int s = 0; s < states.Length; s++)
            {
                double before = t == 0 ? (s < 2 ? 1 : 0) : paths[s] + (s > 0 ? paths[s - 1] : 0) + (s > 2 && states[s] != states[s - 2] && s % 2 == 1 ? paths[s - 2] : 0);
                next[s] = before * (Loss.FromLogProbabilities ? Math.Exp(row[states[s]]) : Math.Exp(row[states[s]] - most) / sum);
            }

            paths = next;
        }

        double probability = paths[^1] + (paths.Length > 1 ? paths[^2] : 0);
        return probability == 0 ? (Loss.ZeroInfinity ? 0 : double.PositiveInfinity) : Math.Max(0, -Math.Log(probability));
    }

    /// <summary>ln of a probability: below 0.</summary>
    public override double Domain(int input, double u) => Loss.FromLogProbabilities ? -8 * u : base.Domain(input, u);

    public override LossTally Run<T>(RowCall<T> c)
    {
        (int steps, int classes) = Sizes(c.Columns);
        int rows = c.Labels.Length;
        Span<int> lengths = stackalloc int[512], counts = stackalloc int[512], labels = stackalloc int[512 * 2];
        if (rows > 512)
        {
            lengths = new int[rows];
            counts = new int[rows];
            labels = new int[rows * 2];
        }

        int count = 0;
        counts[..rows].Fill(steps);
        for (int i = 0; i < rows; i++)
        {
            lengths[i] = TargetLength(c.Labels[i], steps, classes);
            for (int k = 0; k < lengths[i]; k++) labels[count++] = LabelAt(c.Labels[i], k, classes);
        }

        Ctc loss = Loss with { Blank = classes - 1 };
        CtcTargets targets = new(labels[..count], lengths[..rows], counts[..rows]);
        return c.Gradients != null
            ? FastLoss.Loss.EvaluateWithGradient(loss, c.Inputs[0], classes, targets, c.Gradients[0], c.Options())
            : c.Losses != null
                ? FastLoss.Loss.PerRow(loss, c.Inputs[0], classes, targets, c.Losses, c.Options())
                : FastLoss.Loss.Evaluate<T>(loss, c.Inputs[0], classes, targets, c.Options());
    }

    private static (int Steps, int Classes) Sizes(int columns)
    {
        int steps = MostSteps;
        while (columns % steps != 0) steps--;
        return (steps, columns / steps);
    }

    private static int TargetLength(int label, int steps, int classes) => classes == 1 ? 0 : Math.Min(steps == 4 ? 2 : 1, label % 4);

    private static int LabelAt(int label, int place, int classes) => (label / (place == 0 ? 1 : 7)) % (classes - 1);

    private static int[] Target(int label, int steps, int classes) =>
        [.. Enumerable.Range(0, TargetLength(label, steps, classes)).Select(k => LabelAt(label, k, classes))];
}
