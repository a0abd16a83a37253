using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// How many rows of each class were predicted to be of each. The caller owns one and adds batch after batch; matrices add, so that any
/// split of the data, on any threads, gives exactly the same counts. Adding rows allocates nothing.
/// </summary>
/// <remarks>
/// A row with a NaN score has no largest one and no prediction: it is kept apart, in <see cref="Unpredicted"/>, and counts as a row of
/// its label that was missed. Not to be added to by two threads at once.
/// </remarks>
public sealed partial class ConfusionMatrix
{
    private readonly long[] _counts;
    private readonly long[] _unpredicted;

    /// <summary>An empty matrix.</summary>
    /// <param name="classCount">The number of classes, 1 to 46,340.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of classes is outside its range.</exception>
    public ConfusionMatrix(int classCount)
    {
        if (classCount is < 1 or > 46_340) Throw.OutOfRange(nameof(classCount), classCount, "1 to 46340");
        ClassCount = classCount;
        _counts = new long[classCount * classCount];
        _unpredicted = new long[classCount];
    }

    /// <summary>The number of classes, C.</summary>
    public int ClassCount { get; }

    /// <summary>C rows of C: a row for each label, a column for each prediction.</summary>
    public ReadOnlySpan<long> Counts => _counts;

    /// <summary>For each label, the rows that had no prediction.</summary>
    public ReadOnlySpan<long> Unpredicted => _unpredicted;

    /// <summary>How many rows of class <paramref name="label"/> were predicted to be of class <paramref name="prediction"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">One is no class.</exception>
    public long this[int label, int prediction]
    {
        get
        {
            Guard.Index(label, ClassCount);
            Guard.Index(prediction, ClassCount);
            return _counts[(label * ClassCount) + prediction];
        }
    }

    /// <summary>Right and all rows, those without a prediction included.</summary>
    public AccuracyTally Accuracy
    {
        get
        {
            long correct = 0, count = 0;
            for (int c = 0; c < ClassCount; c++) correct += _counts[(c * ClassCount) + c];
            foreach (long n in _counts) count += n;
            foreach (long n in _unpredicted) count += n;
            return new(correct, count);
        }
    }

    /// <summary>Adds rows by their largest scores; of equal ones the lowest class counts.</summary>
    /// <param name="scores">Rows of C logits or probabilities.</param>
    /// <param name="labels">The class of each row.</param>
    /// <exception cref="ArgumentException">The scores are not whole rows, or not as many rows as labels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is not a class.</exception>
    public void AddScores<T>(ReadOnlySpan<T> scores, ReadOnlySpan<int> labels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckScores(scores, labels);
        CountScores(scores, labels, []);
    }

    /// <summary>Adds rows that count as many times as their weights say, by their largest scores; of equal ones the lowest class counts.</summary>
    /// <param name="scores">Rows of C logits or probabilities.</param>
    /// <param name="labels">The class of each row.</param>
    /// <param name="weights">How many times each row counts, 0 or more, all together below 2^62.</param>
    /// <exception cref="ArgumentException">The scores are not whole rows, or not as many rows as labels or weights.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is not a class, or a weight negative.</exception>
    public void AddScores<T>(ReadOnlySpan<T> scores, ReadOnlySpan<int> labels, ReadOnlySpan<long> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CheckScores(scores, labels);
        CheckWeights(weights, labels);
        CountScores(scores, labels, weights);
    }

    /// <summary>Adds the rows that the options count by their largest scores; of equal ones the lowest class counts.</summary>
    /// <param name="scores">Rows of C logits or probabilities; those of a row that does not count may be anything.</param>
    /// <param name="labels">The class of each row, as integers of any type.</param>
    /// <param name="options">Which rows count, and how many times each.</param>
    /// <exception cref="ArgumentException">The scores are not whole rows, or not as many rows as labels, weights or entries of the mask.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label of a row that counts is not a class, or a weight negative.</exception>
    public void AddScores<T, TLabel>(ReadOnlySpan<T> scores, ReadOnlySpan<TLabel> labels, in MetricOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        Guard.Float<T>();
        int rows = Guard.Rows(scores, ClassCount);
        Guard.Length(labels, rows, "a label for each row of the scores");
        CountedLabels<TLabel> counted = Guard.Counted(labels, ClassCount, options);
        const int N = CountedLabels<TLabel>.BlockRows;
        Span<int> predictions = stackalloc int[N], classes = stackalloc int[N];
        Span<long> times = stackalloc long[N];
        foreach ((int start, int count) in new Blocks(rows, N))
        {
            ArgMax.Rows(scores.Slice(start * ClassCount, count * ClassCount), ClassCount, predictions[..count]);
            counted.Take(start, classes[..count], times);
            Count(predictions, classes[..count], times);
        }
    }

    /// <summary>Adds rows by their predictions.</summary>
    /// <param name="predictions">A class for each row, -1 for none, as <see cref="FastLoss.Accuracy.Predict{T}"/> gives them.</param>
    /// <param name="labels">The class of each row.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is not a class, or a prediction neither a class nor -1.</exception>
    public void Add(ReadOnlySpan<int> predictions, ReadOnlySpan<int> labels)
    {
        CheckRows(predictions, labels);
        Count(predictions, labels, []);
    }

