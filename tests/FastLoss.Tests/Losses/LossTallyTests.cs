using System.Numerics;
using FastLoss.Tests.Support;
using FsCheck.Xunit;

namespace FastLoss.Tests.Losses;

[Properties(Arbitrary = [typeof(Generators)], MaxTest = 100)]
public class LossTallyTests
{
    [Property]
    public void MicroBatchesInAnySplitMergeToTheBatch(Batch batch)
    {
        float[] x = batch.As<float>();
        LossTally whole = Loss.Evaluate<SoftmaxCrossEntropy, float, int>(new(), x, batch.ClassCount, batch.Labels);
        for (int split = 0; split <= batch.Rows; split += Math.Max(1, batch.Rows / 5))
        {
            LossTally first = Loss.Evaluate<SoftmaxCrossEntropy, float, int>(new(), x.AsSpan(0, split * batch.ClassCount), batch.ClassCount, batch.Labels.AsSpan(0, split));
            LossTally second = Loss.Evaluate<SoftmaxCrossEntropy, float, int>(new(), x.AsSpan(split * batch.ClassCount), batch.ClassCount, batch.Labels.AsSpan(split));
            Assert.Equal(whole, first + second);
            Assert.Equal(whole, second + first);
        }
    }

    [Theory]
    [InlineData(3, 0)]
    [InlineData(10, 0)]
    [InlineData(10, 1e-3)]
    [InlineData(300, 0)]
    public void RowsInAnySplitAndOrderMergeToTheBatch(int classCount, double zLoss)
    {
        RowsInAnyOrder<float>(classCount, zLoss);
        RowsInAnyOrder<double>(classCount, zLoss);
    }

