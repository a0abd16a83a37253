using static FastLoss.Catalog.Reference;

namespace FastLoss.Catalog;

/// <summary>Losses of the label's probability, as functions of the cross-entropy; and cross-entropy of cosines with margins.</summary>
internal static class ProbabilityLosses
{
    public static IReadOnlyList<RowCase> Cases { get; } =
    [
        PolyOf(1) with { Parameters = "", Usual = new(1, -4, 4) },
        PolyOf(-0.5),
        PolyOf(-1),
        PowerOf(0.7) with { Parameters = "", Usual = new(1, -4, 4) },
        PowerOf(1),
        PowerOf(0),
        new ArcFaceCase(8, 0.5) { Usual = new(1, -0.8, 0.8) },
        new ArcFaceCase(4, 1.25),
        new CosFaceCase(8, 0.35) { Usual = new(1, -0.8, 0.8) },
        new CircleCase(4, 0.25) { Usual = new(1, -0.8, 0.8) },
    ];

    /// <summary>l + epsilon (1 - e^-l), by the series of l - (1 - e^-l) where epsilon makes it cancel.</summary>
    private static BentCase PolyOf(double epsilon) => new(
        typeof(PolyCrossEntropy),
        FormattableString.Invariant($"epsilon {epsilon}"),
        l => epsilon >= 0 ? l - (epsilon * ExpM1(-l)) : ((1 + epsilon) * l) - (epsilon * Rest(l)))
    {
        Loss = new PolyCrossEntropy(epsilon),
    };

    private static BentCase PowerOf(double q) => new(
        typeof(GeneralizedCrossEntropy), FormattableString.Invariant($"power {q}"), l => q == 0 ? l : -ExpM1(-q * l) / q)
    {
        Loss = new GeneralizedCrossEntropy(q),
    };

    private static double Rest(double l)
    {
        if (l > 0.5) return l + ExpM1(-l);
        double term = l, sum = 0;
        for (int k = 2; k < 30; k++) sum += term *= -l / k;
        return -sum;
    }

    /// <summary>A loss whose classes are weighted as cross-entropy's are.</summary>
    private abstract record WeightedCase(Type Type, string Parameters) : RowCase(Type, Parameters)
    {
        public override bool IsWide => false;

        public override (double Float, double Double) Bound => (4e-6, 1e-13);

        public override RowOptions Takes =>
            RowOptions.Entries | RowOptions.ClassWeights | RowOptions.MaskedRows | RowOptions.Layouts | RowOptions.IgnoreLabel;

        public override double Share(RowPoint at) => at.ClassWeights.Length == 0 ? 1 : at.ClassWeights[at.Label];
    }

    private sealed record BentCase(Type Type, string Parameters, Func<double, double> OfLoss) : WeightedCase(Type, Parameters)
    {
        public required ILabelLoss Loss { get; init; }

        public override double Definition(RowPoint at) => Share(at) * OfLoss(CrossEntropy(at.Inputs[0], at.Label));

        public override LossTally Run<T>(RowCall<T> c) => Loss is PolyCrossEntropy poly ? LabelLosses.Run(poly, c) : LabelLosses.Run((GeneralizedCrossEntropy)Loss, c);
    }

    /// <summary>Cross-entropy of logits made of cosines, those of labels apart.</summary>
    private abstract record CosineCase(Type Type, double Scale, double Margin)
        : WeightedCase(Type, FormattableString.Invariant($"scale {Scale}, margin {Margin}"))
    {
        /// <summary>The logits round, and with them the loss.</summary>
        public override double Size(RowPoint at) => 0.1 * Scale;

        public override double Domain(int input, double u) => 1.4 * (u - 0.5);

        public override double Definition(RowPoint at) =>
            Share(at) * CrossEntropy([.. at.Inputs[0].Select((c, i) => Scale * (i == at.Label ? Label(c) : Other(c)))], at.Label);

        protected virtual double Other(double cosine) => cosine;

        protected abstract double Label(double cosine);
    }

    private sealed record ArcFaceCase(double Scale, double Margin) : CosineCase(typeof(ArcFace), Scale, Margin)
    {
        public override bool IsSmooth(RowPoint at) => Math.Abs(at.Inputs[0][at.Label] + Math.Cos(Margin)) > 0.02;

        public override LossTally Run<T>(RowCall<T> c) => LabelLosses.Run(new ArcFace(Scale, Margin), c);

        protected override double Label(double cosine) =>
            Math.Acos(cosine) + Margin < Math.PI ? Math.Cos(Math.Acos(cosine) + Margin) : cosine - (Margin * Math.Sin(Margin));
    }

    private sealed record CosFaceCase(double Scale, double Margin) : CosineCase(typeof(CosFace), Scale, Margin)
    {
        public override LossTally Run<T>(RowCall<T> c) => LabelLosses.Run(new CosFace(Scale, Margin), c);

        protected override double Label(double cosine) => cosine - Margin;
    }

    /// <summary>With weights that are differentiated: the gradient is the definition's.</summary>
    private sealed record CircleCase(double Scale, double Margin) : CosineCase(typeof(CircleLoss), Scale, Margin)
    {
        public override bool IsSmooth(RowPoint at) => at.Inputs[0].All(c => Math.Abs(c + Margin) > 0.01);

        public override LossTally Run<T>(RowCall<T> c) => LabelLosses.Run(new CircleLoss(Scale, Margin) { DifferentiatesWeights = true }, c);

        protected override double Other(double cosine) => Math.Max(0, cosine + Margin) * (cosine - Margin);

        protected override double Label(double cosine) => Math.Max(0, 1 + Margin - cosine) * (cosine - 1 + Margin);
    }
}
