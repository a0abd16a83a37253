using System.Numerics;

namespace FastLoss.Tests.Contracts;

/// <summary>What a call of a loss of rows is given and asked for; empty where nothing is.</summary>
internal sealed record RowCall<T>(T[][] Inputs, int Columns, int[] Labels)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public T[] Weights { get; init; } = [];

    public bool[] Mask { get; init; } = [];

    public double? Denominator { get; init; }

    /// <summary>Receives the losses when given.</summary>
    public T[]? Losses { get; init; }

    /// <summary>Receive the gradients when given.</summary>
    public T[][]? Gradients { get; init; }

    public LossOptions<T> Options => new() { Weights = Weights, Mask = Mask, Denominator = Denominator };
}

/// <summary>A loss of rows, its definition in double, and what it is given.</summary>
internal abstract record RowLossCase(string Name)
{
    public static IReadOnlyList<RowLossCase> All { get; } =
    [
        new CosineCase("CosineEmbedding", 0),
        new CosineCase("CosineEmbedding(0.3)", 0.3),
        new TripletCase("TripletMargin", 1, false),
        new TripletCase("TripletMargin(4, swap)", 4, true),
        new DiceCase("SoftDice", 1),
        new DiceCase("SoftDice(0)", 0),
        new JaccardCase("SoftJaccard", 1),
        new JaccardCase("SoftJaccard(0)", 0),
        new HingeCase("MultiClassHinge", 1, 1),
        new HingeCase("MultiClassHinge(0.5, squared)", 0.5, 2),
        new BrierCase("BrierScore"),
    ];

    /// <summary>How many inputs there are.</summary>
    public virtual int Inputs => 1;

    /// <summary>How many of them a gradient is taken by.</summary>
    public virtual int Gradients => Inputs;

    /// <summary>What the inputs are made of.</summary>
    public virtual double Domain(int input, double u) => (u - 0.5) * 8;

    public virtual int Label(double u, int columns) => (int)(u * columns);

    /// <summary>Whether the loss has no corner near these rows and label.</summary>
    public virtual bool IsSmooth(double[][] rows, int label) => true;

    public abstract double Definition(double[][] rows, int label);

    /// <summary>What the definition's own rounding is measured against: the largest of the terms that may cancel.</summary>
    public virtual double Size(double[][] rows) => 1e-3;

    public abstract LossTally Run<T>(RowCall<T> call)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    private static double Cosine(double[] a, double[] b)
    {
        double lengths = Math.Sqrt(a.Sum(v => v * v) * b.Sum(v => v * v));
        return lengths == 0 ? 0 : a.Zip(b, (v, w) => v * w).Sum() / lengths;
    }

