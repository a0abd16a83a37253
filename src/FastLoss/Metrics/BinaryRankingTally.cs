using System.Buffers.Binary;
using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// <see cref="BinaryRanking"/> that adds: how many positive and negative rows have each distinct score. The caller owns one and adds batch after
/// batch; tallies add exactly, so that rows in any order, split, on any threads and machines, give the same bits, which are those of
/// <see cref="BinaryRanking"/> of all rows at once. It also writes the curves.
/// </summary>
/// <remarks>
/// It keeps 24 bytes for each distinct score, in memory that grows to four times as many at most, and is kept by <see cref="Clear"/>: what is
/// added within it allocates nothing. Float scores are as many as their values; scores that are rounded first, to a thousandth say, need less, and
/// then no pair is ranked wrongly but those a rounding apart, which become ties. Scores that are equal as numbers are one: 0 and -0, and 0.5 of
/// floats and of doubles. A row with a NaN score has no place: it is counted in <see cref="Undefined"/> too, and all areas and rates are then
/// NaN, so that a broken model is not flattered. All rows together count below 2^62 times. Not to be added to or read by two threads at once.
/// </remarks>
public sealed class BinaryRankingTally
{
    private const int HeaderLength = 8 + 8 + 16;

    /// <summary>The format's first bytes: "FLB" and its version.</summary>
    private const uint Header = 0x01424C46;

    private readonly ScoreVotes _votes;
    private Votes _all;
    private Votes _undefined;

    /// <summary>An empty tally.</summary>
    /// <param name="capacity">For how many scores it has memory, 0 or more; it takes more when it needs more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The capacity is negative.</exception>
    public BinaryRankingTally(int capacity = 0)
    {
        Guard.AtLeast(capacity, 0);
        _votes = new(capacity);
    }

    private BinaryRankingTally(ScoreVotes votes, Votes undefined)
    {
        _votes = votes;
        _undefined = _all = undefined;
        foreach (Votes v in votes.All) _all = new(_all.Positives + v.Positives, _all.Negatives + v.Negatives);
    }

    /// <summary>Positive rows, those without a place included.</summary>
    public long Positives => _all.Positives;

    /// <summary>Negative rows, those without a place included.</summary>
    public long Negatives => _all.Negatives;

    /// <summary>Rows whose score is NaN.</summary>
    public long Undefined => _undefined.Positives + _undefined.Negatives;

    /// <summary>How many distinct scores there are.</summary>
    public int ScoreCount => _votes.Scores.Length;

    /// <summary>The points of a curve: one for each distinct score, and one where no row is taken as positive.</summary>
    public int PointCount => ScoreCount + 1;

    /// <summary>
    /// The areas under the curves, with the bits of <see cref="BinaryRanking"/> of all rows at once: NaN where a score was NaN, the area under the
    /// ROC where all rows are of one class, and average precision without positive rows.
    /// </summary>
    public BinaryRankingScores Scores => Undefined > 0
        ? new(double.NaN, double.NaN, Positives, Negatives)
        : _votes.Areas(Positives, Negatives);

    /// <summary>Bytes of <see cref="Write"/>, 32 and 24 for each distinct score.</summary>
    /// <exception cref="OverflowException">They are more than a span has: from 89,478,485 scores on.</exception>
    public int SerializedLength => checked(HeaderLength + (ScoreCount * ScoreVotes.Size));

    /// <summary>A new tally with the rows of both.</summary>
    public static BinaryRankingTally operator +(BinaryRankingTally left, BinaryRankingTally right)
    {
        ArgumentNullException.ThrowIfNull(left);
        BinaryRankingTally sum = new();
        sum.Add(left);
        sum.Add(right);
        return sum;
    }

