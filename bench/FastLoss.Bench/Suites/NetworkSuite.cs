using System.Numerics;
using BenchmarkDotNet.Attributes;
using FastLoss.Bench.Rivals;

namespace FastLoss.Bench.Suites;

/// <summary>
/// A training step's loss and gradient: 784 inputs, 50 hidden units, 10 classes, by backpropagation. The shape is the batch's
/// rows and the inputs of each; the work is 2 (3 x 784 x 50 + 5 x 50 x 10) operations a row or so, not the memory's.
/// </summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class NetworkSuite<T> : Suite<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Hidden = 50, Classes = 10;

    private Network<T> _network = null!;
    private NaiveNetwork<T> _naive = null!;
    private AlignedBuffer<T> _inputs = null!, _gradient = null!;
    private AlignedBuffer<int> _labels = null!;

    public override string Routine => "Network loss and gradient";

    public override IEnumerable<Shape> Shapes { get; } = [new(100, 784)];

    public override int Passes => 0;

    [Benchmark(Baseline = true)]
    public double FastLoss() => _network.EvaluateWithGradient(_inputs.Span, _labels.Span, _gradient.Span).Mean;

    [Benchmark]
    public double NaiveLoop() => _naive.EvaluateWithGradient(_network.Parameters, _inputs.Span, _labels.Span, _gradient.Span);

    protected override void Allocate()
    {
        Random random = new(20260104);
        NetworkShape shape = new(Shape.Classes, Hidden, Classes);
        _network = new(shape, HiddenActivation.Sigmoid, Shape.Rows);
        _network.Initialize(seed: 1);
        _naive = new(shape, Shape.Rows);
        _inputs = Buffer<T>(Shape.Elements);
        _labels = Buffer<int>(Shape.Rows);
        _gradient = Buffer<T>(shape.ParameterCount);
        foreach (ref T x in _inputs.Span) x = T.CreateTruncating(random.NextDouble());
        foreach (ref int label in _labels.Span) label = random.Next(Classes);
    }

    /// <summary>The oracle is the definition in double. Chains of 784 products round 784 times: ten times what a row's sum is allowed.</summary>
    protected override void VerifyResult(string contender, Func<double> run, double tolerance)
    {
        tolerance *= 10;
        double[] parameters = Widen(_network.Parameters), inputs = Widen(_inputs.Span), expected = new double[parameters.Length];
        double loss = new NaiveNetwork<double>(_network.Shape, Shape.Rows).EvaluateWithGradient(parameters, inputs, _labels.Span, expected);
        _gradient.Span.Fill(T.NaN);
        Require(contender, run(), loss, loss, tolerance, "as the loss");
        double scale = expected.Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++)
            Require(contender, double.CreateTruncating(_gradient.Span[i]), expected[i], scale, tolerance, $"at {_network.Shape.NameOf(i)}");
    }

    private static double[] Widen(ReadOnlySpan<T> values)
    {
        double[] wide = new double[values.Length];
        for (int i = 0; i < wide.Length; i++) wide[i] = double.CreateTruncating(values[i]);
        return wide;
    }
}
