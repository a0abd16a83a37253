using System.Numerics;
using FastLoss.Tests.Support;

namespace FastLoss.Tests.Losses;

/// <summary>Every span of a call, each at the end and at the start of memory that ends the process when it is left; with every option.</summary>
public class GuardedRowTests
{
    public static TheoryData<int> ClassCounts => [1, 2, 3, 10, 16, 17, 32, 33, 100, 1000, 5000];

    [Theory]
    [MemberData(nameof(ClassCounts))]
    public void NoCallLeavesItsSpans(int classCount)
    {
        if (!GuardedMemory.IsSupported) return;
        foreach (int rows in new[] { 1, 5, 63, 65 })
        {
            if (classCount * rows > 20_000 && rows > 5) continue;
            foreach (bool atEnd in new[] { true, false })
            {
                Options<float, int>(classCount, rows, atEnd);
                Options<double, byte>(classCount, rows, atEnd);
                Plain<float>(classCount, rows, atEnd);
                Plain<double>(classCount, rows, atEnd);
                Halves(classCount, rows, atEnd);
            }
        }
    }

    private static void Options<T, TLabel>(int classCount, int rows, bool atEnd)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        using Spans spans = new(classCount, rows, atEnd);
        Random random = new(classCount);
        Span<T> x = spans.Logits<T>(0), g = spans.Logits<T>(1), targets = spans.Logits<T>(2);
        Span<T> rowWeights = spans.Of<T>(3, rows), classWeights = spans.Of<T>(4, classCount), losses = spans.Of<T>(5, rows);
        Span<TLabel> labels = spans.Of<TLabel>(6, rows);
        foreach (ref T v in x) v = random.Next(9) == 0 ? T.NegativeInfinity : T.CreateTruncating((random.NextDouble() - 0.5) * 300);
        x[0] = T.NaN;
        foreach (ref T v in targets) v = T.CreateTruncating(random.NextDouble());
        foreach (ref T v in rowWeights) v = T.CreateTruncating(random.Next(3));
        foreach (ref T v in classWeights) v = T.CreateTruncating(random.Next(3));
        foreach (ref TLabel v in labels) v = TLabel.CreateTruncating(random.Next(Math.Min(classCount, 100)));
        for (int kind = 0; kind < 128; kind++)
        {
            SoftmaxCrossEntropy loss = new()
            {
                LabelSmoothing = (kind & 4) != 0 ? 0.1 : 0,
                Temperature = (kind & 8) != 0 ? 0.5 : 1,
                Softcap = (kind & 16) != 0 ? 30 : null,
                ZLoss = (kind & 32) != 0 ? 0.01 : 0,
                FocalGamma = (kind & 64) != 0 ? 2 : 0,
            };
            LossOptions<T> options = new()
            {
                Weights = (kind & 1) != 0 ? rowWeights : default,
                ClassWeights = (kind & 2) != 0 ? classWeights : default,
                Denominator = (kind & 5) == 5 ? 3 : null,
            };
            Loss.EvaluateWithGradient<SoftmaxCrossEntropy, T>(loss, x, classCount, targets, g, options);
            if ((kind & 6) == 6) options = options with { IgnoreLabel = 1 };
            Loss.EvaluateWithGradient<SoftmaxCrossEntropy, T, TLabel>(loss, x, classCount, labels, g, options);
            Loss.PerRow<SoftmaxCrossEntropy, T, TLabel>(loss, x, classCount, labels, losses, options);
            x.CopyTo(g);
            Loss.EvaluateWithGradient<SoftmaxCrossEntropy, T, TLabel>(loss, g, classCount, labels, g, options);
        }

        LossOptions<T> weighted = new() { Weights = rowWeights, ClassWeights = classWeights };
        Loss.EvaluateWithGradient<MultiClassHinge, T, TLabel>(new(), x, classCount, labels, g, weighted);
        Loss.PerRow<MultiClassHinge, T, TLabel>(new(), x, classCount, labels, losses, weighted);
    }

    private static void Plain<T>(int classCount, int rows, bool atEnd)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using Spans spans = new(classCount, rows, atEnd);
        Random random = new(classCount);
        Span<T> x = spans.Logits<T>(0), g = spans.Logits<T>(1), losses = spans.Of<T>(2, rows);
        Span<int> labels = spans.Of<int>(3, rows);
        foreach (ref int v in labels) v = random.Next(classCount);
        foreach (double spread in new[] { 1, 100, 1e4 })
        {
            foreach (ref T v in x) v = random.Next(9) == 0 ? T.NegativeInfinity : T.CreateTruncating((random.NextDouble() - 0.5) * spread);
            Softmax.Compute<T>(x, classCount, g);
            Softmax.Compute<T>(g, classCount, g);
            LogSoftmax.Compute<T>(x, classCount, g);
            LogSumExp.Compute<T>(x, classCount, losses);
            Loss.PerRow<SoftmaxCrossEntropy, T, int>(new(), x, classCount, labels, losses);
            Loss.EvaluateWithGradient<SoftmaxCrossEntropy, T, int>(new(), x, classCount, labels, g);
        }
    }

    private static void Halves(int classCount, int rows, bool atEnd)
    {
        using Spans spans = new(classCount, rows, atEnd);
        Random random = new(classCount);
        Span<Half> x = spans.Logits<Half>(0), t = spans.Logits<Half>(1);
        Span<float> g = spans.Logits<float>(2), losses = spans.Of<float>(3, rows);
        Span<int> labels = spans.Of<int>(4, rows);
        foreach (ref Half v in x) v = (Half)((random.NextDouble() - 0.5) * 300);
        x.CopyTo(t);
        foreach (ref int v in labels) v = random.Next(classCount);
        Softmax.Compute(x, classCount, g);
        LogSoftmax.Compute(x, classCount, g);
        LogSumExp.Compute(x, classCount, losses);
        Loss.Evaluate(default(SoftmaxCrossEntropy), x, classCount, labels);
        Loss.PerRow(default(SoftmaxCrossEntropy), x, classCount, labels, losses);
        Loss.EvaluateWithGradient(default(SoftmaxCrossEntropy), x, classCount, labels, g);
        Loss.SumOfSquaredErrors(x, t);
    }

    /// <summary>Memories of their own for the spans of a call, all at the end of their pages or all at the start.</summary>
    private sealed class Spans(int classCount, int rows, bool atEnd) : IDisposable
    {
        private readonly GuardedMemory[] _memories = [.. Enumerable.Range(0, 7).Select(_ => new GuardedMemory(classCount * rows * sizeof(double)))];

        public Span<T> Of<T>(int memory, int count)
            where T : unmanaged => atEnd ? _memories[memory].AtEnd<T>(count) : _memories[memory].AtStart<T>(count);

        public Span<T> Logits<T>(int memory)
            where T : unmanaged => Of<T>(memory, classCount * rows);

        public void Dispose()
        {
            foreach (GuardedMemory memory in _memories) memory.Dispose();
        }
    }
}
