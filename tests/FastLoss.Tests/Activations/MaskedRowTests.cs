using System.Numerics;
using FastLoss.Tests.Support;
using FsCheck.Xunit;

namespace FastLoss.Tests.Activations;

/// <summary>Rows without an open class, and the gradient of the log-sum-exp.</summary>
[Properties(Arbitrary = [typeof(Generators)], MaxTest = 60)]
public class MaskedRowTests
{
    [Property]
    public void RowsWithoutAnOpenClassAreZerosOnRequestAndOthersKeepTheirBits(Batch batch)
    {
        Zeros<float>(batch);
        Zeros<double>(batch);
    }

    private static void Zeros<T>(Batch batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] logits = batch.As<T>();
        int n = batch.ClassCount;
        for (int r = 1; r < batch.Rows; r += 3) logits.AsSpan(r * n, n).Fill(T.NegativeInfinity);
        if (batch.Rows > 2) logits[2 * n] = T.NaN;
        T[] expected = new T[logits.Length], factors = [.. Enumerable.Range(0, batch.Rows).Select(r => T.CreateTruncating((r % 5) - 2))];
        Softmax.Compute<T>(logits, n, expected);
        Check(expected, T.Zero, y => Softmax.Compute<T>(logits, n, y, maskedRows: MaskedRows.Zeros), x => Softmax.Compute<T>(x, n, x, maskedRows: MaskedRows.Zeros));
        LogSoftmax.Compute<T>(logits, n, expected);
        Check(expected, T.NegativeInfinity, y => LogSoftmax.Compute<T>(logits, n, y, maskedRows: MaskedRows.Zeros), x => LogSoftmax.Compute<T>(x, n, x, maskedRows: MaskedRows.Zeros));
        LogSumExp.Backward<T>(logits, n, factors, expected);
        Check(expected, T.Zero, y => LogSumExp.Backward<T>(logits, n, factors, y, MaskedRows.Zeros), x => LogSumExp.Backward<T>(x, n, factors, x, MaskedRows.Zeros));

        void Check(T[] plain, T masked, Action<T[]> apart, Action<T[]> inPlace)
        {
            for (int r = 0; r < batch.Rows; r++)
            {
                if (logits.AsSpan(r * n, n).IndexOfAnyExcept(T.NegativeInfinity) >= 0) continue;
                Assert.True(T.IsNaN(plain[r * n]));
                plain.AsSpan(r * n, n).Fill(masked);
            }

            T[] results = new T[logits.Length], over = [.. logits];
            apart(results);
            Close.Same<T>(plain, results, "apart");
            inPlace(over);
            Close.Same<T>(plain, over, "in place");
        }
    }

    /// <summary>A row's gradient is its softmax times the factor.</summary>
    [Property]
    public void TheGradientOfALogSumExpIsTheSoftmaxTimesIts(Batch batch)
    {
        double[] factors = [.. Enumerable.Range(0, batch.Rows).Select(r => (r % 7) - 2.5)], gradient = new double[batch.Logits.Length];
        float[] narrow = new float[gradient.Length];
        LogSumExp.Backward<double>(batch.Logits, batch.ClassCount, factors, gradient);
        LogSumExp.Backward<float>(batch.As<float>(), batch.ClassCount, Array.ConvertAll(factors, v => (float)v), narrow);
        for (int r = 0; r < batch.Rows; r++)
        {
            Range row = (r * batch.ClassCount)..((r + 1) * batch.ClassCount);
            double[] expected = Array.ConvertAll(Reference.Softmax(batch.Logits[row]), p => p * factors[r]);
            if (expected.Any(double.IsNaN)) expected.AsSpan().Fill(double.NaN);
            Close.Relative<double>(expected, gradient[row], 1e-13, $"row {r}", 1e-306);
            Close.Relative<float>(expected, narrow[row], 2e-6, $"float row {r}", 1e-36);
        }
    }

    [Fact]
    public void OneRowAndThreadsAndBadRequests()
    {
        float[] masked = [float.NegativeInfinity, float.NegativeInfinity], results = new float[2];
        Softmax.Compute<float>(masked, results, maskedRows: MaskedRows.Zeros);
        Assert.Equal([0, 0], results);
        LogSoftmax.Compute<float>(masked, results, maskedRows: MaskedRows.Zeros);
        Assert.Equal(masked, results);
        Softmax.Compute<float>([], [], maskedRows: MaskedRows.Zeros);
        LogSumExp.Backward<float>([], 3, [], []);

        float[] many = new float[300_000], apart = new float[many.Length];
        many.AsSpan(1000, 2000).Fill(float.NegativeInfinity);
        Softmax.Compute<float>(many, 1000, apart, 2, MaskedRows.Zeros);
        Softmax.Compute<float>(many, 1000, many, -1, MaskedRows.Zeros);
        Close.Same<float>(apart, many, "threads");
        Assert.Equal((0, 0.001f), (many[2999], many[3000]));

        Says("maskedRows is 7", () => Softmax.Compute<float>(masked, 2, results, maskedRows: (MaskedRows)7));
        Says("maskedRows is 7", () => LogSoftmax.Compute<float>(masked, 2, results, maskedRows: (MaskedRows)7));
        Says("maskedRows is 7", () => LogSumExp.Backward<float>(masked, 2, [1], results, (MaskedRows)7));
        Says("outputGradient has 2 elements; one number for each row needs 1", () => LogSumExp.Backward<float>(masked, 2, [1, 1], results));
        Says("gradient overlaps outputGradient", () => LogSumExp.Backward<float>(masked, 2, results.AsSpan(0, 1), results));
        Assert.Equal(masked, results);
        float[] one = [1];
        Assert.Equal(0, Comparison.Allocated(() => Softmax.Compute<float>(masked, 2, results, maskedRows: MaskedRows.Zeros)));
        Assert.Equal(0, Comparison.Allocated(() => LogSoftmax.Compute<float>(masked, 2, results, maskedRows: MaskedRows.Zeros)));
        Assert.Equal(0, Comparison.Allocated(() => LogSumExp.Backward<float>(masked, 2, one, results, MaskedRows.Zeros)));

        static void Says(string message, Action action) =>
            Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
    }
}
