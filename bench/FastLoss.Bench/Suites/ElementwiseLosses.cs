using System.Numerics;
using System.Runtime.CompilerServices;
using BenchmarkDotNet.Attributes;
using FastLoss.Catalog;

namespace FastLoss.Bench.Suites;

/// <summary>Every element-wise loss, ours and one as a user writes it, over numbers that it is defined for.</summary>
public abstract class ElementwiseLosses<T> : PairSuite<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Beside the library's: the same loop must serve it at the same speed.</summary>
    private static readonly ElementwiseCase s_own =
        ElementwiseCase.Of(new Cauchy(), PairKind.Real, 16, (y, t) => Reference.Log1P((y - t) * (y - t) / 2));

    private static readonly ElementwiseCase[] s_cases = [.. ElementwiseCase.All.DistinctBy(c => c.LossName), s_own];

    private ElementwiseCase _case = null!;

    [ParamsSource(nameof(Variants))]
    public override string Variant { get; set; } = "";

    public override IReadOnlyList<string> Variants { get; } = [.. s_cases.Select(c => c.LossName)];

    public override IEnumerable<Shape> Shapes { get; } = [new(1, 4_096), new(1, 1 << 20)];

    private protected CurvedElementLoss<T> Runner { get; private set; } = null!;

    protected AlignedBuffer<T> Output { get; private set; } = null!;

    /// <summary>Whether <see cref="Output"/> receives the derivatives of the mean by every prediction.</summary>
    protected virtual bool WritesGradient(string contender) => false;

    protected override double Oracle(double prediction, double target) => _case.Value(prediction, target);

    /// <summary>One case of each loss, by its type's name, which is what records call it.</summary>
    private protected ElementwiseCase Find() => s_cases.Single(c => c.LossName == Variant);

    protected override void Allocate()
    {
        base.Allocate();
        _case = Find();
        Runner = _case.Bound<T>();
        Output = Buffer<T>(Shape.Elements);
        Random random = new(20260104);
        foreach (ref T y in Predictions.Span) y = T.CreateTruncating(_case.Kind.Prediction(random.NextDouble()));
        foreach (ref T t in Targets.Span) t = T.CreateTruncating(_case.Kind.Target(random.NextDouble()));
    }

    protected override void VerifyResult(string contender, Func<double> run, double tolerance)
    {
        double expected = 0, scale = 0;
        for (int i = 0; i < Predictions.Length; i++)
        {
            (double y, double t) = At(i);
            double value = _case.Value(y, t);
            expected += value;
            scale += _case.Scale?.Invoke(y, t) ?? Math.Abs(value);
        }
        double ulp = typeof(T) == typeof(float) ? Math.ScaleB(1, -23) : Math.ScaleB(1, -52);
        Require(contender, run(), expected, scale, Math.Max(tolerance, _case.Ulps * ulp), $"as the sum of {Variant}");
        if (WritesGradient(contender)) VerifyGradient(contender);
    }

    /// <summary>By differences of the definition, which have five digits; a wrong formula has none.</summary>
    private void VerifyGradient(string contender)
    {
        for (int i = 0; i < Math.Min(Predictions.Length, 500); i++)
        {
            (double y, double t) = At(i);
            double h = 1e-5 * Math.Max(Math.Abs(y), 1e-3);
            if (_case.Kinks(t).Any(kink => Math.Abs(kink - y) < 2 * h)) continue;
            double slope = (_case.Value(y + h, t) - _case.Value(y - h, t)) / (2 * h);
            double scale = Math.Abs(slope) + (_case.Scale?.Invoke(y, t) ?? Math.Abs(_case.Value(y, t))) + 1;
            Require(contender, double.CreateTruncating(Output.Span[i]) * Shape.Elements, slope, scale, 1e-3, $"as the derivative [{i}] of {Variant}");
        }
    }

    private (double Prediction, double Target) At(int i) =>
        (double.CreateTruncating(Predictions.Span[i]), double.CreateTruncating(Targets.Span[i]));
}

/// <summary>ln(1 + e^2 / 2) as README shows it.</summary>
internal readonly struct Cauchy : ICurvedLoss
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector error = prediction - target;
        return TVector.Log1P(0.5 * error * error);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector error = prediction - target;
        return error / (1 + (0.5 * error * error));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector SecondDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector half = 0.5 * (prediction - target) * (prediction - target);
        return (1 - half) / ((1 + half) * (1 + half));
    }
}

/// <summary>The sum over all elements.</summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class ElementwiseLossSuite<T> : ElementwiseLosses<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private AlignedBuffer<T> _scratch = null!;
    private ElementwiseComposition<T>? _rival;

    public override string Routine => "Element-wise loss";

    [Benchmark(Baseline = true)]
    public double FastLoss() => Runner.Evaluate(Predictions.Span, Targets.Span).Sum;

    [Benchmark]
    public double TensorPrimitives() => _rival?.Invoke(Predictions.Span, Targets.Span, _scratch.Span) ?? 0;

    public override bool Offers(string contender) =>
        base.Offers(contender) && (contender != nameof(TensorPrimitives) || Find().Rival is not null);

    protected override void Allocate()
    {
        base.Allocate();
        _rival = Find().Rival?.Bound<T>();
        _scratch = Buffer<T>(2 * Shape.Elements);
    }
}

/// <summary>The sum and the gradient in one pass, and the forms that write one loss each.</summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class ElementwiseGradientSuite<T> : ElementwiseLosses<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override string Routine => "Element-wise loss and gradient";

    /// <summary>Two arrays read, one written.</summary>
    public override int Passes => 3;

    [Benchmark(Baseline = true)]
    public double FastLoss() => Runner.EvaluateWithGradient(Predictions.Span, Targets.Span, Output.Span).Sum;

    [Benchmark]
    public double FastLossPerElement() => Runner.PerElement(Predictions.Span, Targets.Span, Output.Span).Sum;

    [Benchmark]
    public override double MemoryLimit()
    {
        double sum = Limits.Read(Targets);
        Limits.Copy(Predictions, Output);
        return sum;
    }

    [Benchmark]
    public double MemoryLimitNonTemporal()
    {
        double sum = Limits.Read(Targets);
        Limits.CopyNonTemporal(Predictions, Output);
        return sum;
    }

    protected override bool WritesGradient(string contender) => contender == nameof(FastLoss);
}
