using System.Numerics;
using FastLoss.Tests.Support;

namespace FastLoss.Tests.Activations;

/// <summary>Logits that are huge, far apart, masked, many: where a sum of exponentials is most easily wrong.</summary>
public class SoftmaxCornerTests
{
    [Fact]
    public void DoubleLogitsPastWhatAnIntHolds()
    {
        double[] y = new double[2];
        foreach (double top in new[] { 3e9, 1.4885e9, -3e9, 9.9e11, -1e12, 1e13 })
        {
            Softmax.Compute<double>([top, top - 1], y);
            Close.Relative<double>([0.731058578630005, 0.268941421369995], y, 1e-14, $"softmax at {top}");
            LogSoftmax.Compute<double>([top, top - 1], y);
            Close.Relative<double>([-0.3132616875182228, -1.3132616875182228], y, 1e-14, $"log-softmax at {top}");
            LossTally loss = Loss.EvaluateWithGradient<SoftmaxCrossEntropy, double, int>(new(), [top, top - 1], 2, [0], y);
            Assert.Equal(0.3132616875182228, loss.Sum, 1e-14);
            Close.Relative<double>([-0.268941421369995, 0.268941421369995], y, 1e-14, $"gradient at {top}");
        }

        Assert.Equal(0.3132616875182228, LogSumExp.Compute<double>([2e9, 2e9 - 1]) - 2e9, 3e-7);
        for (int n = 40; n <= 400; n += 45)
        {
            double[] far = new double[n];
            far.AsSpan().Fill(2e9 - 1);
            far[n / 2] = 2e9;
            double[] p = new double[n];
            Softmax.Compute<double>(far, p);
            Close.Relative(Reference.Softmax(far), p, 1e-14, $"{n} logits of 2e9");
        }
    }

    [Theory]
    [InlineData(-1e12)]
    [InlineData(-1e30)]
    [InlineData(double.NegativeInfinity)]
    public void ManyMasksBeforeOneLogit(double mask)
    {
        double[] x = [.. Enumerable.Repeat(mask, 32), 1.5], p = new double[33];
        Softmax.Compute<double>(x, p);
        Assert.Equal(1.0, p[32]);
        Assert.All(p[..32], v => Assert.Equal(0, v));
        Assert.Equal(1.5, LogSumExp.Compute<double>(x), 1e-15);
        float[] narrow = [.. Enumerable.Repeat((float)mask, 64), 1.5f], q = new float[65];
        Softmax.Compute<float>(narrow, q);
        Assert.Equal(1f, q[64]);
        Assert.Equal(1.5f, LogSumExp.Compute<float>(narrow));
    }

    [Fact]
    public void LogSumExpOfALogitFarAboveTheFirst()
    {
        float[] x = [.. Enumerable.Repeat(-64.93995f, 64), 0.027701627f];
        Assert.Equal(0.027701627f, LogSumExp.Compute<float>(x), 6e-7f);
        float[] both = new float[2];
        LogSumExp.Compute<float>([.. x, .. x], 65, both);
        Assert.Equal(0.027701627f, both[1], 6e-7f);
        foreach (double first in new[] { -170.0, -300, -600 })
        {
            double[] wide = [.. Enumerable.Repeat(first, 32), 0.027701627], rows = new double[2];
            Assert.Equal(0.027701627, LogSumExp.Compute<double>(wide), 1e-15);
            LogSumExp.Compute<double>([.. wide, .. wide], 33, rows);
            Assert.Equal(0.027701627, rows[0], 1e-15);
        }
    }

    [Fact]
    public void WhatIsMinusInfinityAddsNothing()
    {
        float[] log = new float[2];
        LogSoftmax.Compute<float>([float.NegativeInfinity, 0], log);
        Assert.Equal([float.NegativeInfinity, 0f], log);
        float[] masks = new float[100_001], logs = new float[masks.Length];
        masks.AsSpan().Fill(float.NegativeInfinity);
        masks[77_777] = 3;
        LogSoftmax.Compute<float>(masks, logs);
        Assert.Equal(0f, logs[77_777]);
        LossTally loss = Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float>(new(), [float.NegativeInfinity, 0], 2, [0, 1], log);
        Assert.Equal(0, loss.Sum);
        Assert.All(log, g => Assert.Equal(0f, g));
        float[] target = new float[masks.Length];
        target[77_777] = 1;
        loss = Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float>(new(), masks, masks.Length, target, logs);
        Assert.Equal(0, loss.Sum);
        Assert.All(logs, g => Assert.Equal(0f, g));
    }

