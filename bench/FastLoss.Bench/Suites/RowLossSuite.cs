using System.Numerics;
using BenchmarkDotNet.Attributes;
using FastLoss.Catalog;

namespace FastLoss.Bench.Suites;

/// <summary>Every loss of rows of the catalogue, each against its definition in double before it is timed.</summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class RowLossSuite<T> : Suite<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly RowCase[] s_cases = [.. RowCase.All.DistinctBy(c => c.TypeName)];

    private RowCase _case = null!;
    private RowCall<T> _call = null!;
    private RowComposition<T>? _rival;
    private AlignedBuffer<T> _scratch = null!;

    public override string Routine => "Row loss";

    public override int Passes => 0;

    public override IEnumerable<Shape> Shapes { get; } = [new(4_000, 10), new(1_000, 1_000)];

    [ParamsSource(nameof(Variants))]
    public override string Variant { get; set; } = "";

    public override IReadOnlyList<string> Variants { get; } = [.. s_cases.Select(c => c.TypeName)];

    [Benchmark(Baseline = true)]
    public double FastLoss() => _case.Run(_call).Mean;

    [Benchmark]
    public double TensorPrimitives() => _rival?.Invoke(_call, _scratch.Span) ?? 0;

    public override bool Offers(string contender) =>
        base.Offers(contender) && (contender != nameof(TensorPrimitives) || Find().Rival is not null);

    /// <summary>A matrix of similarities is square: the first rows make one.</summary>
    protected override void Allocate()
    {
        RowCase c = Find();
        int square = Math.Min(Shape.Rows, Shape.Classes);
        (int rows, int columns) = c.Shape switch
        {
            RowShape.Square => (square, square),
            RowShape.Elements => (Shape.Elements, 1),
            _ => (Shape.Rows, Shape.Classes),
        };
        Random random = new(20260105);
        T[][] inputs = [.. Enumerable.Range(0, c.Inputs).Select(_ => Draws.Uniform<T>(random, rows * columns, 0.001, 0.999))];
        _call = new(inputs, columns, [.. Enumerable.Range(0, rows).Select(row => c.Label(random.NextDouble(), row, columns))]);
        _case = c;
        _rival = c.Rival?.Bound<T>();
        _scratch = Buffer<T>(columns);
    }

    protected override void VerifyResult(string contender, Func<double> run, double tolerance)
    {
        RowCase c = Find();
        double[][] batch = [.. _call.Inputs.Where(_ => c.IsOfBatch).Select(x => Reference.Widen<T>(x))];
        LossTally tally = default; // exact: a plain sum of a million doubles is itself off by 1e-14
        for (int row = 0; row < _call.Labels.Length; row++)
        {
            if (_call.Labels[row] < 0 && c.Shape == RowShape.Square) continue;
            RowPoint at = new(
                [.. _call.Inputs.Select(x => Reference.Widen<T>(x.AsSpan(row * _call.Columns, _call.Columns)))], _call.Labels[row], row, [])
            { Batch = batch };
            tally += new LossTally(c.Definition(at), c.Share(at), 1);
        }

        double expected = tally.Mean;
        Require(contender, run(), expected, Math.Abs(expected), tolerance, $"as the mean of {Variant}");
    }

    private RowCase Find() => s_cases.Single(c => c.TypeName == Variant);
}

/// <summary>Every metric of the catalogue, likewise.</summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class MetricSuite<T> : Suite<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly MetricCase[] s_cases = [.. MetricCase.All.DistinctBy(c => c.Type)];

    private AlignedBuffer<T> _scores = null!;
    private AlignedBuffer<int> _labels = null!;
    private MetricCall<T> _metric = null!;

    public override string Routine => "Metric";

    public override int Passes => 0;

    public override IEnumerable<Shape> Shapes { get; } = [new(4_000, 10), new(1_000, 1_000)];

    [ParamsSource(nameof(Variants))]
    public override string Variant { get; set; } = "";

    public override IReadOnlyList<string> Variants { get; } = [.. s_cases.Select(c => c.Type.Name)];

    [Benchmark(Baseline = true)]
    public double FastLoss() => _metric(_scores.Span, _labels.Span);

    protected override void Allocate()
    {
        Random random = new(20260105);
        _scores = Buffer<T>(Shape.Elements);
        _labels = Buffer<int>(Shape.Rows);
        foreach (ref T x in _scores.Span) x = T.CreateTruncating(0.001 + (0.998 * random.NextDouble()));
        foreach (ref int label in _labels.Span) label = random.Next(Shape.Classes);
        _metric = Find().Start<T>(Shape.Classes);
    }

    protected override void VerifyResult(string contender, Func<double> run, double tolerance)
    {
        double[][] rows = [.. Enumerable.Range(0, Shape.Rows).Select(r => Reference.Widen<T>(_scores.Span.Slice(r * Shape.Classes, Shape.Classes)))];
        double expected = Find().Definition(rows, _labels.Span.ToArray());
        Require(contender, run(), expected, Math.Abs(expected), 10 * tolerance, $"as {Variant}");
    }

    private MetricCase Find() => s_cases.Single(c => c.Type.Name == Variant);
}
