using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// How far a classifier's confidence is from how often it is right (Naeini et al. 2015, Guo et al. 2017): rows are sorted into M
/// bins of equal width by their largest probability, and the expected calibration error is the mean over rows of |accuracy -
/// mean confidence| of their bin. The caller owns one and adds batch after batch; tallies add exactly, in any order and split:
/// confidences are kept in whole units of 2^-63. Adding rows allocates nothing.
/// </summary>
/// <remarks>
/// Bin b holds the confidences in (b / M, (b + 1) / M], where b / M is rounded to the confidences' type, so that one written as 0.2 is at the edge
/// 1 / 5 in float as in double, and belongs to the bin below; 0 is in the first. A row with a NaN probability has no
/// confidence: it is counted in <see cref="Undefined"/> alone, and the errors are then NaN. Not to be added to by two threads at once.
/// </remarks>
public sealed class CalibrationTally
{
    private const double Unit = 1UL << 63;

    /// <summary>By how much a probability may round past 1.</summary>
    private const double Rounding = 1e-5;

    private readonly long[] _counts;
    private readonly long[] _correct;
    private readonly UInt128[] _confidences;

    /// <summary>An empty tally.</summary>
    /// <param name="binCount">M, 1 or more; 10 to 20 are usual.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no bin.</exception>
    public CalibrationTally(int binCount = 15)
    {
        Guard.AtLeast(binCount, 1);
        _counts = new long[binCount];
        _correct = new long[binCount];
        _confidences = new UInt128[binCount];
    }

    /// <summary>M.</summary>
    public int BinCount => _counts.Length;

    /// <summary>Rows in bins.</summary>
    public long Count
    {
        get
        {
            long sum = 0;
            foreach (long n in _counts) sum += n;
            return sum;
        }
    }

    /// <summary>Rows without a confidence.</summary>
    public long Undefined { get; private set; }

    /// <summary>One bin of the reliability diagram.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such bin.</exception>
    public CalibrationBin this[int bin]
    {
        get
        {
            Guard.Index(bin, BinCount);
            return new(_counts[bin], _correct[bin], (double)_confidences[bin] / Unit / _counts[bin]);
        }
    }

    /// <summary>The expected calibration error, 0 to 1; NaN when nothing was counted or a row had no confidence.</summary>
    public double ExpectedError
    {
        get
        {
            double sum = 0;
            for (int b = 0; b < BinCount; b++) sum += Gap(b);
            return Undefined > 0 ? double.NaN : sum / Count;
        }
    }

    /// <summary>The largest |accuracy - mean confidence| of a bin; NaN when nothing was counted or a row had no confidence.</summary>
    public double MaximumError
    {
        get
        {
            double max = Undefined > 0 || Count == 0 ? double.NaN : 0;
            for (int b = 0; b < BinCount; b++)
            {
                if (_counts[b] > 0) max = Math.Max(max, Gap(b) / _counts[b]);
            }

            return max;
        }
    }

    /// <summary>Adds rows of probabilities: the confidence is the largest, right where it stands at the label. Of equal ones the lowest class counts.</summary>
    /// <param name="probabilities">Rows of <paramref name="classCount"/> probabilities.</param>
    /// <param name="classCount">The number of classes, 1 or more.</param>
    /// <param name="labels">The class of each row.</param>
    /// <exception cref="ArgumentException">The probabilities are not whole rows, or not as many rows as labels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is not a class, classCount is below 1, or a row's largest is no probability, as of logits.</exception>
    public void Add<T>(ReadOnlySpan<T> probabilities, int classCount, ReadOnlySpan<int> labels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        int rows = Guard.Rows(probabilities, classCount);
        Guard.Length(labels, rows, "a label for each row of probabilities");
        Guard.Labels(labels, classCount);
        CountedLabels<int> counted = new() { Labels = labels };
        Run(probabilities, classCount, counted, isChecked: false);
        Run(probabilities, classCount, counted, isChecked: true);
    }

    /// <summary>Adds the rows of probabilities that the options count: the confidence is the largest, right where it stands at the label.</summary>
    /// <param name="probabilities">Rows of <paramref name="classCount"/> probabilities; those of a row that does not count may be anything.</param>
    /// <param name="classCount">The number of classes, 1 or more.</param>
    /// <param name="labels">The class of each row, as integers of any type.</param>
    /// <param name="options">Which rows count, and how many times each.</param>
    /// <exception cref="ArgumentException">The probabilities are not whole rows, or not as many rows as labels, weights or entries of the mask.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// Of a row that counts the label is not a class or the largest is no probability; a weight is negative, or classCount below 1.
    /// </exception>
    public void Add<T, TLabel>(ReadOnlySpan<T> probabilities, int classCount, ReadOnlySpan<TLabel> labels, in MetricOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        Guard.Float<T>();
        int rows = Guard.Rows(probabilities, classCount);
        Guard.Length(labels, rows, "a label for each row of probabilities");
        CountedLabels<TLabel> counted = Guard.Counted(labels, classCount, options);
        Run(probabilities, classCount, counted, isChecked: false);
        Run(probabilities, classCount, counted, isChecked: true);
    }

