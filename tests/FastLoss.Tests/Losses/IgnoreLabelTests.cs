using System.Numerics;

namespace FastLoss.Tests.Losses;

/// <summary>Labels are compared as the integers they are, whatever their type.</summary>
public class IgnoreLabelTests
{
    private static readonly double[] X = [1, 2, 3, 1, 2, 3];

    /// <summary>2^64 is not 0: it is no class, and must be said so, not skipped.</summary>
    [Fact]
    public void ALabelThatLosesItsHighBitsIsNotTheIgnoredOne()
    {
        Says("labels[1] is 18446744073709551616; with 3 classes a label is 0 to 2", () => Run<Int128>([1, (Int128)1 << 64], 0));
        Says("labels[1] is 18446744073709551615; with 3 classes", () => Run<ulong>([1, ulong.MaxValue], -1));
        Says($"labels[1] is {UInt128.MaxValue}; with 3 classes", () => Run<UInt128>([1, UInt128.MaxValue], -1));
        Says("labels[1] is 4294967297; with 3 classes", () => Run<long>([1, 4294967297], 1));
        Says("labels[0] is 255; with 3 classes", () => Run<byte>([255, 1], -1));
        Says($"labels[0] is {Int128.MinValue}; with 3 classes", () => Run<Int128>([Int128.MinValue, 1], 0));
    }

    [Fact]
    public void EachTypeSkipsTheLabelThatIsIt()
    {
        Skips<int>(-100, -100);
        Skips<int>(int.MinValue, int.MinValue);
        Skips<long>(-100, -100);
        Skips<long>(long.MaxValue, long.MaxValue);
        Skips<byte>(255, 255);
        Skips<sbyte>(-1, -1);
        Skips<short>(-1, -1);
        Skips<ulong>(ulong.MaxValue, ulong.MaxValue);
        Skips<Int128>((Int128)1 << 64, (Int128)1 << 64);
        Skips<UInt128>((UInt128)1 << 100, (Int128)1 << 100);
        Skips<int>(1, 1);
    }

    /// <summary>In a batch long enough for vectors, at every place.</summary>
    [Fact]
    public void IntsAreFoundAtEveryPlace()
    {
        for (int n = 1; n <= 70; n += 3)
        {
            int[] labels = [.. Enumerable.Range(0, n).Select(i => i % 3 == 1 ? -100 : i % 2)];
            LossTally tally = Loss.Evaluate<SoftmaxCrossEntropy, double, int>(new(), new double[2 * n], 2, labels, new() { IgnoreLabel = -100 });
            Assert.Equal(labels.Count(l => l >= 0), tally.Count);
            Assert.Equal(n, Loss.Evaluate<SoftmaxCrossEntropy, double, int>(new(), new double[2 * n], 2, new int[n], new() { IgnoreLabel = (Int128)1 << 32 }).Count);
        }
    }

    private static void Skips<TLabel>(TLabel label, Int128 ignored)
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        LossOptions<double> options = new() { IgnoreLabel = ignored };
        TLabel[] labels = [TLabel.One + TLabel.One, label];
        Assert.Equal(1, Loss.Evaluate<SoftmaxCrossEntropy, double, TLabel>(new(), X, 3, labels, options).Count);
        Assert.Equal(1, Loss.Evaluate<NegativeLogLikelihood, double, TLabel>(new(), X, 3, labels, options).Count);
        Assert.Equal(1, Loss.Evaluate<MultiClassHinge, double, TLabel>(new(), X, 3, labels, options).Count);
        Assert.Equal(1, Loss.Evaluate<SoftmaxCrossEntropy, double, TLabel>(new() { LabelSmoothing = 0.1 }, X, 3, labels, new() { IgnoreLabel = ignored }).Count);
    }

    private static void Run<TLabel>(TLabel[] labels, Int128 ignored)
        where TLabel : unmanaged, IBinaryInteger<TLabel> =>
        Loss.Evaluate<SoftmaxCrossEntropy, double, TLabel>(new(), X, 3, labels, new() { IgnoreLabel = ignored });

    private static void Says(string message, Action action) =>
        Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
}
