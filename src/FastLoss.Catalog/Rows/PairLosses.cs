namespace FastLoss.Catalog;

/// <summary>Losses of pairs and triplets of rows.</summary>
internal static class PairLosses
{
    public static IReadOnlyList<RowCase> Cases { get; } =
    [
        new CosineCase("", 0) { Usual = new(2, -1, 2), Rival = new(ComposedLosses.Cosine, ComposedLosses.Cosine) },
        new CosineCase("margin 0.3", 0.3),
        new TripletCase("", 1, false) { Usual = new(3, -1, 1), Rival = new(ComposedLosses.Triplet, ComposedLosses.Triplet) },
        new TripletCase("swap", 1, true) { Usual = new(3, -1, 1) },
        new TripletCase("margin 4, swap", 4, true),
        new TripletCase("power 1", 1, false) { Power = 1 },
        new TripletCase("power 3, swap", 1, true) { Power = 3 },
    ];

    private sealed record CosineCase(string Parameters, double Margin) : RowCase(typeof(CosineEmbedding), Parameters)
    {
        public override int Inputs => 2;

        protected override int[] UsualLabels => [1, -1, 1, -1];

        public override int Label(double u, int row, int columns) => u < 0.5 ? 1 : -1;

        public override bool IsSmooth(RowPoint at) => at.Label == 1 || Math.Abs(Cosine(at.Inputs[0], at.Inputs[1]) - Margin) > 0.02;

        public override double Definition(RowPoint at) =>
            at.Label == 1 ? 1 - Cosine(at.Inputs[0], at.Inputs[1]) : Math.Max(0, Cosine(at.Inputs[0], at.Inputs[1]) - Margin);

        public override LossTally Run<T>(RowCall<T> c) => c.Gradients != null
            ? Loss.EvaluateWithGradient<T>(new CosineEmbedding(Margin), c.Inputs[0], c.Inputs[1], c.Columns, c.Labels, c.Gradients[0], c.Gradients[1], c.Options())
            : c.Losses != null
                ? Loss.PerRow<T>(new CosineEmbedding(Margin), c.Inputs[0], c.Inputs[1], c.Columns, c.Labels, c.Losses, c.Options())
                : Loss.Evaluate<T>(new CosineEmbedding(Margin), c.Inputs[0], c.Inputs[1], c.Columns, c.Labels, c.Options());

        private static double Cosine(double[] a, double[] b)
        {
            double lengths = Math.Sqrt(a.Sum(v => v * v) * b.Sum(v => v * v));
            return lengths == 0 ? 0 : a.Zip(b, (v, w) => v * w).Sum() / lengths;
        }
    }

    private sealed record TripletCase(string Parameters, double Margin, bool Swap) : RowCase(typeof(TripletMargin), Parameters)
    {
        public double Power { get; init; } = 2;

        public override int Inputs => 3;

        public override (double Float, double Double) Bound => (1e-6, Power == 2 ? 1e-13 : 1e-12);

        public override double Size(RowPoint at) => 1 + Distance(at.Inputs[0], at.Inputs[1]) + Distance(at.Inputs[0], at.Inputs[2]);

        public override bool IsSmooth(RowPoint at) =>
            Math.Abs(Distance(at.Inputs[0], at.Inputs[1]) - Negative(at) + Margin) > 0.1
            && Math.Abs(Distance(at.Inputs[0], at.Inputs[2]) - Distance(at.Inputs[1], at.Inputs[2])) > 0.1
            && Distance(at.Inputs[0], at.Inputs[1]) > 0.1 && Negative(at) > 0.1
            && (Power >= 2 || Enumerable.Range(0, 3).All(i => at.Inputs[i].Zip(at.Inputs[(i + 1) % 3], (v, w) => Math.Abs(v - w)).All(d => d > 0.01)));

        public override double Definition(RowPoint at) =>
            Math.Max(0, Distance(at.Inputs[0], at.Inputs[1]) - Negative(at) + Margin);

        public override LossTally Run<T>(RowCall<T> c)
        {
            TripletMargin loss = new(Margin, Swap, power: Power);
            return c.Gradients != null
                ? Loss.EvaluateWithGradient<T>(loss, c.Inputs[0], c.Inputs[1], c.Inputs[2], c.Columns, new(c.Gradients[0], c.Gradients[1], c.Gradients[2]), c.Options())
                : c.Losses != null
                    ? Loss.PerRow<T>(loss, c.Inputs[0], c.Inputs[1], c.Inputs[2], c.Columns, c.Losses, c.Options())
                    : Loss.Evaluate<T>(loss, c.Inputs[0], c.Inputs[1], c.Inputs[2], c.Columns, c.Options());
        }

        private double Negative(RowPoint at) => Swap
            ? Math.Min(Distance(at.Inputs[0], at.Inputs[2]), Distance(at.Inputs[1], at.Inputs[2]))
            : Distance(at.Inputs[0], at.Inputs[2]);

        private double Distance(double[] a, double[] b) => Math.Pow(a.Zip(b, (v, w) => Math.Pow(Math.Abs(v - w + 1e-6), Power)).Sum(), 1 / Power);
    }
}
