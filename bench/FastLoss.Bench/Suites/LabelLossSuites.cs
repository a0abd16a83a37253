using System.Numerics;
using BenchmarkDotNet.Attributes;

namespace FastLoss.Bench.Suites;

/// <summary>A loss that reads one element of each row, its label's: memory's latency, not its bandwidth, is the limit.</summary>
public abstract class LabelLossBase<T> : LogitsSuite<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override IEnumerable<Shape> Shapes { get; } = [new(4_000, 10), new(60_000, 10), new(1_000, 1_000)];

    public override int Passes => 0;

    protected abstract double Oracle(double atLabel);

    protected override void VerifyResult(string contender, Func<double> run, double tolerance)
    {
        double expected = 0;
        for (int row = 0; row < Shape.Rows; row++)
            expected += Oracle(double.CreateTruncating(Logits.Span[(row * Shape.Classes) + Labels.Span[row]]));
        expected /= Shape.Rows;
        Require(contender, run(), expected, Math.Abs(expected), tolerance, "as the mean of all rows");
    }

    /// <summary>Negative logarithms, so that their size is the loss's.</summary>
    protected override void Allocate()
    {
        base.Allocate();
        foreach (ref T x in Logits.Span) x = -T.Abs(x) - T.One;
    }
}

/// <summary>The mean of -l at the labels, from log-probabilities l.</summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class NegativeLogLikelihoodSuite<T> : LabelLossBase<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Routine => "Negative log-likelihood";

    [Benchmark(Baseline = true)]
    public double FastLoss() => Loss.Evaluate<NegativeLogLikelihood, T, int>(new(), Logits.Span, Shape.Classes, Labels.Span).Mean;

    [Benchmark]
    public double NaiveLoop()
    {
        double sum = 0;
        for (int row = 0; row < Shape.Rows; row++)
            sum -= double.CreateTruncating(Logits.Span[(row * Shape.Classes) + Labels.Span[row]]);
        return sum / Shape.Rows;
    }

    protected override double Oracle(double atLabel) => -atLabel;
}

/// <summary>The mean of -ln(y + 1e-7) at the labels, from probabilities y.</summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class CrossEntropyErrorLabelsSuite<T> : LabelLossBase<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Routine => "Cross-entropy error of labels";

    [Benchmark(Baseline = true)]
    public double FastLoss() => double.CreateTruncating(Loss.CrossEntropyError<T>(Logits.Span, Shape.Classes, Labels.Span));

    [Benchmark]
    public double NaiveLoop()
    {
        T sum = T.Zero;
        for (int row = 0; row < Shape.Rows; row++)
            sum -= T.Log(Logits.Span[(row * Shape.Classes) + Labels.Span[row]] + T.CreateTruncating(1e-7));
        return double.CreateTruncating(sum / T.CreateTruncating(Shape.Rows));
    }

    protected override double Oracle(double atLabel) => -Math.Log(atLabel + 1e-7);

    protected override void Allocate()
    {
        base.Allocate();
        foreach (ref T x in Logits.Span) x = T.Exp(x);
    }
}

/// <summary>The loss of each row by itself.</summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class CrossEntropyPerRowSuite<T> : LossSuite<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private AlignedBuffer<T> _losses = null!;

    public override string Routine => "Cross-entropy loss of each row";

    public override IEnumerable<Shape> Shapes { get; } = [new(4_000, 10), new(60_000, 10), new(1_000, 1_000)];

    [Benchmark(Baseline = true)]
    public double FastLoss() => Loss.PerRow<SoftmaxCrossEntropy, T, int>(new(), Logits.Span, Shape.Classes, Labels.Span, _losses.Span).Mean;

    protected override double Oracle(ReadOnlySpan<double> logits, int label) => LogSumExpOf(logits) - logits[label];

    protected override void Allocate()
    {
        base.Allocate();
        _losses = Buffer<T>(Shape.Rows);
    }
}
