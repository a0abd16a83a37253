namespace FastLoss.Catalog;

/// <summary>The Lovasz hinge of a row of scores and a mask.</summary>
internal sealed record LovaszCase() : RowCase(typeof(LovaszHinge), "")
{
    public static IReadOnlyList<RowCase> Cases { get; } = [new LovaszCase { Usual = new(41, -1.5, 1.5) }];

    public override int Inputs => 2;

    public override IReadOnlyList<int> Differentiated => [0];

    public override int Overwritable => 1;

    public override RowOptions Takes => RowOptions.Entries | RowOptions.Layouts;

    public override double Domain(int input, double u) => input == 0 ? base.Domain(input, u) : u < 0.5 ? 0 : 1;

    /// <summary>No error is 0, nor are two the same.</summary>
    public override bool IsSmooth(RowPoint at)
    {
        double[] errors = [.. Errors(at).Select(e => e.Error).Append(0).Order()];
        return errors.Zip(errors.Skip(1), (a, b) => b - a).All(apart => apart > 1e-3);
    }

    /// <summary>The definition: Jaccard losses of the first pixels taken wrongly, by counting.</summary>
    public override double Definition(RowPoint at)
    {
        (double Error, bool IsPositive)[] sorted = [.. Errors(at).OrderByDescending(e => e.Error)];
        double sum = 0, before = 0;
        for (int i = 1; i <= sorted.Length; i++)
        {
            int positives = sorted.Count(s => s.IsPositive), missed = sorted[..i].Count(s => s.IsPositive), taken = i - missed;
            double jaccard = 1 - ((double)(positives - missed) / (positives + taken));
            sum += Math.Max(0, sorted[i - 1].Error) * (jaccard - before);
            before = jaccard;
        }

        return sum;
    }

    public override LossTally Run<T>(RowCall<T> c) => TargetLosses.Run(new LovaszHinge(), c);

    protected override T[] Other<T>(Random random, int length) => Array.ConvertAll(Draws.Uniform<T>(random, length, 0, 2), v => T.Floor(v));

    private static IEnumerable<(double Error, bool IsPositive)> Errors(RowPoint at) =>
        at.Inputs[0].Zip(at.Inputs[1], (x, t) => (1 - (t > 0 ? x : -x), t > 0));
}
