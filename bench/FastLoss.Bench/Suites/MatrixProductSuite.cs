using System.Numerics;
using BenchmarkDotNet.Attributes;
using FastLoss.Bench.Rivals;
using FastLoss.Kernels;

namespace FastLoss.Bench.Suites;

/// <summary>
/// The network's matrix product. The shape is A's, and says how many columns B has; the work is 2 x rows x inner x columns operations, not the memory's.
/// OpenBLAS is measured where it is installed.
/// </summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class MatrixProductSuite<T> : Suite<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly Dictionary<Shape, int> s_columns = new()
    {
        [new(256, 256)] = 256,
        [new(1024, 1024)] = 1024,
        [new(512, 768)] = 8192,
        [new(100, 784)] = 200,
        [new(64, 784)] = 50,
        [new(100, 200)] = 10,
    };

    private AlignedBuffer<T> _a = null!, _b = null!, _c = null!;

    public override string Routine => "Matrix product";

    public override IEnumerable<Shape> Shapes => s_columns.Keys;

    public override int Passes => 0;

    private int Columns => s_columns.GetValueOrDefault(Shape, Shape.Classes);

    public override bool Offers(string contender) => base.Offers(contender) && (contender != nameof(OpenBlas) || Rivals.OpenBlas.IsThere);

    [Benchmark(Baseline = true)]
    public void FastLoss() => Multiply(0);

    [Benchmark]
    public void FastLossThreads() => Multiply(-1);

    [Benchmark]
    public unsafe void OpenBlas()
    {
        fixed (T* a = _a.Span, b = _b.Span, c = _c.Span) Rivals.OpenBlas.Multiply(Shape.Rows, Shape.Classes, Columns, a, b, c);
    }

    private void Multiply(int threads) =>
        MatrixMultiply.Run(MatrixView<T>.RowMajor(_a.Span, Shape.Classes), MatrixView<T>.RowMajor(_b.Span, Columns), _c.Span, accumulate: false, threads);

    protected override void Allocate()
    {
        Random random = new(20261126);
        _a = Buffer<T>(Shape.Elements);
        _b = Buffer<T>(Shape.Classes * Columns);
        _c = Buffer<T>(Shape.Rows * Columns);
        foreach (ref T x in _a.Span) x = T.CreateTruncating(random.NextDouble() - 0.5);
        foreach (ref T x in _b.Span) x = T.CreateTruncating(random.NextDouble() - 0.5);
    }

    /// <summary>The oracle is the definition in double, at elements all over the product.</summary>
    protected override void VerifyResult(string contender, Func<double> run, double tolerance)
    {
        _c.Span.Fill(T.NaN);
        run();
        for (int i = 0; i < _c.Span.Length; i += Math.Max(1, _c.Span.Length / 997))
        {
            int row = i / Columns, column = i % Columns;
            double expected = 0;
            for (int k = 0; k < Shape.Classes; k++)
                expected += double.CreateTruncating(_a.Span[(row * Shape.Classes) + k]) * double.CreateTruncating(_b.Span[(k * Columns) + column]);
            Require(contender, double.CreateTruncating(_c.Span[i]), expected, Math.Sqrt(Shape.Classes), tolerance * 10, $"at {row}, {column}");
        }
    }
}
