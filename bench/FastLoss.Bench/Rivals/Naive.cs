using System.Numerics;

namespace FastLoss.Bench.Rivals;

/// <summary>
/// The definitions, as anyone would first write them: one scalar loop after the other. Sums are kept in double, since in
/// float they are wrong by percents at 16M elements.
/// </summary>
internal static class Naive
{
    public static void Softmax<T>(ReadOnlySpan<T> logits, int classes, Span<T> probabilities)
        where T : IBinaryFloatingPointIeee754<T>
    {
        for (int row = 0; row < logits.Length; row += classes)
        {
            T max = Max(logits.Slice(row, classes));
            double sum = 0;
            for (int i = row; i < row + classes; i++)
                sum += double.CreateTruncating(probabilities[i] = T.Exp(logits[i] - max));
            for (int i = row; i < row + classes; i++) probabilities[i] /= T.CreateTruncating(sum);
        }
    }

    public static void LogSoftmax<T>(ReadOnlySpan<T> logits, int classes, Span<T> logProbabilities)
        where T : IBinaryFloatingPointIeee754<T>
    {
        for (int row = 0; row < logits.Length; row += classes)
        {
            T lse = LogSumExp(logits.Slice(row, classes));
            for (int i = row; i < row + classes; i++) logProbabilities[i] = logits[i] - lse;
        }
    }

    public static T LogSumExp<T>(ReadOnlySpan<T> logits) where T : IBinaryFloatingPointIeee754<T>
    {
        T max = Max(logits);
        double sum = 0;
        foreach (T x in logits) sum += double.CreateTruncating(T.Exp(x - max));
        return max + T.CreateTruncating(Math.Log(sum));
    }

    public static double CrossEntropy<T>(ReadOnlySpan<T> logits, int classes, ReadOnlySpan<int> labels)
        where T : IBinaryFloatingPointIeee754<T>
    {
        double sum = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            ReadOnlySpan<T> x = logits.Slice(row * classes, classes);
            sum += double.CreateTruncating(LogSumExp(x) - x[labels[row]]);
        }
        return sum / labels.Length;
    }

    public static double CrossEntropyWithGradient<T>(
        ReadOnlySpan<T> logits, int classes, ReadOnlySpan<int> labels, Span<T> gradient)
        where T : IBinaryFloatingPointIeee754<T>
    {
        double loss = 0;
        T rows = T.CreateTruncating(labels.Length);
        for (int row = 0; row < labels.Length; row++)
        {
            ReadOnlySpan<T> x = logits.Slice(row * classes, classes);
            Span<T> g = gradient.Slice(row * classes, classes);
            T max = Max(x);
            double sum = 0;
            for (int i = 0; i < x.Length; i++) sum += double.CreateTruncating(g[i] = T.Exp(x[i] - max));
            for (int i = 0; i < x.Length; i++) g[i] /= T.CreateTruncating(sum) * rows;
            g[labels[row]] -= T.One / rows;
            loss += Math.Log(sum) + double.CreateTruncating(max - x[labels[row]]);
        }
        return loss / labels.Length;
    }

    public static T SumOfSquaredErrors<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> t) where T : IBinaryFloatingPointIeee754<T>
    {
        double sum = 0;
        for (int i = 0; i < y.Length; i++) sum += double.CreateTruncating((y[i] - t[i]) * (y[i] - t[i]));
        return T.CreateTruncating(sum / 2);
    }

    public static T CrossEntropyError<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> t) where T : IBinaryFloatingPointIeee754<T>
    {
        T delta = T.CreateTruncating(1e-7);
        double sum = 0;
        for (int i = 0; i < y.Length; i++) sum -= double.CreateTruncating(t[i] * T.Log(y[i] + delta));
        return T.CreateTruncating(sum);
    }

    public static void Sigmoid<T>(ReadOnlySpan<T> x, Span<T> y) where T : IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++) y[i] = T.One / (T.One + T.Exp(-x[i]));
    }

    private static T Max<T>(ReadOnlySpan<T> x) where T : IBinaryFloatingPointIeee754<T>
    {
        T max = x[0];
        foreach (T value in x) max = value > max ? value : max;
        return max;
    }
}
