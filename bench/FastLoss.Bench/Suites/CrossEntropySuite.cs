using System.Numerics;
using BenchmarkDotNet.Attributes;
using FastLoss.Bench.Rivals;

namespace FastLoss.Bench.Suites;

/// <summary>Softmax cross-entropy from logits with a label a row: the mean loss of the batch.</summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public partial class CrossEntropySuite<T> : LossSuite<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private AlignedBuffer<T> _scratch = null!;
    private OnnxRoutine? _onnx;

    public override string Routine => "Cross-entropy loss";

    [Benchmark(Baseline = true)]
    public double FastLoss() => Loss.Evaluate<SoftmaxCrossEntropy, T, int>(new(), Logits.Span, Shape.Classes, Labels.Span).Mean;

    [Benchmark]
    public double FastLossThreads() => Loss.Evaluate<SoftmaxCrossEntropy, T, int>(new(), Logits.Span, Shape.Classes, Labels.Span, new() { Threads = Threads }).Mean;

    [Benchmark]
    public double NaiveLoop() => Naive.CrossEntropy<T>(Logits.Span, Shape.Classes, Labels.Span);

    [Benchmark]
    public double TensorPrimitives() => Composed.CrossEntropy<T>(Logits.Span, Shape.Classes, Labels.Span, _scratch.Span);

    [Benchmark, Native]
    public double OnnxRuntime() => (_onnx ??= Onnx()).Run();

    protected override double Oracle(ReadOnlySpan<double> logits, int label) => LogSumExpOf(logits) - logits[label];

    protected override void Allocate()
    {
        base.Allocate();
        _scratch = Buffer<T>(Shape.Classes);
    }

    /// <summary>Its own SoftmaxCrossEntropyLoss, which it expands to a LogSoftmax and a negative log-likelihood.</summary>
    private OnnxRoutine Onnx()
    {
        AlignedBuffer<long> labels = Buffer<long>(Shape.Rows);
        AlignedBuffer<T> loss = Buffer<T>(1);
        for (int i = 0; i < labels.Length; i++) labels.Span[i] = Labels.Span[i];
        int type = OnnxRoutine.ElementType<T>();
        byte[] model = new OnnxModel(type)
            .Input("x", type, Shape.Rows, Shape.Classes)
            .Input("labels", OnnxModel.Int64Type, Shape.Rows)
            .Node("SoftmaxCrossEntropyLoss", ["x", "labels"], "loss", ("reduction", "mean"))
            .Build("loss");
        return Own(new OnnxRoutine(model) { Result = () => double.CreateTruncating(loss.Span[0]) }
            .Input("x", Logits, Shape.Rows, Shape.Classes)
            .Input("labels", labels, Shape.Rows)
            .Output("loss", loss));
    }
}
