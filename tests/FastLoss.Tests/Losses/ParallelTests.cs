using System.Numerics;
using FastLoss.Tests.Support;

namespace FastLoss.Tests.Losses;

[Collection(nameof(Alone))]
public class ParallelTests
{
    [Theory]
    [InlineData(10, 60_001)]
    [InlineData(1000, 301)]
    [InlineData(50_257, 7)]
    [InlineData(100, 4001)]
    [InlineData(300_001, 3)]
    [InlineData((1 << 20) + 5, 1)]
    public void ThreadsGiveTheSameBits(int classCount, int rows)
    {
        SameBits<float>(classCount, rows);
        SameBits<double>(classCount, rows);
    }

    private static void SameBits<T>(int classCount, int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Random random = new(classCount);
        T[] x = new T[classCount * rows];
        for (int i = 0; i < x.Length; i++) x[i] = T.CreateTruncating((random.NextDouble() - 0.5) * 20);
        x[^1] = T.CreateTruncating(500); // one row needs its largest exponential divided out
        int[] labels = [.. Enumerable.Range(0, rows).Select(_ => random.Next(classCount))];
        T[] expected = new T[x.Length];
        T[] actual = new T[x.Length];
        foreach (int threads in new[] { 2, 3, 7, -1 })
        {
            Softmax.Compute<T>(x, classCount, expected);
            Softmax.Compute<T>(x, classCount, actual, threads);
            Close.Same<T>(expected, actual, $"softmax on {threads} threads");
            LogSoftmax.Compute<T>(x, classCount, expected);
            LogSoftmax.Compute<T>(x, classCount, actual, threads);
            Close.Same<T>(expected, actual, $"log-softmax on {threads} threads");
            LogSumExp.Compute<T>(x, classCount, expected.AsSpan(0, rows));
            LogSumExp.Compute<T>(x, classCount, actual.AsSpan(0, rows), threads);
            Close.Same<T>(expected.AsSpan(0, rows), actual.AsSpan(0, rows), $"log-sum-exp on {threads} threads");
            Loss.PerRow<SoftmaxCrossEntropy, T, int>(new(), x, classCount, labels, expected.AsSpan(0, rows));
            Loss.PerRow<SoftmaxCrossEntropy, T, int>(new(), x, classCount, labels, actual.AsSpan(0, rows), new() { Threads = threads });
            Close.Same<T>(expected.AsSpan(0, rows), actual.AsSpan(0, rows), $"losses on {threads} threads");
            Assert.Equal(
                Loss.Evaluate<SoftmaxCrossEntropy, T, int>(new(), x, classCount, labels),
                Loss.Evaluate<SoftmaxCrossEntropy, T, int>(new(), x, classCount, labels, new() { Threads = threads }));
            LossTally serial = Loss.EvaluateWithGradient<SoftmaxCrossEntropy, T, int>(new(), x, classCount, labels, expected);
            Assert.Equal(serial, Loss.EvaluateWithGradient<SoftmaxCrossEntropy, T, int>(new(), x, classCount, labels, actual, new() { Threads = threads }));
            Close.Same<T>(expected, actual, $"gradient on {threads} threads");
            x.CopyTo(actual, 0);
            Assert.Equal(serial, Loss.EvaluateWithGradient<SoftmaxCrossEntropy, T, int>(new(), actual, classCount, labels, actual, new() { Threads = threads }));
            Close.Same<T>(expected, actual, $"gradient in place on {threads} threads");
        }
    }

    [Fact]
    public void WhatACallAllocatesDoesNotGrowWithTheData()
    {
        float[] x = new float[1 << 22];
        float[] y = new float[x.Length];
        int[] labels = new int[x.Length / 10];
        long small = Bytes(1 << 19);
        long large = Bytes(1 << 22);
        Assert.InRange(large, 0, small + 2048); // the scheduler's own bytes vary a little from call to call
        Assert.InRange(large, 0, 16384);

        long Bytes(int n)
        {
            int rows = n / 10;
            long best = long.MaxValue;
            for (int i = 0; i < 20; i++)
            {
                long before = GC.GetTotalAllocatedBytes(precise: true);
                Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(new(), x.AsSpan(0, rows * 10), 10, labels.AsSpan(0, rows), y.AsSpan(0, rows * 10), new() { Threads = 2 });
                best = Math.Min(best, GC.GetTotalAllocatedBytes(precise: true) - before);
            }

            return best;
        }
    }

    [Fact]
    public void ANumberOfThreadsIsMinusOneOrMore()
    {
        float[] x = new float[4], y = new float[4];
        Refused(() => Softmax.Compute<float>(x, y, -2));
        Refused(() => Softmax.Compute<float>(x, 2, y, -2));
        Refused(() => LogSoftmax.Compute<float>(x, y, -2));
        Refused(() => LogSoftmax.Compute<float>(x, 2, y, -2));
        Refused(() => LogSumExp.Compute<float>(x, -2));
        Refused(() => LogSumExp.Compute<float>(x, 2, y.AsSpan(0, 2), -2));
        Refused(() => Loss.Evaluate<SoftmaxCrossEntropy, float, int>(new(), x, 2, [0, 1], new() { Threads = -2 }));
        Refused(() => Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(new(), x, 2, [0, 1], y, new() { Threads = -2 }));
        Refused(() => Loss.Gradient<SoftmaxCrossEntropy, float, int>(new(), x, 2, [0, 1], y, new() { Threads = -2 }));
        Refused(() => Loss.PerRow<SoftmaxCrossEntropy, float, int>(new(), x, 2, [0, 1], y.AsSpan(0, 2), new() { Threads = -2 }));
        Assert.All(y, v => Assert.Equal(0, v));

        static void Refused(Action call)
        {
            ArgumentOutOfRangeException refused = Assert.Throws<ArgumentOutOfRangeException>(call);
            Assert.Contains("threads", refused.ParamName, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("-2", refused.Message);
        }
    }
}
