using System.Numerics;
using BenchmarkDotNet.Attributes;

namespace FastLoss.Bench.Suites;

/// <summary>The share of rows whose largest score is the label's.</summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class AccuracySuite<T> : LossSuite<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Routine => "Accuracy";

    public override IEnumerable<Shape> Shapes { get; } = [new(4_000, 10), new(60_000, 10), new(1_000, 1_000)];

    [Benchmark(Baseline = true)]
    public double FastLoss() => Accuracy.Evaluate<T>(Logits.Span, Shape.Classes, Labels.Span).Value;

    [Benchmark]
    public double NaiveLoop()
    {
        int right = 0;
        for (int row = 0; row < Shape.Rows; row++)
        {
            ReadOnlySpan<T> x = Logits.Span.Slice(row * Shape.Classes, Shape.Classes);
            int best = 0;
            for (int i = 1; i < x.Length; i++)
                if (x[i] > x[best])
                    best = i;
            if (best == Labels.Span[row]) right++;
        }
        return (double)right / Shape.Rows;
    }

    [Benchmark]
    public double TensorPrimitives()
    {
        int right = 0;
        for (int row = 0; row < Shape.Rows; row++)
        {
            ReadOnlySpan<T> x = Logits.Span.Slice(row * Shape.Classes, Shape.Classes);
            if (System.Numerics.Tensors.TensorPrimitives.IndexOfMax(x) == Labels.Span[row]) right++;
        }
        return (double)right / Shape.Rows;
    }

    protected override double Oracle(ReadOnlySpan<double> logits, int label)
    {
        int best = 0;
        for (int i = 1; i < logits.Length; i++)
            if (logits[i] > logits[best])
                best = i;
        return best == label ? 1 : 0;
    }
}
