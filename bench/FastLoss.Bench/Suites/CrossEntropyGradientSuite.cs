using System.Numerics;
using BenchmarkDotNet.Attributes;
using FastLoss.Bench.Rivals;

namespace FastLoss.Bench.Suites;

/// <summary>The mean loss of the batch and its gradient by every logit, in one call.</summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public partial class CrossEntropyGradientSuite<T> : MapSuite<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Routine => "Cross-entropy loss and gradient";

    [Benchmark(Baseline = true)]
    public double FastLoss() =>
        Loss.EvaluateWithGradient<SoftmaxCrossEntropy, T, int>(new(), Logits.Span, Shape.Classes, Labels.Span, Output.Span).Mean;

    [Benchmark]
    public double FastLossThreads() =>
        Loss.EvaluateWithGradient<SoftmaxCrossEntropy, T, int>(new(), Logits.Span, Shape.Classes, Labels.Span, Output.Span, new() { Threads = Threads }).Mean;

    [Benchmark]
    public double NaiveLoop() => Naive.CrossEntropyWithGradient<T>(Logits.Span, Shape.Classes, Labels.Span, Output.Span);

    [Benchmark]
    public double TensorPrimitives() =>
        Composed.CrossEntropyWithGradient<T>(Logits.Span, Shape.Classes, Labels.Span, Output.Span);

    /// <summary>The label's element is p - 1: its error is measured against the 1.</summary>
    protected override double Scale(double expected) => Math.Abs(expected) + (expected < 0 ? 1.0 / Shape.Rows : 1e-30);

    protected override void Oracle(ReadOnlySpan<double> logits, int label, Span<double> expected)
    {
        double lse = LogSumExpOf(logits);
        for (int i = 0; i < logits.Length; i++)
            expected[i] = (Math.Exp(logits[i] - lse) - (i == label ? 1 : 0)) / Shape.Rows;
    }
}
