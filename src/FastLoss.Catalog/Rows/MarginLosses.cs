namespace FastLoss.Catalog;

/// <summary>Hinges of a label and the worst other class, and of many labels and the classes that are none.</summary>
internal static class MarginLosses
{
    public static IReadOnlyList<RowCase> Cases { get; } =
    [
        new WorstCase(1) { Usual = new(1, -2, 2), Rival = new(ComposedLosses.Worst, ComposedLosses.Worst) },
        new WorstCase(0),
        new LabelPairsCase(1) { Usual = new(1, -2, 2) },
        new LabelPairsCase(0.5),
    ];

    private sealed record WorstCase(double Margin)
        : RowCase(typeof(CategoricalHinge), Margin == 1 ? "" : FormattableString.Invariant($"margin {Margin}"))
    {
        public override RowOptions Takes => RowOptions.Entries | RowOptions.ClassWeights | RowOptions.IgnoreLabel | RowOptions.Layouts;

        public override double Size(RowPoint at) => 1 + Math.Abs(at.Inputs[0][at.Label]);

        /// <summary>The margin is not just met, nor are two classes the worst.</summary>
        public override bool IsSmooth(RowPoint at)
        {
            double[] others = [.. Others(at).OrderDescending().Take(2)];
            return others.Length == 0
                || (Math.Abs(others[0] - at.Inputs[0][at.Label] + Margin) > 0.01 && (others.Length < 2 || others[0] - others[1] > 0.01));
        }

        public override double Definition(RowPoint at) =>
            (at.ClassWeights.Length == 0 ? 1 : at.ClassWeights[at.Label])
            * (Others(at).Any() ? Math.Max(0, Margin - at.Inputs[0][at.Label] + Others(at).Max()) : 0);

        public override LossTally Run<T>(RowCall<T> c) => LabelLosses.Run(new CategoricalHinge(Margin), c);

        private static IEnumerable<double> Others(RowPoint at) => at.Inputs[0].Where((_, i) => i != at.Label);
    }

    private sealed record LabelPairsCase(double Margin)
        : RowCase(typeof(MultiLabelMargin), Margin == 1 ? "" : FormattableString.Invariant($"margin {Margin}"))
    {
        public override int Inputs => 2;

        public override IReadOnlyList<int> Differentiated => [0];

        public override int Overwritable => 1;

        public override RowOptions Takes => RowOptions.Entries | RowOptions.Layouts;

        public override double Domain(int input, double u) => input == 0 ? base.Domain(input, u) : u < 0.4 ? 1 : 0;

        public override bool IsSmooth(RowPoint at) => Margins(at).All(m => Math.Abs(m) > 0.01);

        public override double Definition(RowPoint at) => Margins(at).Sum(m => Math.Max(0, m)) / at.Inputs[0].Length;

        public override LossTally Run<T>(RowCall<T> c) => TargetLosses.Run(new MultiLabelMargin(Margin), c);

        protected override T[] Other<T>(Random random, int length) => Array.ConvertAll(Draws.Uniform<T>(random, length, 0, 2), v => T.Floor(v));

        private IEnumerable<double> Margins(RowPoint at) =>
            from j in Enumerable.Range(0, at.Inputs[0].Length)
            where at.Inputs[1][j] > 0
            from i in Enumerable.Range(0, at.Inputs[0].Length)
            where at.Inputs[1][i] <= 0
            select Margin - at.Inputs[0][j] + at.Inputs[0][i];
    }
}
