using System.Numerics;
using BenchmarkDotNet.Attributes;
using FastLoss.Bench.Rivals;

namespace FastLoss.Bench.Suites;

/// <summary>Cross-entropy from probabilities with soft targets.</summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class CrossEntropyErrorSuite<T> : PairSuite<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private AlignedBuffer<T> _scratch = null!;

    public override string Routine => "Cross-entropy error";

    [Benchmark(Baseline = true)]
    public double FastLoss() => double.CreateTruncating(Loss.CrossEntropyError<T>(Predictions.Span, Targets.Span));

    [Benchmark]
    public double NaiveLoop() => double.CreateTruncating(Naive.CrossEntropyError<T>(Predictions.Span, Targets.Span));

    [Benchmark]
    public double TensorPrimitives() =>
        double.CreateTruncating(Composed.CrossEntropyError<T>(Predictions.Span, Targets.Span, _scratch.Span));

    protected override double Oracle(double prediction, double target) => -target * Math.Log(prediction + 1e-7);

    protected override void Allocate()
    {
        base.Allocate();
        _scratch = Buffer<T>(Shape.Elements);
    }
}
