using System.Numerics;
using BenchmarkDotNet.Attributes;
using FastLoss.Bench.Rivals;

namespace FastLoss.Bench.Suites;

/// <summary>A step of each optimizer with PyTorch's numbers: in a cache, as many parameters as a network for MNIST has, and in memory.</summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class OptimizerSuite<T> : Suite<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Small enough that parameters stay what they are over millions of steps.
    private const double Rate = 1e-12;

    private static readonly Dictionary<string, IOptimizer> s_rules = new()
    {
        ["SGD"] = new Sgd(),
        ["momentum"] = new Sgd { Momentum = 0.9 },
        ["AdaGrad"] = new AdaGrad(),
        ["RMSProp"] = new RmsProp(),
        ["Adam"] = new Adam(),
        ["AdamW"] = new AdamW(),
    };

    private Optimizer<T> _optimizer = null!;
    private AlignedBuffer<T> _parameters = null!, _gradient = null!, _first = null!, _second = null!, _scratch = null!;
    private long _step;

    public override string Routine => "Optimizer step";

    public override IEnumerable<Shape> Shapes { get; } = [new(1, 4_096), new(1, 159_010), new(1, 1 << 22)];

    [ParamsSource(nameof(Variants))]
    public override string Variant { get; set; } = "";

    public override IReadOnlyList<string> Variants { get; } = [.. s_rules.Keys];

    /// <summary>Parameters and slots are read and written, the gradient is read.</summary>
    public override int Passes => 3 + (2 * (s_rules.GetValueOrDefault(Variant) is { } rule ? new Optimizer<T>(rule, 0).SlotCount : 0));

    [Benchmark(Baseline = true)]
    public void FastLoss() => _optimizer.Step(_parameters.Span, _gradient.Span, Rate);

    [Benchmark]
    public void FastLossThreads() => _optimizer.Step(_parameters.Span, _gradient.Span, Rate, Threads);

    [Benchmark]
    public void TensorPrimitives()
    {
        _step++;
        ComposedOptimizers<T> composed = new(_parameters.Span, _gradient.Span, _first.Span, _second.Span, _scratch.Span);
        double first = 1 - Math.Pow(0.9, _step), root = Math.Sqrt(1 - Math.Pow(0.999, _step));
        switch (Variant)
        {
            case "SGD": composed.Descent(Rate); break;
            case "momentum": composed.Momentum(Rate, 0.9); break;
            case "AdaGrad": composed.AdaGrad(Rate, 1e-10); break;
            case "RMSProp": composed.RmsProp(Rate, 0.99, 1e-8); break;
            case "Adam": composed.Adam(Rate / first, 1, 0.9, 0.999, 1 / root, 1e-8); break;
            case "AdamW": composed.Adam(Rate / first, 1 - (Rate * 0.01), 0.9, 0.999, 1 / root, 1e-8); break;
            default: throw new NotSupportedException(Variant);
        }
    }

    protected override void Allocate()
    {
        Random random = new(20260104);
        int n = Shape.Elements;
        _optimizer = new(s_rules[Variant], n);
        (_parameters, _gradient, _first, _second, _scratch) = (Buffer<T>(n), Buffer<T>(n), Buffer<T>(n), Buffer<T>(n), Buffer<T>(n));
        Reset();
        foreach (ref T g in _gradient.Span) g = T.CreateTruncating((random.NextDouble() + 0.1) * (random.Next(2) == 0 ? -1 : 1));
    }

    private void Reset()
    {
        Random random = new(20260105);
        foreach (ref T p in _parameters.Span) p = T.CreateTruncating(random.NextDouble() * 1e-12);
        _first.Span.Clear();
        _second.Span.Clear();
        _optimizer.Reset();
        _step = 0;
    }

    /// <summary>The oracle is the first step by hand, of parameters as small as the step; at it every adaptive rule moves by its own multiple of the gradient's sign.</summary>
    protected override void VerifyResult(string contender, Func<double> run, double tolerance)
    {
        Reset();
        double[] before = new double[Shape.Elements];
        for (int i = 0; i < before.Length; i++) before[i] = double.CreateTruncating(_parameters.Span[i]);
        run();
        for (int i = 0; i < before.Length; i++)
        {
            double g = double.CreateTruncating(_gradient.Span[i]);
            double direction = Variant switch
            {
                "SGD" or "momentum" => g,
                "RMSProp" => g / ((Math.Abs(g) * 0.1) + 1e-8),
                "AdaGrad" => g / (Math.Abs(g) + 1e-10),
                _ => g / (Math.Abs(g) + 1e-8),
            };
            double expected = before[i] - (Rate * direction);
            Require(contender, double.CreateTruncating(_parameters.Span[i]), expected, 1e-11, tolerance, $"at [{i}]");
        }

        Reset();
    }
}