    /// <summary>Adds rows whose confidence and correctness are known, such as of a binary or an open-ended model.</summary>
    /// <param name="confidences">A probability for each row.</param>
    /// <param name="isCorrect">Whether each row is right.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A confidence is below 0 or above 1.</exception>
    public void Add<T>(ReadOnlySpan<T> confidences, ReadOnlySpan<bool> isCorrect)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        Guard.SameLength(confidences, isCorrect);
        for (int i = 0; i < confidences.Length; i++) Check(double.CreateTruncating(confidences[i]), i, nameof(confidences));
        for (int i = 0; i < confidences.Length; i++) Place(confidences[i], isCorrect[i], 1);
    }

    /// <summary>Adds another tally's rows.</summary>
    /// <exception cref="ArgumentException">It has another number of bins.</exception>
    public void Add(CalibrationTally other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.BinCount != BinCount) Throw.SizesDiffer(nameof(other), other.BinCount, BinCount, "bins");
        for (int b = 0; b < BinCount; b++)
        {
            _counts[b] += other._counts[b];
            _correct[b] += other._correct[b];
            _confidences[b] += other._confidences[b];
        }

        Undefined += other.Undefined;
    }

    /// <summary>A new tally with the rows of both.</summary>
    /// <exception cref="ArgumentException">They have different numbers of bins.</exception>
    public static CalibrationTally operator +(CalibrationTally left, CalibrationTally right)
    {
        ArgumentNullException.ThrowIfNull(left);
        CalibrationTally sum = new(left.BinCount);
        sum.Add(left);
        sum.Add(right);
        return sum;
    }

    /// <summary>Forgets all rows.</summary>
    public void Clear()
    {
        Array.Clear(_counts);
        Array.Clear(_correct);
        Array.Clear(_confidences);
        Undefined = 0;
    }

    /// <summary>A pass that checks all confidences, then one that counts them: nothing is counted of a call that throws.</summary>
    private void Run<T, TLabel>(ReadOnlySpan<T> probabilities, int classCount, in CountedLabels<TLabel> labels, bool isChecked)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        const int N = CountedLabels<TLabel>.BlockRows;
        Span<int> predictions = stackalloc int[N], classes = stackalloc int[N];
        Span<long> times = stackalloc long[N];
        foreach ((int start, int count) in new Blocks(labels.Labels.Length, N))
        {
            labels.Take(start, classes[..count], times);
            ArgMax.Rows(probabilities.Slice(start * classCount, count * classCount), classCount, predictions[..count]);
            for (int i = 0; i < count; i++)
            {
                if (times[i] == 0) continue;
                int at = ((start + i) * classCount) + predictions[i];
                T confidence = predictions[i] < 0 ? T.NaN : probabilities[at];
                if (isChecked) Place(confidence, predictions[i] == classes[i], times[i]);
                else Check(double.CreateTruncating(confidence), at, nameof(probabilities));
            }
        }
    }

    private static void Check(double confidence, int index, string name)
    {
        if (confidence is < 0 or > 1 + Rounding) Throw.ElementOutOfRange(name, index, confidence, "0 to 1");
    }

    private void Place<T>(T confidence, bool isCorrect, long times)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (T.IsNaN(confidence))
        {
            Undefined += times;
            return;
        }

        confidence = T.Min(T.One, confidence);
        int bin = Bin(confidence);
        _counts[bin] += times;
        if (isCorrect) _correct[bin] += times;
        _confidences[bin] += (UInt128)(ulong)(double.CreateTruncating(confidence) * Unit) * (ulong)times;
    }

    /// <summary>The bin whose lower edge lies below the confidence and whose upper edge does not; the product alone may be a bin off.</summary>
    private int Bin<T>(T confidence)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int bin = Math.Clamp((int)Math.Ceiling(double.CreateTruncating(confidence) * BinCount) - 1, 0, BinCount - 1);
        while (bin > 0 && confidence <= Edge<T>(bin)) bin--;
        while (bin < BinCount - 1 && confidence > Edge<T>(bin + 1)) bin++;
        return bin;
    }

    /// <summary>b / M, rounded to the type.</summary>
    private T Edge<T>(int bin)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.CreateTruncating((double)bin / BinCount);

    /// <summary>|right rows - sum of confidences| of a bin, from whole numbers.</summary>
    private double Gap(int bin) => (double)Int128.Abs(((Int128)_correct[bin] << 63) - (Int128)_confidences[bin]) / Unit;
}

/// <summary>Rows of similar confidence.</summary>
/// <param name="Count">All rows.</param>
/// <param name="Correct">Those that were right.</param>
/// <param name="MeanConfidence">How sure the classifier was; NaN for no rows.</param>
public readonly record struct CalibrationBin(long Count, long Correct, double MeanConfidence)
{
    /// <summary><see cref="Correct"/> / <see cref="Count"/>; NaN for no rows.</summary>
    public double Accuracy => (double)Correct / Count;
}
