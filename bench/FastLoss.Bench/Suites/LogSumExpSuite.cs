using System.Numerics;
using BenchmarkDotNet.Attributes;
using FastLoss.Bench.Rivals;
using FastLoss.Catalog;

namespace FastLoss.Bench.Suites;

[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public partial class LogSumExpSuite<T> : LossSuite<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private AlignedBuffer<T> _scratch = null!;
    private OnnxRoutine? _onnx;

    public override string Routine => "LogSumExp";

    public override IEnumerable<Shape> Shapes => Shape.Vectors;

    [Benchmark(Baseline = true)]
    public double FastLoss() => double.CreateTruncating(LogSumExp.Compute<T>(Logits.Span));

    [Benchmark]
    public double FastLossThreads() => double.CreateTruncating(LogSumExp.Compute<T>(Logits.Span, Threads));

    [Benchmark]
    public double NaiveLoop() => double.CreateTruncating(Naive.LogSumExp<T>(Logits.Span));

    [Benchmark]
    public double TensorPrimitives() => double.CreateTruncating(ComposedRows.LogSumExp<T>(Logits.Span, _scratch.Span));

    [Benchmark, Native]
    public double OnnxRuntime() => (_onnx ??= Onnx()).Run();

    protected override double Oracle(ReadOnlySpan<double> logits, int label) => LogSumExpOf(logits);

    protected override void Allocate()
    {
        base.Allocate();
        _scratch = Buffer<T>(Shape.Classes);
    }

    private OnnxRoutine Onnx()
    {
        AlignedBuffer<T> result = Buffer<T>(1);
        int type = OnnxRoutine.ElementType<T>();
        byte[] model = new OnnxModel(type)
            .Input("x", type, 1, Shape.Classes)
            .Constant("axes", 1)
            .Node("ReduceLogSumExp", ["x", "axes"], "lse", ("keepdims", 0))
            .Build("lse", 1);
        return Own(new OnnxRoutine(model) { Result = () => double.CreateTruncating(result.Span[0]) }
            .Input("x", Logits, 1, Shape.Classes)
            .Output("lse", result, 1));
    }
}
