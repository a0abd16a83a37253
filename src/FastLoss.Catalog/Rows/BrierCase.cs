namespace FastLoss.Catalog;

/// <summary>The Brier score, against labels or targets.</summary>
internal sealed record BrierCase(bool HasTargets) : RowCase(typeof(BrierScore), HasTargets ? "targets" : "")
{
    public static IReadOnlyList<RowCase> Cases { get; } = [new BrierCase(false) { Usual = new(6, 0.1, 0.9), Rival = new(ComposedLosses.Brier, ComposedLosses.Brier) }, new BrierCase(true)];

    public override int Inputs => HasTargets ? 2 : 1;

    public override IReadOnlyList<int> Differentiated => [0];

    public override RowOptions Takes => RowOptions.Entries | RowOptions.Layouts | (HasTargets ? RowOptions.None : RowOptions.IgnoreLabel);

    public override double Domain(int input, double u) => Catalog.Domain.Unit(u);

    public override double Definition(RowPoint at) =>
        at.Inputs[0].Zip(HasTargets ? at.Inputs[1] : CrossEntropyDefinition.OneHot(at.Label, at.Inputs[0].Length), (p, t) => (p - t) * (p - t)).Sum();

    public override LossTally Run<T>(RowCall<T> c) => HasTargets ? TargetLosses.Run(new BrierScore(), c) : LabelLosses.Run(new BrierScore(), c);
}
