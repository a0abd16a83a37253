using System.Numerics;
using BenchmarkDotNet.Attributes;
using FastLoss.Bench.Rivals;

namespace FastLoss.Bench.Suites;

[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public partial class SigmoidSuite<T> : MapSuite<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private OnnxRoutine? _onnx;

    public override string Routine => "Sigmoid";

    public override IEnumerable<Shape> Shapes => Shape.Vectors;

    /// <summary>No sum to know first: one read and one write.</summary>
    public override int Passes => 2;

    [Benchmark(Baseline = true)]
    public void FastLoss() => Sigmoid.Compute<T>(Logits.Span, Output.Span);

    [Benchmark]
    public void NaiveLoop() => Naive.Sigmoid<T>(Logits.Span, Output.Span);

    [Benchmark]
    public void TensorPrimitives() => System.Numerics.Tensors.TensorPrimitives.Sigmoid<T>(Logits.Span, Output.Span);

    [Benchmark, Native]
    public void OnnxRuntime() => (_onnx ??= Onnx("Sigmoid")).Run();

    protected override void Oracle(ReadOnlySpan<double> logits, int label, Span<double> expected)
    {
        for (int i = 0; i < logits.Length; i++) expected[i] = 1 / (1 + Math.Exp(-logits[i]));
    }
}
