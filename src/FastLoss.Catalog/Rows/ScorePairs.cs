using System.Numerics;

namespace FastLoss.Catalog;

/// <summary>Losses of single elements that have more inputs than a prediction and a target.</summary>
internal static class ScorePairs
{
    public static IReadOnlyList<RowCase> Cases { get; } = [new VarianceCase(), new RankingCase() { Usual = new(8, -2, 2) }, new MultiLabelCase()];

    /// <summary>The Gaussian likelihood of means and variances.</summary>
    private sealed record VarianceCase() : RowCase(typeof(HeteroscedasticGaussianNll), "")
    {
        public override int Inputs => 3;

        /// <summary>The mean and the variance.</summary>
        public override IReadOnlyList<int> Differentiated => [0, 2];

        public override RowShape Shape => RowShape.Elements;

        public override bool IsWide => false;

        public override (double Float, double Double) Bound => (2e-6, 1e-14);

        public override double Domain(int input, double u) => input == 2 ? Catalog.Domain.Positive(u) : base.Domain(input, u);

        public override double Size(RowPoint at) => Math.Abs(Math.Log(at.Inputs[2][0])) + (Math.Pow(at.Inputs[0][0] - at.Inputs[1][0], 2) / at.Inputs[2][0]);

        public override double Lowest(int input) => input == 2 ? 1e-3 : double.NegativeInfinity;

        public override double Definition(RowPoint at) =>
            (Math.Log(at.Inputs[2][0]) + (Math.Pow(at.Inputs[0][0] - at.Inputs[1][0], 2) / at.Inputs[2][0])) / 2;

        public override LossTally Run<T>(RowCall<T> c) => c.Gradients != null
            ? Loss.EvaluateWithGradient<T>(new HeteroscedasticGaussianNll(), c.Inputs[0], c.Inputs[1], c.Inputs[2], c.Gradients[0], c.Gradients[1], c.Options())
            : c.Losses != null
                ? Loss.PerElement<T>(new HeteroscedasticGaussianNll(), c.Inputs[0], c.Inputs[1], c.Inputs[2], c.Losses, c.Options())
                : Loss.Evaluate<T>(new HeteroscedasticGaussianNll(), c.Inputs[0], c.Inputs[1], c.Inputs[2], c.Options());

        public override IEnumerable<(string Name, RowCall<T> Call)> UsualCalls<T>()
        {
            const int Count = 12;
            Random random = new(Count);
            T[] means = Draws.Uniform<T>(random, Count, -3, 3), variances = Draws.Uniform<T>(random, Count, 0.3, 4);
            yield return (Name, new([means, Draws.Uniform<T>(random, Count, -3, 3), variances], 1, []));
        }
    }

    /// <summary>RankNet's loss of the difference of two scores.</summary>
    private sealed record RankingCase() : RowCase(typeof(PairwiseRanking<SoftMargin>), "")
    {
        public override string Name => "PairwiseRanking of SoftMargin";

        public override int Inputs => 3;

        public override IReadOnlyList<int> Differentiated => [0, 1];

        public override RowShape Shape => RowShape.Elements;

        public override bool IsWide => false;

        public override (double Float, double Double) Bound => (2e-6, 1e-14);

        public override double Domain(int input, double u) => input == 2 ? Catalog.Domain.Sign(u) : base.Domain(input, u);

        /// <summary>The difference rounds, which counts where the scores are far apart.</summary>
        public override double Size(RowPoint at) => Math.Abs(at.Inputs[0][0]) + Math.Abs(at.Inputs[1][0]);

        public override double Definition(RowPoint at) => Formula.Softplus(-at.Inputs[2][0] * (at.Inputs[0][0] - at.Inputs[1][0]));

        public override LossTally Run<T>(RowCall<T> c) => c.Gradients != null
            ? Loss.EvaluateWithGradient(new PairwiseRanking<SoftMargin>(), c.Inputs[0], c.Inputs[1], c.Inputs[2], c.Gradients[0], c.Gradients[1], c.Options())
            : c.Losses != null
                ? Loss.PerElement(new PairwiseRanking<SoftMargin>(), c.Inputs[0], c.Inputs[1], c.Inputs[2], c.Losses, c.Options())
                : Loss.Evaluate(new PairwiseRanking<SoftMargin>(), c.Inputs[0], c.Inputs[1], c.Inputs[2], c.Options());

        protected override T[] Other<T>(Random random, int length) =>
            Array.ConvertAll(Draws.Uniform<T>(random, length, -1, 1), v => T.CopySign(T.One, v));
    }

    /// <summary>All elements as one row of labels, so that each has a weight of its own.</summary>
    private sealed record MultiLabelCase() : RowCase(typeof(MultiLabelCrossEntropy), "smoothing .1")
    {
        private const double Smoothing = 0.1;

        public override int Inputs => 3;

        public override IReadOnlyList<int> Differentiated => [0];

        public override int Overwritable => 2;

        public override RowShape Shape => RowShape.Elements;

        public override bool IsWide => false;

        public override bool IsChecked(int input) => input == 2;

        public override (double Float, double Double) Bound => (2e-6, 1e-14);

        public override double Domain(int input, double u) => input switch
        {
            0 => base.Domain(input, u),
            1 => u,
            _ => Catalog.Domain.Positive(u),
        };

        public override double Definition(RowPoint at)
        {
            double y = at.Inputs[0][0], t = Smooth(at.Inputs[1][0]), other = Smooth(1 - at.Inputs[1][0]);
            return (at.Inputs[2][0] * t * Formula.Softplus(-y)) + (other * Formula.Softplus(y));
        }

        public override LossTally Run<T>(RowCall<T> c)
        {
            MultiLabelCrossEntropy loss = new(Smoothing);
            T[] weights = c.Inputs[2].Length == 0 ? [T.One] : c.Inputs[2];
            return c.Gradients != null
                ? Loss.EvaluateWithGradient<T>(loss, c.Inputs[0], c.Inputs[1], weights, c.Gradients[0], c.Options())
                : c.Losses != null
                    ? Loss.PerElement<T>(loss, c.Inputs[0], c.Inputs[1], weights, c.Losses, c.Options())
                    : Loss.Evaluate<T>(loss, c.Inputs[0], c.Inputs[1], weights, c.Options());
        }

        public override IEnumerable<(string Name, RowCall<T> Call)> UsualCalls<T>()
        {
            const int Count = 12;
            Random random = new(Count);
            T[] logits = Draws.Uniform<T>(random, Count, -4, 4), targets = Draws.Uniform<T>(random, Count, 0, 1);
            yield return (Name, new([logits, targets, Draws.Uniform<T>(random, Count, 0.5, 4)], 1, []));
        }

        private static double Smooth(double t) => (t * (1 - Smoothing)) + (Smoothing / 2);
    }
}
