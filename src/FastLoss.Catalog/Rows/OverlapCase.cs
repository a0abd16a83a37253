namespace FastLoss.Catalog;

/// <summary>Losses of the overlap of a row of probabilities and a mask.</summary>
internal abstract record OverlapCase(Type Type, double Smoothing) : RowCase(Type, Smoothing == 1 ? "" : FormattableString.Invariant($"smoothing {Smoothing}"))
{
    public static IReadOnlyList<RowCase> Cases { get; } =
    [
        new DiceCase(1) { Usual = new(6, 0.1, 0.9), Rival = new(ComposedLosses.Dice, ComposedLosses.Dice) },
        new DiceCase(0),
        new JaccardCase(1) { Usual = new(6, 0.1, 0.9), Rival = new(ComposedLosses.Jaccard, ComposedLosses.Jaccard) },
        new JaccardCase(0),
    ];

    public override int Inputs => 2;

    public override IReadOnlyList<int> Differentiated => [0];

    public override RowOptions Takes => RowOptions.Entries | RowOptions.Layouts;

    public override double Domain(int input, double u) => Catalog.Domain.Unit(u);

    /// <summary>0 / 0 apart, where the derivative is not the difference quotient's.</summary>
    public override bool IsSmooth(RowPoint at) => at.Inputs[0].Sum() + at.Inputs[1].Sum() > 0.01;

    public override double Definition(RowPoint at)
    {
        double both = at.Inputs[0].Zip(at.Inputs[1], (p, t) => p * t).Sum(), sizes = at.Inputs[0].Sum() + at.Inputs[1].Sum();
        return sizes + Smoothing == 0 ? 0 : 1 - Overlap(both, sizes);
    }

    /// <summary>The share, from the size of the overlap and the sum of both sizes.</summary>
    protected abstract double Overlap(double both, double sizes);

    protected override T[] Other<T>(Random random, int length) => Array.ConvertAll(Draws.Uniform<T>(random, length, 0, 2), v => T.Floor(v));

    private sealed record DiceCase(double Smoothing) : OverlapCase(typeof(SoftDice), Smoothing)
    {
        protected override double Overlap(double both, double sizes) => ((2 * both) + Smoothing) / (sizes + Smoothing);

        public override LossTally Run<T>(RowCall<T> c) => TargetLosses.Run(new SoftDice(Smoothing), c);
    }

    private sealed record JaccardCase(double Smoothing) : OverlapCase(typeof(SoftJaccard), Smoothing)
    {
        protected override double Overlap(double both, double sizes) => (both + Smoothing) / (sizes - both + Smoothing);

        public override LossTally Run<T>(RowCall<T> c) => TargetLosses.Run(new SoftJaccard(Smoothing), c);
    }
}
