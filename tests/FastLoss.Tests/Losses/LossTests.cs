using System.Numerics;
using FastLoss.Tests.Support;
using FsCheck.Xunit;

namespace FastLoss.Tests.Losses;

[Properties(Arbitrary = [typeof(Generators)], MaxTest = 200)]
public class LossTests
{
    private static readonly double[] Confident = [.1, .05, .6, 0, .05, .1, 0, .1, 0, 0];
    private static readonly double[] Wrong = [.1, .05, .1, 0, .05, .1, 0, .6, 0, 0];
    private static readonly double[] Two = [0, 0, 1, 0, 0, 0, 0, 0, 0, 0];

    [Fact]
    public void WorkedValues()
    {
        Assert.Equal(0.0975, Loss.SumOfSquaredErrors<double>(Confident, Two), 1e-15);
        Assert.Equal(0.5975, Loss.SumOfSquaredErrors<double>(Wrong, Two), 1e-15);
        Assert.Equal(0.510825457, Loss.CrossEntropyError<double>(Confident, Two), 1e-9);
        Assert.Equal(2.302584092, Loss.CrossEntropyError<double>(Wrong, Two), 1e-9);
        Assert.Equal(0.510825457, Loss.CrossEntropyError<double>(Confident, 10, [2]), 1e-9);
        float[] confident = Array.ConvertAll(Confident, v => (float)v);
        float[] two = Array.ConvertAll(Two, v => (float)v);
        Assert.Equal(0.0975f, Loss.SumOfSquaredErrors<float>(confident, two), 1e-8f);
        Assert.Equal(0.510825457f, Loss.CrossEntropyError<float>(confident, two), 1e-7f);
        Assert.Equal(0.510825457f, Loss.CrossEntropyError<float>(confident, 10, [2]), 1e-7f);
        double[] both = [.. Confident, .. Wrong];
        Assert.Equal((0.0975 + 0.5975) / 2, Loss.SumOfSquaredErrors<double>(both, 10, [.. Two, .. Two]), 1e-15);
        Assert.Equal((0.510825457 + 2.302584092) / 2, Loss.CrossEntropyError<double>(both, 10, [.. Two, .. Two]), 1e-9);
        Assert.Equal((0.510825457 + 2.302584092) / 2, Loss.CrossEntropyError<double>(both, 10, [2, 2]), 1e-9);
    }

    [Property]
    public void SumOfSquaredErrorsIsWhatTheDefinitionSays(Numbers numbers)
    {
        Squares<float>(numbers, 1e-6);
        Squares<double>(numbers, 1e-14);
    }

    private static void Squares<T>(Numbers numbers, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] y = numbers.As<T>();
        T[] t = [.. y.Reverse()];
        double expected = 0;
        for (int i = 0; i < y.Length; i++)
        {
            double error = double.CreateTruncating(y[i]) - double.CreateTruncating(t[i]);
            expected += error * error / 2;
        }