    [Fact]
    public void ARowWithInfinityIsNaNAllOfIt()
    {
        foreach (int n in new[] { 3, 20, 40, 100, 3000 })
        {
            foreach (double bad in new[] { double.PositiveInfinity, double.NaN })
            {
                AllNaN<float>(n, bad);
                AllNaN<double>(n, bad);
            }
        }

        float[] log = new float[3];
        LogSoftmax.Compute<float>([1, float.PositiveInfinity, 2], log);
        Assert.All(log, v => Assert.True(float.IsNaN(v)));
    }

    private static void AllNaN<T>(int n, double bad)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int at = 0; at < n; at += 1 + (n / 7))
        {
            T[] x = new T[n], y = new T[n];
            for (int i = 0; i < n; i++) x[i] = i % 5 == 0 ? T.NegativeInfinity : T.CreateTruncating(i % 3);
            x[at] = T.CreateTruncating(bad);
            Softmax.Compute<T>(x, y);
            Assert.All(y, v => Assert.True(T.IsNaN(v)));
            LogSoftmax.Compute<T>(x, y);
            Assert.All(y, v => Assert.True(T.IsNaN(v)));
            foreach (int label in new[] { at, (at + 1) % n })
            {
                y.AsSpan().Clear();
                Assert.True(double.IsNaN(Loss.EvaluateWithGradient<SoftmaxCrossEntropy, T, int>(new(), x, n, [label], y).Sum), $"{n} {bad} {label}");
                Assert.All(y, v => Assert.True(T.IsNaN(v)));
                Assert.True(double.IsNaN(Loss.Evaluate<SoftmaxCrossEntropy, T, int>(new() { LabelSmoothing = 0.1 }, x, n, [label]).Sum));
            }
        }
    }

    /// <summary>
    /// The largest element's log-probability within 2 ULP, however confident the row, and one more for every 20 of the logits' size; in double 4.
    /// </summary>
    [Fact]
    public void TheLargestKeepsItsDigitsAtEveryDistance()
    {
        Random random = new(1);
        double worst = 0, worstWide = 0;
        foreach (int n in new[] { 3, 30, 70, 1000 })
        {
            for (double distance = 0.5; distance < 600; distance *= 1.3)
            {
                double level = (random.NextDouble() - 0.5) * 40;
                if (distance < 80) worst = Math.Max(worst, UlpsOfLargest<float>(n, level, distance, random));
                worstWide = Math.Max(worstWide, UlpsOfLargest<double>(n, level, distance, random));
            }
        }

        Assert.InRange(worst, double.MinValue, 2);
        Assert.InRange(worstWide, 0, 4);
    }

    private static double UlpsOfLargest<T>(int n, double level, double distance, Random random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] x = new T[n], y = new T[n];
        for (int i = 0; i < n; i++) x[i] = T.CreateTruncating(level - distance - (random.NextDouble() * 3));
        int largest = random.Next(n);
        x[largest] = T.CreateTruncating(level);
        LogSoftmax.Compute<T>(x, y);
        DoubleDouble sum = 0;
        for (int i = 0; i < n; i++)
        {
            if (i != largest) sum += ExpOfDifference(double.CreateTruncating(x[i]), double.CreateTruncating(x[largest]));
        }

        double exact = -DoubleDouble.Log1P(sum).High;
        T rounded = T.CreateTruncating(exact);
        double ulp = double.CreateTruncating(T.BitIncrement(T.Abs(rounded)) - T.Abs(rounded));
        double allowed = typeof(T) == typeof(float) ? (Math.Abs(level) + distance) / 20 : 0;
        return (Math.Abs(double.CreateTruncating(y[largest]) - exact) / ulp) - allowed;
    }

    /// <summary>e^(a - b) as an eighth power: the oracle's own range ends at 350.</summary>
    internal static DoubleDouble ExpOfDifference(double a, double b)
    {
        DoubleDouble d = (DoubleDouble)a - b, e = DoubleDouble.Exp(new(d.High / 8, d.Low / 8));
        e *= e;
        e *= e;
        return e * e;
    }

    [Fact]
    public void LongRowsDoNotDrift()
    {
        int n = 20_000_000;
        double[] x = new double[n];
        x.AsSpan().Fill(0.1);
        double exact = 0.1 + Math.Log(n);
        Assert.Equal(exact, LogSumExp.Compute<double>(x), 4e-15);
        Softmax.Compute<double>(x, x);
        Assert.True(Close.IsClose(1.0 / n, x[12_345], 2e-15), $"{x[12_345]:R} for {1.0 / n:R}");
    }
}
