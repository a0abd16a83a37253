using System.Numerics;
using BenchmarkDotNet.Attributes;
using FastLoss.Bench.Rivals;

namespace FastLoss.Bench.Suites;

/// <summary>A loss that adds up over pairs of a prediction and a target; both lie within (0, 1).</summary>
public abstract partial class PairSuite<T> : Suite<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    protected AlignedBuffer<T> Predictions { get; private set; } = null!;

    protected AlignedBuffer<T> Targets { get; private set; } = null!;

    public override IEnumerable<Shape> Shapes => Shape.Vectors;

    public override int Passes => 2;

    [Benchmark]
    public virtual double MemoryLimit() => Limits.ReadTwo(Predictions, Targets);

    /// <summary>The exact loss of one pair.</summary>
    protected abstract double Oracle(double prediction, double target);

    protected override void Allocate()
    {
        Random random = new(20260102);
        Predictions = Buffer<T>(Shape.Elements);
        Targets = Buffer<T>(Shape.Elements);
        foreach (ref T y in Predictions.Span) y = T.CreateTruncating(0.001 + (0.998 * random.NextDouble()));
        foreach (ref T t in Targets.Span) t = T.CreateTruncating(random.NextDouble());
    }

    protected override void VerifyResult(string contender, Func<double> run, double tolerance)
    {
        double expected = 0, correction = 0; // Neumaier's: a plain sum of a million doubles is itself off by 4e-14
        for (int i = 0; i < Predictions.Length; i++)
        {
            double term = Oracle(double.CreateTruncating(Predictions.Span[i]), double.CreateTruncating(Targets.Span[i]));
            double total = expected + term;
            correction += Math.Abs(expected) >= Math.Abs(term) ? expected - total + term : term - total + expected;
            expected = total;
        }

        expected += correction;
        Require(contender, run(), expected, Math.Abs(expected), tolerance, "as the sum");
    }

    /// <summary>A session from predictions y and targets t to one number.</summary>
    protected OnnxRoutine Onnx(Func<OnnxModel, OnnxModel> nodes, string output, double factor)
    {
        AlignedBuffer<T> result = Buffer<T>(1);
        long n = Shape.Elements;
        int type = OnnxRoutine.ElementType<T>();
        byte[] model = nodes(new OnnxModel(type).Input("y", type, n).Input("t", type, n)).Build(output);
        return Own(new OnnxRoutine(model) { Result = () => factor * double.CreateTruncating(result.Span[0]) }
            .Input("y", Predictions, n)
            .Input("t", Targets, n)
            .Output(output, result));
    }
}
