using System.Numerics;

namespace FastLoss.Catalog;

/// <summary>Contrastive losses of matrices of similarities.</summary>
internal static class ContrastiveCases
{
    public static IReadOnlyList<RowCase> Cases { get; } =
    [
        new SigmoidCase("", 10, -10) { Usual = new(5, -1, 1) },
        new SigmoidCase("scale 2, bias 0.5", 2, 0.5),
        new SymmetricCase("", 0.5) { Usual = new(6, -1, 1) },
        new SymmetricCase("temperature 1", 1),
        new SupervisedCase("", 0.5, PositivesSum.Outside) { Usual = new(7, -1, 1) },
        new SupervisedCase("positives inside", 0.5, PositivesSum.Inside) { Usual = new(8, -1, 1) },
        new SupervisedCase("temperature 0.1, positives inside", 0.1, PositivesSum.Inside),
        new ExplicitCase("", 0.5) { Usual = new(9, -1, 1) },
        new ExplicitCase("temperature 0.1", 0.1),
    ];

    /// <summary>A square of similarities.</summary>
    private abstract record SquareCase(Type Type, string Parameters) : RowCase(Type, Parameters)
    {
        public override RowShape Shape => RowShape.Square;

        public override double Domain(int input, double u) => (2 * u) - 1;

        /// <summary>The row's own column.</summary>
        public override int Label(double u, int row, int columns) => row;

        public override double Size(RowPoint at) => 1;

        public override IEnumerable<(string Name, RowCall<T> Call)> UsualCalls<T>()
        {
            if (Usual is not { } range) yield break;
            const int Side = 6;
            int[] labels = [.. Enumerable.Range(0, Side).Select(r => Label(0, r, Side))];
            yield return (Name, new([Draws.Uniform<T>(new Random(range.Seed), Side * Side, range.From, range.To)], Side, labels));
        }
    }

    private sealed record SigmoidCase(string Parameters, double Scale, double Bias) : SquareCase(typeof(SigLip), Parameters)
    {
        public override bool IsOfBatch => true;

        public override double Definition(RowPoint at) =>
            at.Batch[0].Skip(at.Place * at.Inputs[0].Length).Take(at.Inputs[0].Length).Select((s, c) => Formula.Softplus((c == at.Place ? -1 : 1) * ((Scale * s) + Bias))).Sum();

        public override LossTally Run<T>(RowCall<T> c) => c.Gradients != null
            ? Loss.EvaluateWithGradient<T>(new SigLip(Scale, Bias), c.Inputs[0], c.Gradients[0], c.Options())
            : c.Losses != null
                ? Loss.PerRow<T>(new SigLip(Scale, Bias), c.Inputs[0], c.Losses, c.Options())
                : Loss.Evaluate<T>(new SigLip(Scale, Bias), c.Inputs[0], c.Options());
    }

    private sealed record SymmetricCase(string Parameters, double Temperature) : SquareCase(typeof(ClipLoss), Parameters)
    {
        public override bool IsWide => false;

        public override bool IsOfBatch => true;

        /// <summary>NaN reaches the pair of its column too.</summary>
        public override bool ReadsAll => false;

        public override (double Float, double Double) Bound => (4e-6, 1e-13);

        public override double Definition(RowPoint at)
        {
            int n = at.Inputs[0].Length;
            double[] row = at.Batch[0][(at.Place * n)..((at.Place + 1) * n)], column = [.. Enumerable.Range(0, n).Select(r => at.Batch[0][(r * n) + at.Place])];
            return (CrossEntropy(row, at.Place) + CrossEntropy(column, at.Place)) / 2;
        }

        public override LossTally Run<T>(RowCall<T> c) => c.Gradients != null
            ? Loss.EvaluateWithGradient<T>(new ClipLoss(Temperature), c.Inputs[0], c.Gradients[0], c.Options())
            : c.Losses != null
                ? Loss.PerRow<T>(new ClipLoss(Temperature), c.Inputs[0], c.Losses, c.Options())
                : Loss.Evaluate<T>(new ClipLoss(Temperature), c.Inputs[0], c.Options());

        private double CrossEntropy(double[] similarities, int label) => Reference.CrossEntropy(Array.ConvertAll(similarities, s => s / Temperature), label);
    }

    private sealed record SupervisedCase(string Parameters, double Temperature, PositivesSum Positives) : SquareCase(typeof(SupCon), Parameters)
    {
        /// <summary>The diagonal is not read.</summary>
        public override bool ReadsAll => false;

        /// <summary>A third as many labels as rows, and so two of each at least; -1 where there is no other row.</summary>
        public override int Label(double u, int row, int columns) => columns < 2 ? -1 : row % Math.Max(1, columns / 3);

        public override double Definition(RowPoint at)
        {
            double[] x = at.Inputs[0];
            int[] others = [.. Enumerable.Range(0, x.Length).Where(c => c != at.Place)], positives = [.. others.Where(c => Label(0, c, x.Length) == at.Label)];
            double all = Reference.LogSumExp([.. others.Select(c => x[c] / Temperature)]);
            return Positives == PositivesSum.Outside
                ? positives.Average(p => all - (x[p] / Temperature))
                : all - Reference.LogSumExp([.. positives.Select(p => x[p] / Temperature)]) + Math.Log(positives.Length);
        }

        public override LossTally Run<T>(RowCall<T> c) => c.Gradients != null
            ? Loss.EvaluateWithGradient<T>(new SupCon(Temperature, Positives), c.Inputs[0], c.Labels, c.Gradients[0], c.Options())
            : c.Losses != null
                ? Loss.PerRow<T>(new SupCon(Temperature, Positives), c.Inputs[0], c.Labels, c.Losses, c.Options())
                : Loss.Evaluate<T>(new SupCon(Temperature, Positives), c.Inputs[0], c.Labels, c.Options());
    }

    private sealed record ExplicitCase(string Parameters, double Temperature) : RowCase(typeof(InfoNCE), Parameters)
    {
        public override bool IsWide => false;

        public override (double Float, double Double) Bound => (4e-6, 1e-13);

        public override double Domain(int input, double u) => (2 * u) - 1;

        public override double Definition(RowPoint at) => Reference.CrossEntropy(Array.ConvertAll(at.Inputs[0], s => s / Temperature), 0);

        public override LossTally Run<T>(RowCall<T> c) => c.Gradients != null
            ? Loss.EvaluateWithGradient<T>(new InfoNCE(Temperature), c.Inputs[0], c.Columns, c.Gradients[0], c.Options())
            : c.Losses != null
                ? Loss.PerRow<T>(new InfoNCE(Temperature), c.Inputs[0], c.Columns, c.Losses, c.Options())
                : Loss.Evaluate<T>(new InfoNCE(Temperature), c.Inputs[0], c.Columns, c.Options());
    }
}
