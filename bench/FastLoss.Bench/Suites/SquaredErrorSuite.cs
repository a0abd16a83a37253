using System.Numerics;
using BenchmarkDotNet.Attributes;
using FastLoss.Bench.Rivals;

namespace FastLoss.Bench.Suites;

[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public partial class SquaredErrorSuite<T> : PairSuite<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private OnnxRoutine? _onnx;

    public override string Routine => "Sum of squared errors";

    [Benchmark(Baseline = true)]
    public double FastLoss() => double.CreateTruncating(Loss.SumOfSquaredErrors<T>(Predictions.Span, Targets.Span));

    [Benchmark]
    public double NaiveLoop() => double.CreateTruncating(Naive.SumOfSquaredErrors<T>(Predictions.Span, Targets.Span));

    [Benchmark]
    public double TensorPrimitives() =>
        double.CreateTruncating(Composed.SumOfSquaredErrors<T>(Predictions.Span, Targets.Span));

    [Benchmark, Native]
    public double OnnxRuntime() => (_onnx ??= Onnx(
        m => m.Node("Sub", ["y", "t"], "d").Node("ReduceSumSquare", ["d"], "sum", ("keepdims", 0)), "sum", 0.5)).Run();

    protected override double Oracle(double prediction, double target) =>
        0.5 * (prediction - target) * (prediction - target);
}
