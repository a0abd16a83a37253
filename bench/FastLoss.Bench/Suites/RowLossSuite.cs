using System.Numerics;
using BenchmarkDotNet.Attributes;

namespace FastLoss.Bench.Suites;

/// <summary>Losses and metrics of whole rows: each against its definition in double before it is timed.</summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class RowLossSuite<T> : Suite<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int K = 5;

    private const double Temperature = 0.5;

    private AlignedBuffer<T> _first = null!, _second = null!, _third = null!;
    private AlignedBuffer<int> _labels = null!, _signs = null!;
    private ConfusionMatrix _confusion = null!;
    private CalibrationTally _calibration = null!;

    public override string Routine => "Row loss";

    public override int Passes => 0;

    public override IEnumerable<Shape> Shapes { get; } = [new(4_000, 10), new(1_000, 1_000)];

    /// <summary>A matrix of similarities is square: the first rows make one.</summary>
    private int Square => Math.Min(Shape.Rows, Shape.Classes);

    [ParamsSource(nameof(Variants))]
    public override string Variant { get; set; } = "";

    public override IReadOnlyList<string> Variants { get; } =
    [
        nameof(MultiClassHinge), nameof(CosineEmbedding), nameof(TripletMargin), nameof(SoftDice), nameof(SoftJaccard), nameof(NTXent),
        nameof(BrierScore), nameof(TopKAccuracy), nameof(LabelRank), nameof(ConfusionMatrix), nameof(CalibrationTally),
    ];

    [Benchmark(Baseline = true)]
    public double FastLoss()
    {
        ReadOnlySpan<T> a = _first.Span, b = _second.Span, c = _third.Span;
        int columns = Shape.Classes;
        switch (Variant)
        {
            case nameof(MultiClassHinge): return Loss.Evaluate<MultiClassHinge, T, int>(new(), a, columns, _labels.Span).Mean;
            case nameof(CosineEmbedding): return Loss.Evaluate(new CosineEmbedding(), a, b, columns, _signs.Span).Mean;
            case nameof(TripletMargin): return Loss.Evaluate(new TripletMargin(), a, b, c, columns).Mean;
            case nameof(SoftDice): return Loss.Evaluate(new SoftDice(), a, columns, b).Mean;
            case nameof(SoftJaccard): return Loss.Evaluate(new SoftJaccard(), a, columns, b).Mean;
            case nameof(NTXent): return Loss.Evaluate(new NTXent(Temperature), a[..(Square * Square)], _labels.Span[..Square]).Mean;
            case nameof(BrierScore): return Loss.Evaluate<BrierScore, T, int>(new(), a, columns, _labels.Span).Mean;
            case nameof(TopKAccuracy): return TopKAccuracy.Evaluate(a, columns, _labels.Span, Math.Min(K, columns)).Value;
            case nameof(LabelRank): return LabelRank.Evaluate(a, columns, _labels.Span).MeanRank;
            case nameof(ConfusionMatrix):
                _confusion.Clear();
                _confusion.AddScores(a, _labels.Span);
                return _confusion.Accuracy.Value;
            default:
                _calibration.Clear();
                _calibration.Add(a, columns, _labels.Span);
                return _calibration[_calibration.BinCount - 1].Accuracy;
        }
    }

    protected override void Allocate()
    {
        Random random = new(20260105);
        _first = Buffer<T>(Shape.Elements);
        _second = Buffer<T>(Shape.Elements);
        _third = Buffer<T>(Shape.Elements);
        _labels = Buffer<int>(Shape.Rows);
        _signs = Buffer<int>(Shape.Rows);
        foreach (AlignedBuffer<T> buffer in (AlignedBuffer<T>[])[_first, _second, _third])
        {
            foreach (ref T x in buffer.Span) x = T.CreateTruncating(0.001 + (0.998 * random.NextDouble()));
        }

        for (int row = 0; row < Shape.Rows; row++)
        {
            bool isPair = Variant == nameof(NTXent);
            _labels.Span[row] = random.Next(isPair ? Square : Shape.Classes);
            if (isPair && _labels.Span[row] == row) _labels.Span[row] = Square == 1 ? -1 : (row + 1) % Square;
            _signs.Span[row] = random.Next(2) == 0 ? 1 : -1;
        }

        _confusion = new(Shape.Classes);
        _calibration = new();
    }

    protected override void VerifyResult(string contender, Func<double> run, double tolerance)
    {
        double sum = 0, count = 0;
        for (int row = 0; row < Shape.Rows; row++)
        {
            double[] a = Row(_first, row), b = Row(_second, row), c = Row(_third, row);
            (double value, double weight) = Oracle(a, b, c, row);
            sum += value;
            count += weight;
        }

        double expected = sum / count;
        Require(contender, run(), expected, Math.Abs(expected), tolerance, $"as the mean of {Variant}");
    }

    private double[] Row(AlignedBuffer<T> buffer, int row)
    {
        double[] values = new double[Shape.Classes];
        for (int i = 0; i < values.Length; i++) values[i] = double.CreateTruncating(buffer.Span[(row * values.Length) + i]);
        return values;
    }

    private (double Value, double Weight) Oracle(double[] a, double[] b, double[] c, int row)
    {
        int label = _labels.Span[row];
        int rank = 1 + Enumerable.Range(0, a.Length).Count(i => a[i] > a[label] || (a[i] == a[label] && i < label));
        double product = a.Zip(b, (x, y) => x * y).Sum();
        double confidence = a.Max();
        return Variant switch
        {
            nameof(MultiClassHinge) => (a.Where((_, i) => i != label).Sum(x => Math.Max(0, 1 - a[label] + x)) / a.Length, 1),
            nameof(CosineEmbedding) => (_signs.Span[row] == 1 ? 1 - (product / (Norm(a) * Norm(b))) : product / (Norm(a) * Norm(b)), 1),
            nameof(TripletMargin) => (Math.Max(0, Distance(a, b) - Distance(a, c) + 1), 1),
            nameof(SoftDice) => (1 - (((2 * product) + 1) / (a.Sum() + b.Sum() + 1)), 1),
            nameof(SoftJaccard) => (1 - ((product + 1) / (a.Sum() + b.Sum() - product + 1)), 1),
            nameof(NTXent) => row >= a.Length ? (0, 0) : (Math.Log(a.Where((_, i) => i != row).Sum(x => Math.Exp(x / Temperature))) - (a[label] / Temperature), 1),
            nameof(BrierScore) => (a.Select((x, i) => i == label ? (x - 1) * (x - 1) : x * x).Sum(), 1),
            nameof(TopKAccuracy) => (rank <= K ? 1 : 0, 1),
            nameof(LabelRank) => (rank, 1),
            nameof(ConfusionMatrix) => (rank == 1 ? 1 : 0, 1),
            _ => confidence * _calibration.BinCount > _calibration.BinCount - 1 ? (rank == 1 ? 1 : 0, 1) : (0, 0),
        };
    }

    private static double Norm(double[] a) => Math.Sqrt(a.Sum(x => x * x));

    private static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (x, y) => (x - y + 1e-6) * (x - y + 1e-6)).Sum());
}
