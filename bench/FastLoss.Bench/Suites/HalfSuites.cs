using BenchmarkDotNet.Attributes;
using FastLoss.Bench.Rivals;
using FastLoss.Catalog;

namespace FastLoss.Bench.Suites;

/// <summary>The mean loss of half-precision logits, computed in float. The rival widens a row first: it has no other way.</summary>
public class HalfCrossEntropySuite : LossSuite<float>
{
    private AlignedBuffer<Half> _logits = null!;
    private AlignedBuffer<float> _scratch = null!;

    public override string Routine => "Cross-entropy loss";

    public override string Element => "half";

    public override int BytesPerElement => 2;

    [Benchmark(Baseline = true)]
    public double FastLoss() => Loss.Evaluate(new SoftmaxCrossEntropy(), _logits.Span, Shape.Classes, Labels.Span).Mean;

    [Benchmark]
    public double TensorPrimitives()
    {
        double loss = 0;
        Span<float> x = _scratch.Span;
        for (int row = 0; row < Shape.Rows; row++)
        {
            System.Numerics.Tensors.TensorPrimitives.ConvertToSingle(_logits.Span.Slice(row * x.Length, x.Length), x);
            float target = x[Labels.Span[row]];
            loss += ComposedRows.LogSumExp(x, x) - target;
        }
        return loss / Shape.Rows;
    }

    [Benchmark]
    public override double MemoryLimit() => Limits.Read(_logits);

    protected override double Oracle(ReadOnlySpan<double> logits, int label) => LogSumExpOf(logits) - logits[label];

    protected override void Allocate()
    {
        base.Allocate();
        _logits = Buffer<Half>(Shape.Elements);
        _scratch = Buffer<float>(Shape.Classes);
        HalfLogits.Round(Logits.Span, _logits.Span);
    }
}

/// <summary>Probabilities in float of half-precision logits.</summary>
public class HalfSoftmaxSuite : MapSuite<float>
{
    private AlignedBuffer<Half> _logits = null!;

    public override string Routine => "Softmax";

    public override string Element => "half";

    /// <summary>Two reads of two bytes and a write of four.</summary>
    public override int BytesPerElement => 8;

    [Benchmark(Baseline = true)]
    public void FastLoss() => Softmax.Compute(_logits.Span, Shape.Classes, Output.Span);

    [Benchmark]
    public void TensorPrimitives()
    {
        System.Numerics.Tensors.TensorPrimitives.ConvertToSingle(_logits.Span, Output.Span);
        ComposedRows.Softmax<float>(Output.Span, Shape.Classes, Output.Span);
    }

    [Benchmark]
    public override double MemoryLimit()
    {
        double sum = Limits.Read(_logits);
        Limits.Widen(_logits, Output);
        return sum;
    }

    [Benchmark]
    public override double MemoryLimitNonTemporal()
    {
        double sum = Limits.Read(_logits);
        Limits.WidenNonTemporal(_logits, Output);
        return sum;
    }

    protected override void Oracle(ReadOnlySpan<double> logits, int label, Span<double> expected)
    {
        double lse = LogSumExpOf(logits);
        for (int i = 0; i < logits.Length; i++) expected[i] = Math.Exp(logits[i] - lse);
    }

    protected override void Allocate()
    {
        base.Allocate();
        _logits = Buffer<Half>(Shape.Elements);
        HalfLogits.Round(Logits.Span, _logits.Span);
    }
}

internal static class HalfLogits
{
    /// <summary>Narrows the logits, and leaves in them for the oracle what was narrowed to.</summary>
    public static void Round(Span<float> logits, Span<Half> halves)
    {
        for (int i = 0; i < logits.Length; i++) logits[i] = (float)(halves[i] = (Half)logits[i]);
    }
}
