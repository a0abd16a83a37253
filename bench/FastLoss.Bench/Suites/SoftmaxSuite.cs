using System.Numerics;
using BenchmarkDotNet.Attributes;
using FastLoss.Bench.Rivals;
using FastLoss.Catalog;

namespace FastLoss.Bench.Suites;

[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public partial class SoftmaxSuite<T> : MapSuite<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private OnnxRoutine? _onnx;

    public override string Routine => "Softmax";

    [Benchmark(Baseline = true)]
    public void FastLoss() => Softmax.Compute<T>(Logits.Span, Shape.Classes, Output.Span);

    [Benchmark]
    public void FastLossThreads() => Softmax.Compute<T>(Logits.Span, Shape.Classes, Output.Span, Threads);

    [Benchmark]
    public void NaiveLoop() => Naive.Softmax<T>(Logits.Span, Shape.Classes, Output.Span);

    [Benchmark]
    public void TensorPrimitives() => ComposedRows.Softmax<T>(Logits.Span, Shape.Classes, Output.Span);

    [Benchmark, Native]
    public void OnnxRuntime() => (_onnx ??= Onnx("Softmax", ("axis", -1))).Run();

    protected override void Oracle(ReadOnlySpan<double> logits, int label, Span<double> expected)
    {
        double lse = LogSumExpOf(logits);
        for (int i = 0; i < logits.Length; i++) expected[i] = Math.Exp(logits[i] - lse);
    }
}