    /// <summary>Adds rows of one score each.</summary>
    /// <param name="scores">A score for each row, a logit, a probability or any other: the larger, the more likely positive.</param>
    /// <param name="labels">1 for each positive row, 0 for each negative one.</param>
    /// <exception cref="ArgumentException">There are not as many labels as scores.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is neither 0 nor 1.</exception>
    public void Add<T>(ReadOnlySpan<T> scores, ReadOnlySpan<int> labels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Add(scores, labels, default(MetricOptions));

    /// <summary>Adds the rows that the options count, of one score each.</summary>
    /// <param name="scores">A score for each row: the larger, the more likely positive.</param>
    /// <param name="labels">1 for each positive row, 0 for each negative one, as integers of any type.</param>
    /// <param name="options">Which rows count, and how many times each.</param>
    /// <exception cref="ArgumentException">There are not as many labels, weights or entries of the mask as scores.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label of a row that counts is neither 0 nor 1, or a weight is negative.</exception>
    public void Add<T, TLabel>(ReadOnlySpan<T> scores, ReadOnlySpan<TLabel> labels, in MetricOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        Guard.Float<T>();
        Guard.SameLength(labels, scores);
        Add(scores, 0, 1, Guard.Counted(labels, 2, options), 1);
    }

    /// <summary>Adds rows of scores, of which one class is held against all others: its rows are the positive ones, its scores those that count.</summary>
    /// <param name="scores">Rows of <paramref name="classCount"/> scores.</param>
    /// <param name="classCount">The number of classes, 1 or more.</param>
    /// <param name="labels">The class of each row, as integers of any type.</param>
    /// <param name="positive">The class.</param>
    /// <param name="options">Which rows count, and how many times each.</param>
    /// <exception cref="ArgumentException">The scores are not whole rows, or not as many rows as labels, weights or entries of the mask.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A label of a row that counts, or positive, is not a class; a weight is negative, or classCount below 1.
    /// </exception>
    public void Add<T, TLabel>(ReadOnlySpan<T> scores, int classCount, ReadOnlySpan<TLabel> labels, int positive, in MetricOptions options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        Guard.Float<T>();
        int rows = Guard.Rows(scores, classCount);
        Guard.Length(labels, rows, "a label for each row of the scores");
        Guard.Index(positive, classCount);
        Add(scores, positive, classCount, Guard.Counted(labels, classCount, options), positive);
    }

    /// <summary>Adds another tally's rows.</summary>
    public void Add(BinaryRankingTally other)
    {
        ArgumentNullException.ThrowIfNull(other);
        _votes.Add(other._votes);
        _all = new(_all.Positives + other._all.Positives, _all.Negatives + other._all.Negatives);
        _undefined = new(_undefined.Positives + other._undefined.Positives, _undefined.Negatives + other._undefined.Negatives);
    }

    /// <summary>Forgets all rows, and keeps the memory.</summary>
    public void Clear()
    {
        _votes.Clear();
        _all = _undefined = default;
    }

    /// <summary>
    /// The receiver operating characteristic: of each threshold, the share of negative rows that score as much or more, and that of positive ones. From
    /// (0, 0), at a threshold of +infinity, to (1, 1) at the smallest score.
    /// </summary>
    /// <param name="thresholds">Receives <see cref="PointCount"/> thresholds: +infinity and each distinct score, from the largest down.</param>
    /// <param name="falsePositiveRates">Receives as many shares of negative rows; NaN where there are none, or a score was NaN.</param>
    /// <param name="truePositiveRates">Receives as many shares of positive rows; NaN where there are none, or a score was NaN.</param>
    /// <exception cref="ArgumentException">A span is not of <see cref="PointCount"/> elements, or overlaps another.</exception>
    public void RocCurve(Span<double> thresholds, Span<double> falsePositiveRates, Span<double> truePositiveRates)
    {
        int points = PointCount;
        Guard.Length<double>(thresholds, points, "a curve with a point for each score and one more");
        Guard.Length<double>(falsePositiveRates, points, "a curve with a point for each score and one more");
        Guard.Length<double>(truePositiveRates, points, "a curve with a point for each score and one more");
        Guard.Writes(thresholds).Apart<double>(falsePositiveRates).Apart<double>(truePositiveRates);
        Guard.Writes(falsePositiveRates).Apart<double>(truePositiveRates);
        _votes.Points(thresholds, truePositiveRates, falsePositiveRates);
        double positives = Undefined > 0 ? double.NaN : Positives, negatives = Undefined > 0 ? double.NaN : Negatives;
        for (int i = 0; i < points; i++)
        {
            truePositiveRates[i] /= positives;
            falsePositiveRates[i] /= negatives;
        }
    }

    /// <summary>
    /// Precision and recall at each threshold: of the rows that score as much or more the share that is positive, and of the positive rows the share that
    /// does. From recall 0, at a threshold of +infinity, where precision is 1 by convention, to recall 1 at the smallest score.
    /// </summary>
    /// <param name="thresholds">Receives <see cref="PointCount"/> thresholds: +infinity and each distinct score, from the largest down.</param>
    /// <param name="precisions">Receives as many precisions; NaN where a score was NaN.</param>
    /// <param name="recalls">Receives as many recalls; NaN where no row is positive, or a score was NaN.</param>
    /// <exception cref="ArgumentException">A span is not of <see cref="PointCount"/> elements, or overlaps another.</exception>
    public void PrecisionRecallCurve(Span<double> thresholds, Span<double> precisions, Span<double> recalls)
    {
        int points = PointCount;
        Guard.Length<double>(thresholds, points, "a curve with a point for each score and one more");
        Guard.Length<double>(precisions, points, "a curve with a point for each score and one more");
        Guard.Length<double>(recalls, points, "a curve with a point for each score and one more");
        Guard.Writes(thresholds).Apart<double>(precisions).Apart<double>(recalls);
        Guard.Writes(precisions).Apart<double>(recalls);
        _votes.Points(thresholds, recalls, precisions);
        double positives = Undefined > 0 ? double.NaN : Positives;
        for (int i = 0; i < points; i++)
        {
            precisions[i] = Undefined > 0 ? double.NaN : i == 0 ? 1 : recalls[i] / (recalls[i] + precisions[i]);
            recalls[i] /= positives;
        }
    }

    /// <summary>Writes the tally in a form that is the same on every machine: the same rows, in any order and split, give the same bytes.</summary>
    /// <param name="destination">At least <see cref="SerializedLength"/> bytes, of which that many are written.</param>
    /// <exception cref="ArgumentException">The destination is shorter.</exception>
    /// <exception cref="OverflowException">A span cannot hold it: from 89,478,485 scores on.</exception>
    public void Write(Span<byte> destination)
    {
        if (destination.Length < SerializedLength) Throw.LengthIsNot(nameof(destination), destination.Length, SerializedLength, "this tally");
        BinaryPrimitives.WriteUInt64LittleEndian(destination, Header);
        BinaryPrimitives.WriteInt64LittleEndian(destination[8..], ScoreCount);
        BinaryPrimitives.WriteInt64LittleEndian(destination[16..], _undefined.Positives);
        BinaryPrimitives.WriteInt64LittleEndian(destination[24..], _undefined.Negatives);
        _votes.Write(destination[HeaderLength..]);
    }

    /// <summary>The tally that <see cref="Write"/> wrote.</summary>
    /// <param name="source">All of its bytes.</param>
    /// <exception cref="FormatException">The bytes are of another length, another version, or no tally's.</exception>
    public static BinaryRankingTally Read(ReadOnlySpan<byte> source)
    {
        if (source.Length < HeaderLength) throw new FormatException($"A tally is at least {HeaderLength} bytes, not {source.Length}.");
        ulong header = BinaryPrimitives.ReadUInt64LittleEndian(source);
        if (header != Header) throw new FormatException($"The bytes begin with {header:X16}; version 1 with {Header:X16}.");
        long count = BinaryPrimitives.ReadInt64LittleEndian(source[8..]);
        ReadOnlySpan<byte> entries = source[HeaderLength..];
        if (entries.Length % ScoreVotes.Size != 0 || entries.Length / ScoreVotes.Size != count)
            throw new FormatException($"A tally of {count} scores is {HeaderLength} and {ScoreVotes.Size} bytes for each, not {source.Length}.");
        Votes undefined = new(BinaryPrimitives.ReadInt64LittleEndian(source[16..]), BinaryPrimitives.ReadInt64LittleEndian(source[24..]));
        ScoreVotes? votes = ScoreVotes.Read(entries);
        if (votes == null || undefined.Positives < 0 || undefined.Negatives < 0) throw new FormatException("The bytes after the header are no tally's.");
        return new(votes, undefined);
    }

    /// <summary><see cref="Write"/>'s bytes as hexadecimal digits, for text and JSON.</summary>
    public string ToHex()
    {
        byte[] bytes = new byte[SerializedLength];
        Write(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    /// <summary>The tally of <see cref="ToHex"/>'s digits.</summary>
    /// <exception cref="FormatException">They are none.</exception>
    public static BinaryRankingTally FromHex(ReadOnlySpan<char> digits) => Read(Convert.FromHexString(digits));

    private void Add<T, TLabel>(ReadOnlySpan<T> scores, int first, int step, in CountedLabels<TLabel> labels, int positive)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        for (int r = 0; r < labels.Labels.Length; r++)
        {
            long times = labels.Times(r);
            if (times == 0) continue;
            Votes votes = int.CreateTruncating(labels.Labels[r]) == positive ? new(times, 0) : new(0, times);
            T score = scores[first + (r * step)];
            _all = new(_all.Positives + votes.Positives, _all.Negatives + votes.Negatives);
            if (T.IsNaN(score)) _undefined = new(_undefined.Positives + votes.Positives, _undefined.Negatives + votes.Negatives);
            else _votes.Add(double.CreateTruncating(score), votes);
        }
    }
}
