using System.Numerics;
using BenchmarkDotNet.Attributes;

namespace FastLoss.Bench.Suites;

/// <summary>The gradient of Rosenbrock's valley in n dimensions by central differences: 2n evaluations of n terms.</summary>
[GenericTypeArguments(typeof(double))]
public class NumericalGradientSuite<T> : Suite<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly global::MathNet.Numerics.Differentiation.NumericalJacobian _mathNet = new(3, 1);
    private AlignedBuffer<double> _x = null!, _gradient = null!;
    private double[] _point = null!;

    public override string Routine => "Numerical gradient";

    public override IEnumerable<Shape> Shapes { get; } = [new(1, 10), new(1, 100), new(1, 1_000)];

    public override int Passes => 0;

    [Benchmark(Baseline = true)]
    public void FastLoss()
    {
        Valley valley = default;
        NumericalGradient.Compute(ref valley, _x.Span, _gradient.Span);
    }

    [Benchmark]
    public void FastLossDelegate() => NumericalGradient.Compute(Valley.Of, _x.Span, _gradient.Span);

    /// <summary>The textbook's loop with its step for double.</summary>
    [Benchmark]
    public void NaiveLoop()
    {
        const double h = 1e-5;
        Span<double> x = _x.Span, gradient = _gradient.Span;
        for (int i = 0; i < x.Length; i++)
        {
            double saved = x[i];
            x[i] = saved + h;
            double above = Valley.Of(x);
            x[i] = saved - h;
            gradient[i] = (above - Valley.Of(x)) / (2 * h);
            x[i] = saved;
        }
    }

    [Benchmark]
    public void MathNetNumerics() => _mathNet.Evaluate(x => Valley.Of(x), _point).CopyTo(_gradient.Span);

    protected override void Allocate()
    {
        Random random = new(20260103);
        _x = Buffer<double>(Shape.Elements);
        _gradient = Buffer<double>(Shape.Elements);
        foreach (ref double x in _x.Span) x = (2 * random.NextDouble()) - 1;
        _point = _x.Span.ToArray();
    }

    protected override void VerifyResult(string contender, Func<double> run, double tolerance)
    {
        _gradient.Span.Fill(double.NaN);
        run();
        ReadOnlySpan<double> x = _point;
        for (int i = 0; i < x.Length; i++)
        {
            double expected = 0;
            if (i > 0) expected += 200 * (x[i] - (x[i - 1] * x[i - 1]));
            if (i < x.Length - 1) expected += (-400 * x[i] * (x[i + 1] - (x[i] * x[i]))) - (2 * (1 - x[i]));
            // Differences of a sum of n terms keep the digits that the sum leaves them.
            Require(contender, _gradient.Span[i], expected, Shape.Elements * 100, 1e-6, $"at [{i}]");
        }
    }

    private readonly struct Valley : IScalarFunction<double>
    {
        public double Evaluate(ReadOnlySpan<double> x) => Of(x);

        public static double Of(ReadOnlySpan<double> x)
        {
            double sum = 0;
            for (int i = 0; i + 1 < x.Length; i++)
            {
                double bend = x[i + 1] - (x[i] * x[i]), shift = 1 - x[i];
                sum += (100 * bend * bend) + (shift * shift);
            }
            return sum;
        }
    }
}