    private static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (v, w) => Math.Pow(v - w + 1e-6, 2)).Sum());

    private sealed record CosineCase(string Name, double Margin) : RowLossCase(Name)
    {
        public override int Inputs => 2;

        public override int Label(double u, int columns) => u < 0.5 ? 1 : -1;

        public override bool IsSmooth(double[][] rows, int label) => label == 1 || Math.Abs(Cosine(rows[0], rows[1]) - Margin) > 0.02;

        public override double Definition(double[][] rows, int label) =>
            label == 1 ? 1 - Cosine(rows[0], rows[1]) : Math.Max(0, Cosine(rows[0], rows[1]) - Margin);

        public override LossTally Run<T>(RowCall<T> c) => c.Gradients != null
            ? Loss.EvaluateWithGradient<T>(new CosineEmbedding(Margin), c.Inputs[0], c.Inputs[1], c.Columns, c.Labels, c.Gradients[0], c.Gradients[1], c.Options)
            : c.Losses != null
                ? Loss.PerRow<T>(new CosineEmbedding(Margin), c.Inputs[0], c.Inputs[1], c.Columns, c.Labels, c.Losses, c.Options)
                : Loss.Evaluate<T>(new CosineEmbedding(Margin), c.Inputs[0], c.Inputs[1], c.Columns, c.Labels, c.Options);
    }

    private sealed record TripletCase(string Name, double Margin, bool Swap) : RowLossCase(Name)
    {
        public override int Inputs => 3;

        public override double Size(double[][] rows) => 1 + Distance(rows[0], rows[1]) + Distance(rows[0], rows[2]);

        private double Negative(double[][] rows) => Swap
            ? Math.Min(Distance(rows[0], rows[2]), Distance(rows[1], rows[2]))
            : Distance(rows[0], rows[2]);

        public override bool IsSmooth(double[][] rows, int label) =>
            Math.Abs(Distance(rows[0], rows[1]) - Negative(rows) + Margin) > 0.1
            && Math.Abs(Distance(rows[0], rows[2]) - Distance(rows[1], rows[2])) > 0.1
            && Distance(rows[0], rows[1]) > 0.1 && Negative(rows) > 0.1;

        public override double Definition(double[][] rows, int label) => Math.Max(0, Distance(rows[0], rows[1]) - Negative(rows) + Margin);

        public override LossTally Run<T>(RowCall<T> c) => c.Gradients != null
            ? Loss.EvaluateWithGradient<T>(
                new TripletMargin(Margin, Swap), c.Inputs[0], c.Inputs[1], c.Inputs[2], c.Columns, new(c.Gradients[0], c.Gradients[1], c.Gradients[2]), c.Options)
            : c.Losses != null
                ? Loss.PerRow<T>(new TripletMargin(Margin, Swap), c.Inputs[0], c.Inputs[1], c.Inputs[2], c.Columns, c.Losses, c.Options)
                : Loss.Evaluate<T>(new TripletMargin(Margin, Swap), c.Inputs[0], c.Inputs[1], c.Inputs[2], c.Columns, c.Options);
    }

    private abstract record OverlapCase(string Name, double Smoothing) : RowLossCase(Name)
    {
        public override int Inputs => 2;

        public override int Gradients => 1;

        public override double Domain(int input, double u) => Catalog.Domain.Unit(u);

        /// <summary>0 / 0 apart, where the derivative is not the difference quotient's.</summary>
        public override bool IsSmooth(double[][] rows, int label) => rows[0].Sum() + rows[1].Sum() > 0.01;

        public override double Definition(double[][] rows, int label)
        {
            double both = rows[0].Zip(rows[1], (p, t) => p * t).Sum(), sizes = rows[0].Sum() + rows[1].Sum();
            return sizes + Smoothing == 0 ? 0 : 1 - Overlap(both, sizes);
        }

        protected abstract double Overlap(double both, double sizes);
    }

    private sealed record DiceCase(string Name, double Smoothing) : OverlapCase(Name, Smoothing)
    {
        protected override double Overlap(double both, double sizes) => ((2 * both) + Smoothing) / (sizes + Smoothing);

        public override LossTally Run<T>(RowCall<T> c) => c.Gradients != null
            ? Loss.EvaluateWithGradient<SoftDice, T>(new(Smoothing), c.Inputs[0], c.Columns, c.Inputs[1], c.Gradients[0], c.Options)
            : c.Losses != null
                ? Loss.PerRow<SoftDice, T>(new(Smoothing), c.Inputs[0], c.Columns, c.Inputs[1], c.Losses, c.Options)
                : Loss.Evaluate<SoftDice, T>(new(Smoothing), c.Inputs[0], c.Columns, c.Inputs[1], c.Options);
    }

    private sealed record JaccardCase(string Name, double Smoothing) : OverlapCase(Name, Smoothing)
    {
        protected override double Overlap(double both, double sizes) => (both + Smoothing) / (sizes - both + Smoothing);

        public override LossTally Run<T>(RowCall<T> c) => c.Gradients != null
            ? Loss.EvaluateWithGradient<SoftJaccard, T>(new(Smoothing), c.Inputs[0], c.Columns, c.Inputs[1], c.Gradients[0], c.Options)
            : c.Losses != null
                ? Loss.PerRow<SoftJaccard, T>(new(Smoothing), c.Inputs[0], c.Columns, c.Inputs[1], c.Losses, c.Options)
                : Loss.Evaluate<SoftJaccard, T>(new(Smoothing), c.Inputs[0], c.Columns, c.Inputs[1], c.Options);
    }

    private sealed record HingeCase(string Name, double Margin, int Power) : RowLossCase(Name)
    {
        private double[] Margins(double[] row, int label) => [.. row.Where((_, i) => i != label).Select(v => Margin - row[label] + v)];

        public override bool IsSmooth(double[][] rows, int label) => Power == 2 || Margins(rows[0], label).All(m => Math.Abs(m) > 0.01);

        public override double Definition(double[][] rows, int label) =>
            Margins(rows[0], label).Sum(m => Math.Pow(Math.Max(0, m), Power)) / rows[0].Length;

        public override LossTally Run<T>(RowCall<T> c)
        {
            int[] labels = c.Labels;
            LossOptions<T> options = new() { Weights = c.Weights, Mask = c.Mask, Denominator = c.Denominator };
            return c.Gradients != null
                ? Loss.EvaluateWithGradient<MultiClassHinge, T, int>(new(Margin, Power), c.Inputs[0], c.Columns, labels, c.Gradients[0], options)
                : c.Losses != null
                    ? Loss.PerRow<MultiClassHinge, T, int>(new(Margin, Power), c.Inputs[0], c.Columns, labels, c.Losses, options)
                    : Loss.Evaluate<MultiClassHinge, T, int>(new(Margin, Power), c.Inputs[0], c.Columns, labels, options);
        }
    }

    private sealed record BrierCase(string Name) : RowLossCase(Name)
    {
        public override int Inputs => 2;

        public override int Gradients => 1;

        public override double Domain(int input, double u) => Catalog.Domain.Unit(u);

        public override double Definition(double[][] rows, int label) => rows[0].Zip(rows[1], (p, t) => (p - t) * (p - t)).Sum();

        public override LossTally Run<T>(RowCall<T> c) => c.Gradients != null
            ? Loss.EvaluateWithGradient<BrierScore, T>(new(), c.Inputs[0], c.Columns, c.Inputs[1], c.Gradients[0], c.Options)
            : c.Losses != null
                ? Loss.PerRow<BrierScore, T>(new(), c.Inputs[0], c.Columns, c.Inputs[1], c.Losses, c.Options)
                : Loss.Evaluate<BrierScore, T>(new(), c.Inputs[0], c.Columns, c.Inputs[1], c.Options);
    }
}
