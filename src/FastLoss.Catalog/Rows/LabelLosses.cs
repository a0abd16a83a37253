using System.Numerics;

namespace FastLoss.Catalog;

/// <summary>The other losses of rows against labels.</summary>
internal static class LabelLosses
{
    public static IReadOnlyList<RowCase> Cases { get; } =
    [
        new LikelihoodCase() { Rival = new(ComposedLosses.Likelihood, ComposedLosses.Likelihood) },
        new HingeCase(1, 1) { Usual = new(1, -2, 2), Rival = new(ComposedLosses.Hinge, ComposedLosses.Hinge) },
        new HingeCase(1, 2) { Usual = new(1, -2, 2) },
        new HingeCase(0.5, 2),
    ];

    public static LossTally Run<TLoss, T>(TLoss loss, RowCall<T> c)
        where TLoss : struct, ILabelLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => c.Gradients != null
        ? Loss.EvaluateWithGradient<TLoss, T, int>(loss, c.Inputs[0], c.Classes, c.Labels, c.Gradients[0], c.Options())
        : c.Losses != null
            ? Loss.PerRow<TLoss, T, int>(loss, c.Inputs[0], c.Classes, c.Labels, c.Losses, c.Options())
            : Loss.Evaluate<TLoss, T, int>(loss, c.Inputs[0], c.Classes, c.Labels, c.Options());

    private sealed record LikelihoodCase() : RowCase(typeof(NegativeLogLikelihood), "")
    {
        public override bool ReadsAll => false;

        public override RowOptions Takes => RowOptions.Entries | RowOptions.ClassWeights | RowOptions.IgnoreLabel | RowOptions.Layouts;

        public override double Domain(int input, double u) => Catalog.Domain.LogProbability(u);

        public override double Definition(RowPoint at) => -Share(at) * at.Inputs[0][at.Label];

        public override double Share(RowPoint at) => at.ClassWeights.Length == 0 ? 1 : at.ClassWeights[at.Label];

        public override LossTally Run<T>(RowCall<T> c) => LabelLosses.Run(new NegativeLogLikelihood(), c);
    }

    private sealed record HingeCase(double Margin, int Power)
        : RowCase(typeof(MultiClassHinge), Margin == 1 ? $"power {Power}" : FormattableString.Invariant($"margin {Margin}, power {Power}"))
    {
        public override RowOptions Takes => RowOptions.Entries | RowOptions.ClassWeights | RowOptions.IgnoreLabel | RowOptions.Layouts;

        public override bool IsSmooth(RowPoint at) => Power == 2 || Margins(at.Inputs[0], at.Label).All(m => Math.Abs(m) > 0.01);

        public override double Definition(RowPoint at) =>
            (at.ClassWeights.Length == 0 ? 1 : at.ClassWeights[at.Label]) * Margins(at.Inputs[0], at.Label).Sum(m => Math.Pow(Math.Max(0, m), Power)) / at.Inputs[0].Length;

        public override LossTally Run<T>(RowCall<T> c) => LabelLosses.Run(new MultiClassHinge(Margin, Power), c);

        private IEnumerable<double> Margins(double[] row, int label) => row.Where((_, i) => i != label).Select(v => Margin - row[label] + v);
    }
}
