using System.Numerics;
using System.Numerics.Tensors;
using CommunityToolkit.HighPerformance;
using FastLoss.Tests.Support;
using FsCheck.Xunit;

namespace FastLoss.Tests.Losses;

/// <summary>Matrices with a pitch and tensors give the bits of their rows next to each other, and leave what lies between them alone.</summary>
[Properties(Arbitrary = [typeof(Generators)], MaxTest = 40)]
public class BatchTests
{
    private const float Gap = -77;

    /// <summary>Rows in an array, each followed by a gap.</summary>
    private sealed class Matrix<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly int _start, _rows, _columns;

        public Matrix(T[] packed, int columns, int gap, int start)
        {
            _start = start;
            _rows = packed.Length / columns;
            _columns = columns;
            Pitch = columns + gap;
            Array = [.. Enumerable.Repeat(T.CreateTruncating(Gap), start + (_rows * Pitch))];
            for (int r = 0; r < _rows; r++) packed.AsSpan(r * columns, columns).CopyTo(Array.AsSpan(start + (r * Pitch)));
        }

        public T[] Array { get; }

        public int Pitch { get; }

        public Span2D<T> View => _rows == 0 ? default : new(Array, _start, _rows, _columns, Pitch - _columns);

        public TensorSpan<T> Tensor => new(Array, _start, [_rows, _columns], [_rows == 1 ? 0 : Pitch, _columns == 1 ? 0 : 1]);