        double actual = double.CreateTruncating(Loss.SumOfSquaredErrors<T>(y, t));
        Assert.True(Close.IsClose(expected, actual, tolerance), $"{typeof(T).Name}: {actual:R}, expected {expected:R}");
    }

    [Property]
    public void CrossEntropyErrorIsWhatTheDefinitionSays(Batch batch)
    {
        double[] p = new double[batch.Logits.Length];
        for (int r = 0; r < batch.Rows; r++)
        {
            Range row = (r * batch.ClassCount)..((r + 1) * batch.ClassCount);
            double[] probabilities = Reference.Softmax(batch.Logits[row]);
            for (int c = 0; c < batch.ClassCount; c++) p[(r * batch.ClassCount) + c] = double.IsNaN(probabilities[c]) ? 0 : (float)probabilities[c];
        }

        double[] t = new double[p.Length];
        for (int r = 0; r < batch.Rows; r++) t[(r * batch.ClassCount) + batch.Labels[r]] = 1;
        double expected = 0;
        for (int i = 0; i < p.Length; i++) expected -= t[i] * Math.Log(p[i] + 1e-7);
        double scale = batch.Rows == 0 ? 1 : batch.Rows;
        IsNear(expected, Loss.CrossEntropyError<double>(p, t), 1e-13, batch.Rows);
        IsNear(expected, Loss.CrossEntropyError<float>(Array.ConvertAll(p, v => (float)v), Array.ConvertAll(t, v => (float)v)), 1e-6, batch.Rows);
        if (batch.Rows == 0) return;
        IsNear(expected / scale, Loss.CrossEntropyError<double>(p, batch.ClassCount, t), 1e-13);
        IsNear(expected / scale, Loss.CrossEntropyError<double>(p, batch.ClassCount, batch.Labels), 1e-13);
        IsNear(expected / scale, Loss.CrossEntropyError<float>(Array.ConvertAll(p, v => (float)v), batch.ClassCount, batch.Labels), 1e-6);
    }

    /// <summary>The logarithm of a probability near 1 is near 0 on its own scale: each float y + 1e-7 rounds at 6e-8.</summary>
    private static void IsNear(double expected, double actual, double tolerance, int terms = 1) =>
        Assert.True(Math.Abs(expected - actual) <= tolerance * (terms + Math.Abs(expected)), $"{actual:R}, expected {expected:R}");

    [Fact]
    public void LongSumsKeepTheirDigits()
    {
        float[] y = new float[1 << 24];
        Array.Fill(y, 0.1f);
        double expected = 0.5 * y.Length * ((double)0.1f * 0.1f);
        Assert.True(Close.IsClose(expected, Loss.SumOfSquaredErrors<float>(y, new float[y.Length]), 1e-6));
    }

    [Fact]
    public void Corners()
    {
        Assert.Equal(0f, Loss.SumOfSquaredErrors<float>([], []));
        Assert.Equal(0d, Loss.CrossEntropyError<double>([], []));
        Assert.True(double.IsNaN(Loss.SumOfSquaredErrors<double>([], 3, [])));
        Assert.True(double.IsNaN(Loss.CrossEntropyError<double>([], 3, Array.Empty<int>())));
        Assert.True(float.IsNaN(Loss.SumOfSquaredErrors<float>([1, float.NaN], [1, 1])));
        Assert.Equal(float.PositiveInfinity, Loss.SumOfSquaredErrors<float>([float.PositiveInfinity], [1]));
        Assert.Equal(-Math.Log(1e-7), Loss.CrossEntropyError<double>([0], [1]), 1e-12);
        Assert.Contains("predictions has 1 elements and targets has 2", Message(() => Loss.SumOfSquaredErrors<float>([1], [1, 2])), StringComparison.Ordinal);
        Assert.Contains("labels[1] is 3; with 3 classes a label is 0 to 2", Message(() => Loss.CrossEntropyError<float>(new float[6], 3, [0, 3])), StringComparison.Ordinal);
        Assert.Contains("labels has 1 elements; a label for each row of 3 probabilities needs 2", Message(() => Loss.CrossEntropyError<float>(new float[6], 3, [0])), StringComparison.Ordinal);
    }

    private static string Message(Action action) => Assert.ThrowsAny<ArgumentException>(action).Message;

    [Fact]
    public void NothingPastTheEndsIsTouched()
    {
        if (!GuardedMemory.IsSupported) Assert.Skip("needs mprotect");
        using GuardedMemory first = new(16384);
        using GuardedMemory second = new(16384);
        for (int n = 0; n <= 300; n++)
        {
            Loss.SumOfSquaredErrors<float>(first.AtEnd<float>(n), second.AtEnd<float>(n));
            Loss.SumOfSquaredErrors<float>(first.AtStart<float>(n), second.AtStart<float>(n));
            Loss.CrossEntropyError<double>(first.AtEnd<double>(n), second.AtEnd<double>(n));
            Loss.CrossEntropyError<double>(first.AtStart<double>(n), second.AtStart<double>(n));
        }
    }

    [Fact]
    public void NothingIsAllocated()
    {
        float[] y = new float[1000];
        int[] labels = new int[100];
        Assert.Equal(0, Comparison.Allocated(() => Loss.SumOfSquaredErrors<float>(y, y)));
        Assert.Equal(0, Comparison.Allocated(() => Loss.CrossEntropyError<float>(y, y)));
        Assert.Equal(0, Comparison.Allocated(() => Loss.CrossEntropyError<float>(y, 10, labels)));
    }
}