    /// <summary>Adds rows that count as many times as their weights say, by their predictions.</summary>
    /// <param name="predictions">A class for each row, -1 for none, as <see cref="FastLoss.Accuracy.Predict{T}"/> gives them.</param>
    /// <param name="labels">The class of each row.</param>
    /// <param name="weights">
    /// How many times each row counts, 0 or more, all together below 2^62: whole numbers, so that any split of the data gives exactly the same
    /// counts. Weights that are not whole are multiplied up first; no figure but the counts and <see cref="ClassificationScores.Support"/> changes with their unit.
    /// </param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is not a class, a prediction neither a class nor -1, or a weight negative.</exception>
    public void Add(ReadOnlySpan<int> predictions, ReadOnlySpan<int> labels, ReadOnlySpan<long> weights)
    {
        CheckRows(predictions, labels);
        CheckWeights(weights, labels);
        Count(predictions, labels, weights);
    }

    /// <summary>Adds the rows that the options count by their predictions.</summary>
    /// <param name="predictions">A class for each row, -1 for none; of a row that does not count anything.</param>
    /// <param name="labels">The class of each row, as integers of any type.</param>
    /// <param name="options">Which rows count, and how many times each.</param>
    /// <exception cref="ArgumentException">There are not as many predictions as labels, weights or entries of the mask.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// Of a row that counts the label is not a class, or the prediction neither a class nor -1; or a weight is negative.
    /// </exception>
    public void Add<TLabel>(ReadOnlySpan<int> predictions, ReadOnlySpan<TLabel> labels, in MetricOptions options)
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        Guard.SameLength(predictions, labels);
        CountedLabels<TLabel> counted = Guard.Counted(labels, ClassCount, options);
        for (int r = 0; r < predictions.Length; r++)
        {
            if ((predictions[r] < -1 || predictions[r] >= ClassCount) && counted.Times(r) != 0) NoPrediction(predictions, r);
        }

        const int N = CountedLabels<TLabel>.BlockRows;
        Span<int> classes = stackalloc int[N];
        Span<long> times = stackalloc long[N];
        foreach ((int start, int count) in new Blocks(labels.Length, N))
        {
            counted.Take(start, classes[..count], times);
            Count(predictions.Slice(start, count), classes[..count], times);
        }
    }

    /// <summary>Adds another matrix's rows.</summary>
    /// <exception cref="ArgumentException">It is of another number of classes.</exception>
    public void Add(ConfusionMatrix other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.ClassCount != ClassCount) Throw.SizesDiffer(nameof(other), other.ClassCount, ClassCount, "classes");
        for (int i = 0; i < _counts.Length; i++) _counts[i] += other._counts[i];
        for (int i = 0; i < _unpredicted.Length; i++) _unpredicted[i] += other._unpredicted[i];
    }

    /// <summary>A new matrix with the rows of both.</summary>
    /// <exception cref="ArgumentException">They are of different numbers of classes.</exception>
    public static ConfusionMatrix operator +(ConfusionMatrix left, ConfusionMatrix right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ConfusionMatrix sum = new(left.ClassCount);
        sum.Add(left);
        sum.Add(right);
        return sum;
    }

    /// <summary>Forgets all rows.</summary>
    public void Clear()
    {
        Array.Clear(_counts);
        Array.Clear(_unpredicted);
    }

    private long Support(int label)
    {
        long sum = _unpredicted[label];
        foreach (long n in _counts.AsSpan(label * ClassCount, ClassCount)) sum += n;
        return sum;
    }

    private long Predicted(int prediction)
    {
        long sum = 0;
        for (int label = 0; label < ClassCount; label++) sum += _counts[(label * ClassCount) + prediction];
        return sum;
    }

    private void CheckScores<T>(ReadOnlySpan<T> scores, ReadOnlySpan<int> labels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        int rows = Guard.Rows(scores, ClassCount);
        Guard.Length(labels, rows, "a label for each row of the scores");
        Guard.Labels(labels, ClassCount);
    }

    private static void CheckWeights(ReadOnlySpan<long> weights, ReadOnlySpan<int> labels)
    {
        Guard.SameLength(weights, labels);
        for (int r = 0; r < weights.Length; r++)
        {
            if (weights[r] < 0) Throw.ElementOutOfRange(nameof(weights), r, weights[r], "0 or more");
        }
    }

    private void CheckRows(ReadOnlySpan<int> predictions, ReadOnlySpan<int> labels)
    {
        Guard.SameLength(predictions, labels);
        Guard.Labels(labels, ClassCount);
        for (int r = 0; r < predictions.Length; r++)
        {
            if (predictions[r] < -1 || predictions[r] >= ClassCount) NoPrediction(predictions, r);
        }
    }

    [DoesNotReturn]
    private void NoPrediction(ReadOnlySpan<int> predictions, int row) =>
        Throw.ElementOutOfRange(nameof(predictions), row, predictions[row], $"-1, or a class from 0 to {ClassCount - 1}");

    private void CountScores<T>(ReadOnlySpan<T> scores, ReadOnlySpan<int> labels, ReadOnlySpan<long> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int N = 256;
        Span<int> predictions = stackalloc int[N];
        foreach ((int start, int count) in new Blocks(labels.Length, N))
        {
            ArgMax.Rows(scores.Slice(start * ClassCount, count * ClassCount), ClassCount, predictions[..count]);
            Count(predictions[..count], labels.Slice(start, count), weights.IsEmpty ? [] : weights.Slice(start, count));
        }
    }

    /// <summary>Counts checked rows, each once where there are no weights.</summary>
    private void Count(ReadOnlySpan<int> predictions, ReadOnlySpan<int> labels, ReadOnlySpan<long> weights)
    {
        for (int r = 0; r < labels.Length; r++)
        {
            long weight = weights.IsEmpty ? 1 : weights[r];
            if (weight == 0) continue;
            if (predictions[r] < 0) _unpredicted[labels[r]] += weight;
            else _counts[(labels[r] * ClassCount) + predictions[r]] += weight;
        }
    }
}