        /// <summary>The rows next to each other; the gaps are what they were.</summary>
        public T[] Packed()
        {
            T[] packed = new T[_rows * _columns];
            for (int i = 0; i < Array.Length; i++)
            {
                int at = i - _start, column = at % Pitch;
                if (at >= 0 && column < _columns) packed[(at / Pitch * _columns) + column] = Array[i];
                else Assert.Equal(T.CreateTruncating(Gap), Array[i]);
            }

            return packed;
        }
    }

    [Property]
    public void RowsAgainstLabels(Batch batch)
    {
        if (batch.Rows == 0) return;
        Labels<float>(batch);
        Labels<double>(batch);
    }

    private static void Labels<T>(Batch batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] logits = batch.As<T>(), expected = [.. logits], losses = new T[batch.Rows], each = new T[batch.Rows];
        int n = batch.ClassCount;
        SoftmaxCrossEntropy loss = new() { LabelSmoothing = 0.1 };
        T[] weights = [.. batch.Labels.Select((_, r) => T.CreateTruncating(r % 3))];
        foreach (bool adds in (bool[])[false, true])
        {
            LossOptions<T> options = new() { Weights = weights, Accumulate = adds };
            T[] gradient = new T[logits.Length];
            gradient.AsSpan().Fill(T.One);
            LossTally tally = Loss.EvaluateWithGradient(loss, logits, n, batch.Labels, gradient, options);
            LossTally perRow = Loss.PerRow(loss, logits, n, batch.Labels, each, new() { Weights = weights });
            Assert.Equal(tally, perRow);
            foreach ((int gap, int gradientGap) in ((int, int)[])[(0, 0), (3, 3), (3, 0), (0, 5), (2, 7)])
            {
                Matrix<T> x = new(logits, n, gap, 2), g = new([.. logits.Select(_ => T.One)], n, gradientGap, 1);
                Assert.Equal(tally, Loss.Evaluate(loss, (ReadOnlySpan2D<T>)x.View, (ReadOnlySpan<int>)batch.Labels, new() { Weights = weights }));
                Assert.Equal(tally, Loss.PerRow(loss, (ReadOnlySpan2D<T>)x.View, (ReadOnlySpan<int>)batch.Labels, losses, new() { Weights = weights }));
                Close.Same<T>(each, losses, "losses");
                Assert.Equal(tally, Loss.EvaluateWithGradient(loss, (ReadOnlySpan2D<T>)x.View, (ReadOnlySpan<int>)batch.Labels, g.View, options));
                Close.Same<T>(gradient, g.Packed(), $"gaps {gap} and {gradientGap}");
                g = new([.. logits.Select(_ => T.One)], n, gradientGap, 1);
                Assert.Equal(tally, Loss.Evaluate<SoftmaxCrossEntropy, T, int>(loss, x.Tensor, 1, batch.Labels, new() { Weights = weights }));
                Assert.Equal(tally, Loss.PerRow<SoftmaxCrossEntropy, T, int>(loss, x.Tensor, -1, batch.Labels, losses, new() { Weights = weights }));
                Loss.Gradient<SoftmaxCrossEntropy, T, int>(loss, x.Tensor, 1, batch.Labels, g.Tensor, options);
                Close.Same<T>(gradient, g.Packed(), $"tensors with gaps {gap} and {gradientGap}");
                if (adds) continue;
                Loss.Gradient(loss, (ReadOnlySpan2D<T>)x.View, (ReadOnlySpan<int>)batch.Labels, x.View, options);
                Close.Same<T>(gradient, x.Packed(), $"in place, gap {gap}");
            }
        }
    }

    [Property]
    public void RowsAgainstTargets(Batch batch)
    {
        if (batch.Rows == 0) return;
        int n = batch.ClassCount;
        double[] scores = [.. batch.Logits.Select(v => 1 / (1 + Math.Exp(-v)))], targets = [.. scores.Select((_, i) => i % 3 / 2.0)];
        double[] gradient = new double[scores.Length], losses = new double[batch.Rows], each = new double[batch.Rows];
        LossTally tally = Loss.EvaluateWithGradient<SoftDice, double>(new(), scores, n, targets, gradient);
        Loss.PerRow<SoftDice, double>(new(), scores, n, targets, each);
        foreach ((int first, int second, int third) in ((int, int, int)[])[(0, 0, 0), (3, 3, 3), (3, 0, 0), (0, 2, 0), (0, 0, 4), (1, 2, 3)])
        {
            Matrix<double> y = new(scores, n, first, 1), t = new(targets, n, second, 2), g = new(new double[scores.Length], n, third, 3);
            Assert.Equal(tally, Loss.Evaluate(new SoftDice(), (ReadOnlySpan2D<double>)y.View, (ReadOnlySpan2D<double>)t.View));
            Assert.Equal(tally, Loss.PerRow(new SoftDice(), (ReadOnlySpan2D<double>)y.View, (ReadOnlySpan2D<double>)t.View, losses));
            Assert.Equal(each, losses);
            Assert.Equal(tally, Loss.EvaluateWithGradient(new SoftDice(), (ReadOnlySpan2D<double>)y.View, (ReadOnlySpan2D<double>)t.View, g.View));
            Close.Same<double>(gradient, g.Packed(), $"gaps {first}, {second}, {third}");
            g = new(new double[scores.Length], n, third, 3);
            Assert.Equal(tally, Loss.Evaluate<SoftDice, double>(new(), y.Tensor, 1, t.Tensor));
            Assert.Equal(tally, Loss.PerRow<SoftDice, double>(new(), y.Tensor, 1, t.Tensor, losses));
            Loss.Gradient<SoftDice, double>(new(), y.Tensor, 1, t.Tensor, g.Tensor);
            Close.Same<double>(gradient, g.Packed(), $"tensors with gaps {first}, {second}, {third}");
        }
    }

    [Property]
    public void Elements(Numbers numbers)
    {
        if (numbers.Values.Length < 6) return;
        int n = 1 + (numbers.Values.Length / 3);
        float[] predictions = numbers.As<float>()[..(2 * n)], targets = [.. predictions.Reverse()], weights = [.. predictions.Select((_, i) => i % 4f)];
        float[] gradient = new float[2 * n], curvature = new float[2 * n], losses = new float[2 * n];
        LossOptions<float> options = new() { Weights = weights, Mask = [.. weights.Select((_, i) => i % 5 != 1)] };
        LossTally tally = Loss.EvaluateWithCurvature(new LogCosh(), predictions, targets, gradient, curvature, options);
        Loss.PerElement(new LogCosh(), predictions, targets, losses, options);
        foreach ((int first, int second, int third) in ((int, int, int)[])[(0, 0, 0), (3, 3, 3), (3, 0, 0), (0, 2, 0), (0, 0, 4), (1, 2, 3)])
        {
            Matrix<float> y = new(predictions, n, first, 1), t = new(targets, n, second, 2), g = Zeros(), c = Zeros();
            Assert.Equal(tally, Loss.Evaluate(new LogCosh(), (ReadOnlySpan2D<float>)y.View, (ReadOnlySpan2D<float>)t.View, options));
            Assert.Equal(tally, Loss.EvaluateWithCurvature(new LogCosh(), (ReadOnlySpan2D<float>)y.View, (ReadOnlySpan2D<float>)t.View, g.View, c.View, options));
            Same(g, c);
            g = Zeros();
            Loss.Gradient(new LogCosh(), (ReadOnlySpan2D<float>)y.View, (ReadOnlySpan2D<float>)t.View, g.View, options);
            Same(g, c);
            Loss.PerElement(new LogCosh(), (ReadOnlySpan2D<float>)y.View, (ReadOnlySpan2D<float>)t.View, g.View, options);
            Close.Same<float>(losses, g.Packed(), "losses");
            g = Zeros();
            c = Zeros();
            Assert.Equal(tally, Loss.Evaluate<LogCosh, float>(new(), y.Tensor, t.Tensor, options));
            Assert.Equal(tally, Loss.EvaluateWithCurvature<LogCosh, float>(new(), y.Tensor, t.Tensor, g.Tensor, c.Tensor, options));
            Same(g, c);
            Loss.PerElement<LogCosh, float>(new(), y.Tensor, t.Tensor, g.Tensor, options);
            Close.Same<float>(losses, g.Packed(), "losses of tensors");
            Assert.Equal(tally, Loss.EvaluateWithGradient<LogCosh, float>(new(), y.Tensor, t.Tensor, t.Tensor, options));
            Close.Same<float>(gradient, t.Packed(), "over the targets");

            Matrix<float> Zeros() => new(new float[2 * n], n, third, 3);

            void Same(Matrix<float> one, Matrix<float> two)
            {
                Close.Same<float>(gradient, one.Packed(), $"gradient, gaps {first}, {second}, {third}");
                Close.Same<float>(curvature, two.Packed(), $"curvature, gaps {first}, {second}, {third}");
            }
        }
    }

    [Property]
    public void SoftmaxAndItsRelatives(Batch batch)
    {
        if (batch.Rows == 0) return;
        int n = batch.ClassCount;
        float[] logits = batch.As<float>(), p = new float[logits.Length], l = new float[logits.Length], s = new float[batch.Rows], sums = new float[batch.Rows];
        logits.AsSpan(0, n).Fill(float.NegativeInfinity);
        Softmax.Compute<float>(logits, n, p, maskedRows: MaskedRows.Zeros);
        LogSoftmax.Compute<float>(logits, n, l);
        LogSumExp.Compute<float>(logits, n, s);
        foreach ((int gap, int other) in ((int, int)[])[(0, 0), (3, 3), (3, 0), (0, 5)])
        {
            Matrix<float> x = new(logits, n, gap, 2), y = new(new float[logits.Length], n, other, 1);
            Softmax.Compute<float>(x.View, y.View, maskedRows: MaskedRows.Zeros);
            Close.Same<float>(p, y.Packed(), "softmax");
            LogSoftmax.Compute<float>(x.View, y.View);
            Close.Same<float>(l, y.Packed(), "log-softmax");
            LogSumExp.Compute<float>((ReadOnlySpan2D<float>)x.View, sums);
            Close.Same<float>(s, sums, "log-sum-exp");
            LogSumExp.Compute<float>(x.Tensor, -1, sums);
            Close.Same<float>(s, sums, "log-sum-exp of a tensor");
            LogSoftmax.Compute<float>(x.Tensor, 1, x.Tensor);
            Close.Same<float>(l, x.Packed(), "in place");
        }
    }

    /// <summary>Images whose channels are the classes, whole and as a part of larger ones.</summary>
    [Theory, InlineData(0), InlineData(40)]
    public void ClassesOnAMiddleAxis(int gap)
    {
        const int N = 3, C = 5, H = 2, W = 4;
        float[] images = [.. Enumerable.Range(0, N * ((C * H * W) + gap)).Select(i => (float)Math.Sin(i))], gradient = new float[images.Length];
        nint[] lengths = [N, C, H, W], strides = [(C * H * W) + gap, H * W, W, 1];
        int[] labels = [.. Enumerable.Range(0, N * H * W).Select(i => i * 7 % C)];
        float[] rows = new float[N * C * H * W], expected = new float[rows.Length], sums = new float[labels.Length];
        for (int i = 0; i < rows.Length; i++) rows[i] = images[Place(i)];
        LossTally tally = Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(new(), rows, C, labels, expected);
        ReadOnlyTensorSpan<float> x = new(images, 0, lengths, strides);
        TensorSpan<float> g = new(gradient, 0, lengths, strides);
        Assert.Equal(tally, Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(new(), x, 1, labels, g));
        for (int i = 0; i < rows.Length; i++) Assert.Equal(expected[i], gradient[Place(i)]);
        Assert.Equal(N * C * H * W, gradient.Count(v => v != 0));
        LogSumExp.Compute<float>(x, -3, sums);
        float[] whole = new float[labels.Length];
        LogSumExp.Compute<float>(rows, C, whole);
        Assert.Equal(whole, sums);
        Softmax.Compute<float>(x, 1, g);
        Softmax.Compute<float>(rows, C, rows);
        for (int i = 0; i < rows.Length; i++) Assert.Equal(rows[i], gradient[Place(i)]);

        int Place(int i)
        {
            int c = i % C, pixel = i / C % (H * W), image = i / C / (H * W);
            return (image * ((C * H * W) + gap)) + (c * H * W) + pixel;
        }
    }

    [Fact]
    public void BadCallsThrowBeforeTheyWrite()
    {
        float[] data = [.. Enumerable.Range(0, 24).Select(i => (float)i)], other = new float[24];
        int[] labels = [0, 1, 2, 0];
        Says("gradient is 4 x 2 and scores is 4 x 3", () => Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(new(), View(4, 3), labels, new Span2D<float>(other, 4, 2)));
        Says("targets is 3 and predictions is 4", () => Loss.Evaluate<Huber, float>(new(), new ReadOnlyTensorSpan<float>(data, [4]), new ReadOnlyTensorSpan<float>(data, [3])));
        Says("labels[3] is 9", () => Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(new(), View(4, 3), [0, 1, 2, 9], new Span2D<float>(other, 0, 4, 3, 1)));
        Says("labels has 4 elements; a label for each row of 3 scores needs 2", () => Loss.Evaluate<SoftmaxCrossEntropy, float, int>(new(), View(2, 3), labels));
        Says("gradient overlaps scores", () => Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(new(), View(4, 3), labels, new Span2D<float>(data, 0, 4, 3, 1)));
        Says("gradient overlaps predictions in part", () => Loss.EvaluateWithGradient<Huber, float>(new(), View(4, 3), View(4, 3), new Span2D<float>(data, 0, 4, 3, 1)));
        Says("probabilities overlaps logits", () => Softmax.Compute<float>(View(4, 3), new Span2D<float>(data, 1, 4, 3, 1)));
        Says("gradient overlaps options.Weights", () => Loss.EvaluateWithGradient<Huber, float>(new(), View(4, 3), View(4, 3), new Span2D<float>(other, 0, 4, 3, 1), new() { Weights = other.AsSpan(8, 12) }));
        Says("strides [1, 4]", () => Loss.Evaluate<SoftmaxCrossEntropy, float, int>(new(), new ReadOnlyTensorSpan<float>(data, 0, [4, 3], [1, 4]), 1, labels));
        Says("lengths [4, 3] and strides [0, 1]", () => Loss.Evaluate<SoftmaxCrossEntropy, float, int>(new(), new ReadOnlyTensorSpan<float>(data, 0, [4, 3], [0, 1]), 1, labels));
        Says("strides [1, 4]", () => Loss.Evaluate<Huber, float>(new(), new ReadOnlyTensorSpan<float>(data, 0, [4, 3], [1, 4]), new ReadOnlyTensorSpan<float>(data, [4, 3])));
        Says("axis is 2; it must be an axis of scores, -2 to 1", () => Loss.Evaluate<SoftmaxCrossEntropy, float, int>(new(), new ReadOnlyTensorSpan<float>(data, [4, 3]), 2, labels));
        Says("Accumulate is True", () => Loss.PerElement<Huber, float>(new(), View(4, 3), View(4, 3), new Span2D<float>(other, 0, 4, 3, 1), new() { Accumulate = true }));
        Assert.All(other, v => Assert.Equal(0, v));
        Assert.Equal(Enumerable.Range(0, 24).Select(i => (float)i), data);

        ReadOnlySpan2D<float> View(int rows, int columns) => new(data, rows, columns);

        static void Says(string message, Action action)
        {
            string actual = Assert.ThrowsAny<ArgumentException>(action).Message;
            Assert.True(actual.Contains(message, StringComparison.Ordinal), $"says: {actual}; not: {message}");
        }
    }

    [Fact]
    public void EmptyAndSingleAndNoAllocation()
    {
        Assert.Contains("at least 1", Assert.ThrowsAny<ArgumentException>(() => Loss.Evaluate<SoftmaxCrossEntropy, float, int>(new(), default(ReadOnlySpan2D<float>), [])).Message, StringComparison.Ordinal);
        Assert.Equal(0, Loss.Evaluate<Huber, float>(new(), default(ReadOnlySpan2D<float>), default(ReadOnlySpan2D<float>)).Count);
        Assert.Equal(0, Loss.Evaluate<Huber, float>(new(), default(ReadOnlyTensorSpan<float>), default(ReadOnlyTensorSpan<float>)).Count);
        float[] scores = [1, 2, 3, 4, 5, 6, 7, 8], gradient = new float[8];
        int[] labels = [0, 1];
        Assert.Equal(
            Loss.Evaluate<SoftmaxCrossEntropy, float, int>(new(), scores.AsSpan(1, 2), 2, [1]),
            Loss.Evaluate<SoftmaxCrossEntropy, float, int>(new(), new ReadOnlySpan2D<float>(scores, 1, 1, 2, 5), [1]));
        Assert.Equal(0, Comparison.Allocated(() => Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(new(), new ReadOnlySpan2D<float>(scores, 0, 2, 3, 1), labels, new Span2D<float>(gradient, 0, 2, 3, 1))));
        Assert.Equal(0, Comparison.Allocated(() => Loss.EvaluateWithGradient<SoftmaxCrossEntropy, float, int>(new(), new ReadOnlySpan2D<float>(scores, 0, 2, 3, 1), labels, new Span2D<float>(gradient, 2, 3))));
        Assert.Equal(0, Comparison.Allocated(() => Loss.EvaluateWithGradient<Huber, float>(new(), new ReadOnlySpan2D<float>(scores, 0, 2, 3, 1), new ReadOnlySpan2D<float>(scores, 2, 3), new Span2D<float>(gradient, 2, 3))));
        Assert.Equal(0, Comparison.Allocated(() => Softmax.Compute<float>(new ReadOnlySpan2D<float>(scores, 0, 2, 3, 1), new Span2D<float>(gradient, 2, 3))));
    }
}
