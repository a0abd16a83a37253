using System.Numerics;
using BenchmarkDotNet.Attributes;
using FastLoss.Bench.Rivals;
using FastLoss.Catalog;

namespace FastLoss.Bench.Suites;

/// <summary>Activations over the same numbers, element by element.</summary>
public abstract class ActivationBase<T> : MapSuite<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private protected ActivationCase Case { get; private set; } = null!;

    private protected ActivationCalls<T> Calls { get; private set; } = null!;

    [ParamsSource(nameof(Variants))]
    public override string Variant { get; set; } = "";

    public override IReadOnlyList<string> Variants { get; } = [.. ActivationCase.All.Select(c => c.Name)];

    public override IEnumerable<Shape> Shapes { get; } = [new(1, 4_096), new(1, 1 << 20)];

    /// <summary>Where an activation nears 0 its definition is a difference from 1, and has fewer digits than the library's.</summary>
    protected override double Scale(double expected) => Math.Abs(expected) + 1;

    private protected ActivationCase Find() => ActivationCase.All.Single(c => c.Name == Variant);

    protected override void Allocate()
    {
        base.Allocate();
        Case = Find();
        Calls = Case.Bound<T>();
    }
}

/// <summary>The value of each element.</summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class ActivationSuite<T> : ActivationBase<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Routine => "Activation";

    /// <summary>One read and one write.</summary>
    public override int Passes => 2;

    [Benchmark(Baseline = true)]
    public void FastLoss() => Calls.Forward(Logits.Span, Output.Span);

    [Benchmark]
    public void TensorPrimitives() => Calls.Rival?.Invoke(Logits.Span, Output.Span);

    public override bool Offers(string contender) =>
        base.Offers(contender) && (contender != nameof(TensorPrimitives) || Find().Bound<T>().Rival is not null);

    protected override void Oracle(ReadOnlySpan<double> logits, int label, Span<double> expected)
    {
        for (int i = 0; i < logits.Length; i++) expected[i] = Case.Value(logits[i]);
    }
}

/// <summary>The gradient by the input from the gradient by the output, here 1 everywhere.</summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class ActivationBackwardSuite<T> : ActivationBase<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private AlignedBuffer<T> _ones = null!;

    public override string Routine => "Activation backward";

    /// <summary>Two reads and one write.</summary>
    public override int Passes => 3;

    [Benchmark(Baseline = true)]
    public void FastLoss() => Calls.Backward(Logits.Span, _ones.Span, Output.Span);

    /// <summary>By differences, which have nine digits.</summary>
    protected override double Scale(double expected) => (Math.Abs(expected) + 1) * (typeof(T) == typeof(float) ? 1 : 1e7);

    protected override void Oracle(ReadOnlySpan<double> logits, int label, Span<double> expected)
    {
        const double h = 1e-6;
        for (int i = 0; i < logits.Length; i++)
        {
            // A kink at 0: the side that x is on.
            double x = logits[i], above = x < 0 && x > -h ? x : x + h, below = x > 0 && x < h ? x : x - h;
            expected[i] = (Case.Value(above) - Case.Value(below)) / (above - below);
        }
    }

    protected override void Allocate()
    {
        base.Allocate();
        _ones = Buffer<T>(Shape.Elements);
        _ones.Span.Fill(T.One);
    }
}

/// <summary>The Jacobian of Softmax or LogSoftmax times a vector, row by row.</summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class SoftmaxBackwardSuite<T> : MapSuite<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private AlignedBuffer<T> _forward = null!, _gradient = null!;
    private RowMapCalls<T> _calls = null!;

    public override string Routine => "Backward of";

    [ParamsSource(nameof(Variants))]
    public override string Variant { get; set; } = "";

    public override IReadOnlyList<string> Variants { get; } = [.. RowMapCase.All.Where(c => !c.IsOneNumber).Select(c => c.Name)];

    public override IEnumerable<Shape> Shapes { get; } = [new(4_000, 10), new(1, 4_096), new(1, 1 << 20)];

    [Benchmark(Baseline = true)]
    public void FastLoss() => _calls.Backward(Logits.Span, _forward.Span, Shape.Classes, _gradient.Span, Output.Span);

    private bool IsLog => Variant == nameof(LogSoftmax);

    /// <summary>A difference of terms as large as the gradient's.</summary>
    protected override double Scale(double expected) => Math.Abs(expected) + (IsLog ? 10 : 1);

    protected override void Oracle(ReadOnlySpan<double> logits, int label, Span<double> expected)
    {
        double lse = LogSumExpOf(logits), sum = 0;
        for (int i = 0; i < logits.Length; i++) sum += (IsLog ? 1 : Math.Exp(logits[i] - lse)) * Slope(i);
        for (int i = 0; i < logits.Length; i++)
        {
            double p = Math.Exp(logits[i] - lse);
            expected[i] = IsLog ? Slope(i) - (p * sum) : p * (Slope(i) - sum);
        }
    }

    protected override void Allocate()
    {
        base.Allocate();
        _forward = Buffer<T>(Shape.Elements);
        _gradient = Buffer<T>(Shape.Elements);
        _calls = RowMapCase.All.Single(c => c.Name == Variant).Bound<T>();
        _calls.Forward(Logits.Span, Shape.Classes, _forward.Span);
        for (int i = 0; i < _gradient.Length; i++) _gradient.Span[i] = T.CreateTruncating(Slope(i % Shape.Classes));
    }

    /// <summary>Exact in float, and its sum over a row stays small.</summary>
    private static double Slope(int i) => ((i * 37 % 64) - 31.5) / 64;
}

/// <summary>Probabilities over the logits themselves; from the second call on they are of probabilities, at the same cost.</summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class SoftmaxInPlaceSuite<T> : MapSuite<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Routine => "Softmax in place";

    [Benchmark(Baseline = true)]
    public void FastLoss()
    {
        if (Verifying) Logits.Span.CopyTo(Output.Span);
        Softmax.Compute<T>(Output.Span, Shape.Classes, Output.Span);
    }

    [Benchmark]
    public void TensorPrimitives()
    {
        if (Verifying) Logits.Span.CopyTo(Output.Span);
        ComposedRows.Softmax<T>(Output.Span, Shape.Classes, Output.Span);
    }

    protected override void Oracle(ReadOnlySpan<double> logits, int label, Span<double> expected)
    {
        double lse = LogSumExpOf(logits);
        for (int i = 0; i < logits.Length; i++) expected[i] = Math.Exp(logits[i] - lse);
    }
}