    /// <summary>As on several machines, each with some of the rows, in several batches, merged as they come.</summary>
    private static void RowsInAnyOrder<T>(int classCount, double zLoss)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int Rows = 700;
        Random random = new(classCount);
        T[] x = [.. Enumerable.Range(0, Rows * classCount).Select(_ => T.CreateTruncating((random.NextDouble() - 0.5) * 30))];
        T[] weights = [.. Enumerable.Range(0, Rows).Select(_ => T.CreateTruncating(random.Next(5) == 0 ? 0 : random.NextDouble()))];
        int[] labels = [.. Enumerable.Range(0, Rows).Select(_ => random.Next(classCount))];
        LossOptions<T> options = new() { Weights = weights };
        LossTally plain = Loss.Evaluate<SoftmaxCrossEntropy, T, int>(new(), x, classCount, labels);
        LossTally weighed = Loss.Evaluate<T, int>(new SoftmaxCrossEntropy { ZLoss = zLoss }, x, classCount, labels, options, out LossTally z);
        for (int round = 0; round < 20; round++)
        {
            List<(int Start, int End)> parts = [];
            for (int start = 0, end; start < Rows; start = end)
            {
                end = Math.Min(Rows, start + random.Next(1, 150));
                parts.Add((start, end));
            }

            (int Start, int End)[] shuffled = [.. parts];
            random.Shuffle(shuffled);
            LossTally plainSum = default, weighedSum = default, zSum = default;
            foreach ((int start, int end) in shuffled)
            {
                ReadOnlySpan<T> logits = x.AsSpan(start * classCount, (end - start) * classCount);
                ReadOnlySpan<int> classes = labels.AsSpan(start, end - start);
                plainSum += Loss.Evaluate(new SoftmaxCrossEntropy(), logits, classCount, classes);
                weighedSum = Loss.Evaluate(
                    new SoftmaxCrossEntropy { ZLoss = zLoss },
                    logits, classCount, classes, new() { Weights = weights.AsSpan(start, end - start) }, out LossTally part) + weighedSum;
                zSum += part;
            }

            Assert.Equal(plain, plainSum);
            Assert.Equal(weighed, weighedSum);
            Assert.Equal(z, zSum);
        }
    }

    [Fact]
    public void ElementsSplitAtMultiplesOfTheBlockMergeToTheBatch()
    {
        const int Block = LossTally.BlockLength, Length = (7 * Block) + 123;
        Random random = new(3);
        float[] y = [.. Enumerable.Range(0, Length).Select(_ => random.NextSingle())], t = [.. y.Select(_ => random.NextSingle())];
        float[] weights = [.. y.Select(_ => random.NextSingle() * 3)];
        bool[] mask = [.. y.Select(_ => random.Next(3) != 0)];
        LossTally whole = Loss.Evaluate(new SquaredError(), y, t, new() { Weights = weights, Mask = mask });
        LossTally parts = default;
        foreach ((int start, int end) in new[] { (5 * Block, Length), (0, 2 * Block), (4 * Block, 5 * Block), (2 * Block, 4 * Block) })
        {
            int n = end - start;
            parts += Loss.Evaluate(
                new SquaredError(),
                y.AsSpan(start, n),
                t.AsSpan(start, n),
                new() { Weights = weights.AsSpan(start, n), Mask = mask.AsSpan(start, n) });
        }

        Assert.Equal(whole, parts);
        Assert.Equal(whole.ToHex(), parts.ToHex());
    }

    /// <summary>In one running double sum the first comes 8.7e-14 off, the second 2.3e-12.</summary>
    [Fact]
    public void LongSumsDoNotDrift()
    {
        const int Rows = 100_000;
        double[] y = [.. Enumerable.Repeat(0.1, 4_000_000)], t = new double[y.Length];
        LossTally elements = default, rows = default, single = Loss.Evaluate<SoftmaxCrossEntropy, double, int>(new(), [0.3, -1, 2], 3, [0]);
        LossTally part = Loss.Evaluate(new AbsoluteError(), y, t);
        for (int i = 0; i < 10; i++) elements += part;
        double[] logits = [.. Enumerable.Range(0, Rows).SelectMany(_ => new[] { 0.3, -1, 2 })];
        LossTally batch = Loss.Evaluate<SoftmaxCrossEntropy, double, int>(new(), logits, 3, new int[Rows]);
        for (int i = 0; i < 100; i++) rows += batch;
        Assert.Equal(0.1 * 4e7, elements.Sum, 1e-14 * 4e6);
        Assert.Equal(single.Sum * 1e7, rows.Sum, 1.2e-16 * rows.Sum);
        Assert.Equal(single.Mean, rows.Mean, 2.3e-16 * single.Mean);
    }

    [Fact]
    public void ManyRowsWeighWhatTheirPartsDo()
    {
        LossTally part = Loss.Evaluate<SoftmaxCrossEntropy, float, int>(new(), new float[2048], 2, new int[1024]), doubled = part;
        for (int i = 0; i < 30; i++) doubled += doubled;
        Assert.Equal(1024.0 * (1 << 30), doubled.Weight);
        Assert.Equal(part.Mean, doubled.Mean);
    }

    [Property]
    public void ATallyOfYourOwnLossesAddsInAnyOrder(Batch batch)
    {
        double[] losses = batch.As<double>();
        LossTally forwards = default, backwards = default;
        foreach (double loss in losses) forwards += new LossTally(loss * 0.5, 0.5, 1);
        foreach (double loss in losses.Reverse()) backwards = new LossTally(loss * 0.5, 0.5, 1) + backwards;
        Assert.Equal(forwards, backwards);
        Assert.True(forwards == backwards && !(forwards != backwards));
        Assert.Equal(forwards.GetHashCode(), backwards.GetHashCode());
        Assert.Equal((losses.Length, losses.Length * 0.5), (forwards.Count, forwards.Weight));
        Assert.Equal(forwards, LossTally.FromHex(backwards.ToHex()));
        Assert.NotEqual(forwards, forwards + new LossTally(0, 1, 1));
    }

    [Fact]
    public void BytesAreOneTallyOfOneVersion()
    {
        LossTally tally = new LossTally(0.1, 2, 3) + new LossTally(double.PositiveInfinity, 1e-300, 4);
        byte[] bytes = new byte[LossTally.SerializedLength];
        tally.Write(bytes);
        LossTally read = LossTally.Read(bytes);
        Assert.Equal(tally, read);
        Assert.Equal((double.PositiveInfinity, 2.0, 7), (read.Sum, read.Weight, read.Count));
        Assert.Equal("464c540100000000", tally.ToHex()[..16]);
        Assert.Throws<ArgumentException>(() => tally.Write(new byte[LossTally.SerializedLength - 1]));
        Assert.Contains("128 bytes, not 127", Assert.Throws<FormatException>(() => LossTally.Read(bytes.AsSpan(1))).Message, StringComparison.Ordinal);
        foreach ((int at, byte value) in new (int, byte)[] { (0, 0), (3, 2), (15, 0x80), (16, 255), (20, 8), (16 + 56, 40) })
        {
            byte[] forged = [.. bytes];
            forged[at] = value;
            Assert.Throws<FormatException>(() => LossTally.Read(forged));
        }

        Assert.Throws<FormatException>(() => LossTally.FromHex("xy"));
    }

    [Fact]
    public void AnEmptyTallyHasNoMean() => Assert.True(double.IsNaN(default(LossTally).Mean));

    [Fact]
    public void ACountIsNotNegative() => Assert.Throws<ArgumentOutOfRangeException>(() => new LossTally(1, 1, -1));

    [Fact]
    public void FiniteLossesDoNotOverflowOnTheWay()
    {
        LossTally huge = new(double.MaxValue, 1, 1);
        LossTally sum = huge + huge + new LossTally(-double.MaxValue, 1, 1);
        Assert.Equal(double.MaxValue, sum.Sum);
        Assert.Equal(double.PositiveInfinity, (huge + huge).Sum);
    }
}
