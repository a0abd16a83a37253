using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace FastLoss.Tests.Kernels;

/// <summary>A product C (+)= A B as a property receives it.</summary>
public sealed record Product(int Rows, int Inner, int Columns, bool Transposed, bool Accumulate, int Seed)
{
    public static Arbitrary<Product> Products() => Arb.From(
        from rows in Gen.Frequency((8, Gen.Choose(0, 14)), (2, Gen.Choose(15, 40)), (1, Gen.Choose(95, 110)))
        from inner in Gen.Frequency((8, Gen.Choose(0, 20)), (2, Gen.Elements(127, 128, 129, 257)), (1, Gen.Choose(510, 514)))
        from columns in Gen.Frequency((6, Gen.Choose(0, 35)), (2, Gen.Choose(36, 70)))
        from transposed in Gen.Elements(true, false)
        from accumulate in Gen.Elements(true, false)
        from seed in Gen.Choose(0, int.MaxValue)
        select new Product(rows, inner, columns, transposed, accumulate, seed), Shrink);

    private static IEnumerable<Product> Shrink(Product p)
    {
        if (p.Rows > 1) yield return p with { Rows = p.Rows / 2 };
        if (p.Rows > 0) yield return p with { Rows = p.Rows - 1 };
        if (p.Inner > 1) yield return p with { Inner = p.Inner / 2 };
        if (p.Inner > 0) yield return p with { Inner = p.Inner - 1 };
        if (p.Columns > 1) yield return p with { Columns = p.Columns / 2 };
        if (p.Columns > 0) yield return p with { Columns = p.Columns - 1 };
        if (p.Transposed) yield return p with { Transposed = false };
        if (p.Accumulate) yield return p with { Accumulate = false };
    }
}

public class MatrixMultiplyTests
{
    [Property(Arbitrary = [typeof(Product)], MaxTest = 300)]
    public void Every_element_is_one_ascending_chain_of_fused_multiply_adds(Product product)
    {
        Check<float>(product);
        Check<double>(product);
    }

    [Fact]
    public void A_repeated_row_of_ones_sums_columns()
    {
        float[] b = [1, 2, 3, 4, 5, 6], c = [9, 9];
        MatrixMultiply.Run(MatrixView<float>.Row(1, 3), MatrixView<float>.RowMajor(b, 2), c, accumulate: false);
        Assert.Equal([9f, 12f], c);
    }

    [Fact]
    public void NaN_and_infinity_stay_in_their_rows_and_columns()
    {
        const int n = 20;
        float[] a = new float[7 * 3], b = new float[3 * n], c = new float[7 * n];
        Array.Fill(a, 1);
        Array.Fill(b, 1);
        a[(4 * 3) + 1] = float.NaN;
        b[n + 17] = float.PositiveInfinity;
        MatrixMultiply.Run(MatrixView<float>.RowMajor(a, 3), MatrixView<float>.RowMajor(b, n), c, accumulate: false);
        for (int i = 0; i < c.Length; i++)
        {
            float expected = i / n == 4 ? float.NaN : i % n == 17 ? float.PositiveInfinity : 3;
            Assert.Equal(expected, c[i]);
        }
    }

    [Theory]
    [InlineData(301, 256, 203)]
    [InlineData(20, 700, 3000)]
    [InlineData(5, 300, 4099)]
    [InlineData(1, 5000, 2049)]
    public void Threads_change_no_bit(int rows, int inner, int columns)
    {
        Random random = new(3);
        float[] a = [.. Enumerable.Range(0, rows * inner).Select(_ => random.NextSingle() - 0.5f)];
        float[] b = [.. Enumerable.Range(0, inner * columns).Select(_ => random.NextSingle() - 0.5f)];
        float[] alone = new float[rows * columns], together = new float[rows * columns];
        MatrixMultiply.Run(MatrixView<float>.RowMajor(a, inner), MatrixView<float>.RowMajor(b, columns), alone, accumulate: false);
        for (int j = 0; j < columns; j++)
        {
            float sum = 0;
            for (int k = 0; k < inner; k++) sum = MathF.FusedMultiplyAdd(a[k], b[(k * columns) + j], sum);
            Assert.Equal(sum, alone[j]);
        }

        foreach (int threads in new[] { 2, 3, -1 })
        {
            MatrixMultiply.Run(MatrixView<float>.RowMajor(a, inner), MatrixView<float>.RowMajor(b, columns), together, accumulate: false, threads);
            Assert.Equal(alone, together);
        }
    }

    /// <summary>Against pages that may not be touched, on both sides; the reference is the definition.</summary>
    private static void Check<T>(Product p)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var random = new Random(p.Seed);
        using var aPages = new GuardedMemory(Math.Max(1, p.Rows * p.Inner) * 8);
        using var bPages = new GuardedMemory(Math.Max(1, p.Inner * p.Columns) * 8);
        using var cPages = new GuardedMemory(Math.Max(1, p.Rows * p.Columns) * 8);
        bool end = random.Next(2) == 0;
        Span<T> a = Place<T>(aPages, p.Rows * p.Inner, end, random);
        Span<T> b = Place<T>(bPages, p.Inner * p.Columns, end, random);
        Span<T> c = Place<T>(cPages, p.Rows * p.Columns, end, random);
        T[] expected = c.ToArray();
        for (int i = 0; i < p.Rows; i++)
        {
            for (int j = 0; j < p.Columns; j++)
            {
                T sum = p.Accumulate ? expected[(i * p.Columns) + j] : T.Zero;
                for (int k = 0; k < p.Inner; k++)
                {
                    T element = p.Transposed ? a[(k * p.Rows) + i] : a[(i * p.Inner) + k];
                    sum = T.FusedMultiplyAdd(element, b[(k * p.Columns) + j], sum);
                }

                expected[(i * p.Columns) + j] = sum;
            }
        }

        // A matrix without elements has no shape to read off its length.
        if (p.Rows == 0 || p.Inner == 0 || p.Columns == 0) return;
        MatrixView<T> view = p.Transposed ? MatrixView<T>.Transposed(a, p.Rows) : MatrixView<T>.RowMajor(a, p.Inner);
        T[] before = c.ToArray();
        MatrixMultiply.Run(view, MatrixView<T>.RowMajor(b, p.Columns), c, p.Accumulate);
        Close.Same<T>(expected, c, $"{p}");

        // B the other way round.
        using var columnPages = new GuardedMemory(Math.Max(1, p.Inner * p.Columns) * 8);
        Span<T> columns = end ? columnPages.AtEnd<T>(b.Length) : columnPages.AtStart<T>(b.Length);
        for (int k = 0; k < p.Inner; k++)
        {
            for (int j = 0; j < p.Columns; j++) columns[(j * p.Inner) + k] = b[(k * p.Columns) + j];
        }

        before.CopyTo(c);
        MatrixMultiply.Run(view, MatrixView<T>.Transposed(columns, p.Inner), c, p.Accumulate);
        Close.Same<T>(expected, c, $"{p}, B transposed");
    }

    private static Span<T> Place<T>(GuardedMemory pages, int count, bool end, Random random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> values = end ? pages.AtEnd<T>(count) : pages.AtStart<T>(count);
        foreach (ref T value in values)
            value = T.CreateTruncating(Math.ScaleB(random.NextDouble() - 0.5, random.Next(-20, 20)));
        return values;
    }
}
