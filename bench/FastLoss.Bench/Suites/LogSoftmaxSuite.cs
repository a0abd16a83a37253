using System.Numerics;
using BenchmarkDotNet.Attributes;
using FastLoss.Bench.Rivals;
using FastLoss.Catalog;

namespace FastLoss.Bench.Suites;

[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public partial class LogSoftmaxSuite<T> : MapSuite<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private OnnxRoutine? _onnx;

    public override string Routine => "LogSoftmax";

    [Benchmark(Baseline = true)]
    public void FastLoss() => LogSoftmax.Compute<T>(Logits.Span, Shape.Classes, Output.Span);

    [Benchmark]
    public void FastLossThreads() => LogSoftmax.Compute<T>(Logits.Span, Shape.Classes, Output.Span, Threads);

    [Benchmark]
    public void NaiveLoop() => Naive.LogSoftmax<T>(Logits.Span, Shape.Classes, Output.Span);

    [Benchmark]
    public void TensorPrimitives() => ComposedRows.LogSoftmax<T>(Logits.Span, Shape.Classes, Output.Span);

    [Benchmark, Native]
    public void OnnxRuntime() => (_onnx ??= Onnx("LogSoftmax", ("axis", -1))).Run();

    /// <summary>The result is a difference: its error is measured against the larger operand's size.</summary>
    protected override double Scale(double expected) => Math.Abs(expected) + 9;

    protected override void Oracle(ReadOnlySpan<double> logits, int label, Span<double> expected)
    {
        double lse = LogSumExpOf(logits);
        for (int i = 0; i < logits.Length; i++) expected[i] = logits[i] - lse;
    }
}
