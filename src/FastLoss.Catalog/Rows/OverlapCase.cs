namespace FastLoss.Catalog;

/// <summary>Losses of the overlap of a row of probabilities and a mask.</summary>
internal abstract record OverlapCase(Type Type, string Parameters) : RowCase(Type, Parameters)
{
    public static IReadOnlyList<RowCase> Cases { get; } =
    [
        new DiceCase(1) { Usual = new(6, 0.1, 0.9), Rival = new(ComposedLosses.Dice, ComposedLosses.Dice) },
        new DiceCase(0),
        new JaccardCase(1) { Usual = new(6, 0.1, 0.9), Rival = new(ComposedLosses.Jaccard, ComposedLosses.Jaccard) },
        new JaccardCase(0),
        new SquaredDiceCase(1) { Usual = new(6, 0.1, 0.9) },
        new SquaredDiceCase(0),
        new TverskyCase("", new()) { Usual = new(6, 0.1, 0.9) },
        new TverskyCase("gamma 0.75, smoothing 0", new(0.4, 0.8, 0) { Gamma = 0.75 }),
        new TverskyCase("gamma 2", new() { Gamma = 2 }),
    ];

    public override int Inputs => 2;

    public override IReadOnlyList<int> Differentiated => [0];

    public override RowOptions Takes => RowOptions.Entries | RowOptions.Layouts;

    public override double Domain(int input, double u) => Catalog.Domain.Unit(u);

    /// <summary>0 / 0 apart, where the derivative is not the difference quotient's.</summary>
    public override bool IsSmooth(RowPoint at) => at.Inputs[0].Sum() + at.Inputs[1].Sum() > 0.01;

    public override double Definition(RowPoint at) =>
        at.Inputs[0].All(p => p == 0) && at.Inputs[1].All(t => t == 0) ? 0 : Of(at.Inputs[0], at.Inputs[1]);

    /// <summary>The loss of a prediction and a mask that are not both empty.</summary>
    protected abstract double Of(double[] p, double[] t);

    protected static double Both(double[] p, double[] t) => p.Zip(t, (a, b) => a * b).Sum();

    private static string Said(double smoothing) => smoothing == 1 ? "" : FormattableString.Invariant($"smoothing {smoothing}");

    protected override T[] Other<T>(Random random, int length) => Array.ConvertAll(Draws.Uniform<T>(random, length, 0, 2), v => T.Floor(v));

    private sealed record DiceCase(double Smoothing) : OverlapCase(typeof(SoftDice), Said(Smoothing))
    {
        protected override double Of(double[] p, double[] t) => 1 - (((2 * Both(p, t)) + Smoothing) / (p.Sum() + t.Sum() + Smoothing));

        public override LossTally Run<T>(RowCall<T> c) => TargetLosses.Run(new SoftDice(Smoothing), c);
    }

    private sealed record SquaredDiceCase(double Smoothing) : OverlapCase(typeof(SoftDice), $"squared{(Smoothing == 1 ? "" : ", ")}{Said(Smoothing)}")
    {
        protected override double Of(double[] p, double[] t) => 1 - (((2 * Both(p, t)) + Smoothing) / (Both(p, p) + Both(t, t) + Smoothing));

        public override LossTally Run<T>(RowCall<T> c) => TargetLosses.Run(new SoftDice(Smoothing) { Squared = true }, c);
    }

    private sealed record TverskyCase(string Parameters, Tversky Loss) : OverlapCase(typeof(Tversky), Parameters)
    {
        protected override double Of(double[] p, double[] t)
        {
            double both = Both(p, t), index = (both + Loss.Smoothing) / (both + (Loss.Alpha * (p.Sum() - both)) + (Loss.Beta * (t.Sum() - both)) + Loss.Smoothing);
            return Math.Pow(Math.Max(0, 1 - index), Loss.Gamma);
        }

        public override LossTally Run<T>(RowCall<T> c) => TargetLosses.Run(Loss, c);
    }

    private sealed record JaccardCase(double Smoothing) : OverlapCase(typeof(SoftJaccard), Said(Smoothing))
    {
        protected override double Of(double[] p, double[] t) => 1 - ((Both(p, t) + Smoothing) / (p.Sum() + t.Sum() - Both(p, t) + Smoothing));

        public override LossTally Run<T>(RowCall<T> c) => TargetLosses.Run(new SoftJaccard(Smoothing), c);
    }
}
