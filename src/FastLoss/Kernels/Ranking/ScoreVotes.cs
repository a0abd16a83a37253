using System.Buffers.Binary;
using System.Numerics;

namespace FastLoss.Kernels;

/// <summary>How often rows with a score counted, positive and negative ones.</summary>
internal readonly record struct Votes(long Positives, long Negatives);

/// <summary>
/// The votes of each distinct score, in memory that grows. Scores are appended, and sorted with equal ones made one when the memory is full or they are
/// read: what they then are depends on the rows alone, and not on the order or the parts in which they came.
/// </summary>
internal sealed class ScoreVotes
{
    /// <summary>Bytes of one score in <see cref="Write"/>.</summary>
    public const int Size = 24;

    private double[] _scores;
    private Votes[] _votes;
    private int _count;
    private int _merged;

    public ScoreVotes(int capacity)
    {
        _scores = new double[capacity];
        _votes = new Votes[capacity];
    }

    /// <summary>The distinct scores, in ascending order.</summary>
    public ReadOnlySpan<double> Scores
    {
        get
        {
            Merge();
            return _scores.AsSpan(0, _count);
        }
    }

    /// <summary>The votes of each of <see cref="Scores"/>.</summary>
    public ReadOnlySpan<Votes> All
    {
        get
        {
            Merge();
            return _votes.AsSpan(0, _count);
        }
    }

    public void Clear() => (_count, _merged) = (0, 0);

    /// <summary>Adds rows with this score, which is a number; those of a zero are of either.</summary>
    public void Add(double score, Votes votes)
    {
        if (_count == _scores.Length) MakeRoom();
        _scores[_count] = score + 0.0;
        _votes[_count++] = votes;
    }

    public void Add(ScoreVotes other)
    {
        if (ReferenceEquals(other, this))
        {
            Merge();
            for (int i = 0; i < _count; i++) _votes[i] = new(2 * _votes[i].Positives, 2 * _votes[i].Negatives);
            return;
        }

        ReadOnlySpan<double> scores = other.Scores;
        ReadOnlySpan<Votes> votes = other.All;
        for (int i = 0; i < scores.Length; i++) Add(scores[i], votes[i]);
    }

    /// <summary>The areas, where all rows are these.</summary>
    public BinaryRankingScores Areas(long positives, long negatives)
    {
        CurveSums sums = new(positives, negatives);
        ReadOnlySpan<Votes> votes = All;
        for (int i = votes.Length - 1; i >= 0; i--) sums.Step(votes[i].Positives, votes[i].Negatives);
        return sums.Result();
    }

    /// <summary>The scores from the largest down, after +infinity, and how many rows score as much or more.</summary>
    public void Points(Span<double> thresholds, Span<double> positives, Span<double> negatives)
    {
        ReadOnlySpan<double> scores = Scores;
        ReadOnlySpan<Votes> votes = All;
        long right = 0, wrong = 0;
        for (int i = scores.Length, at = 0; i >= 0; i--, at++)
        {
            if (at > 0)
            {
                right += votes[i].Positives;
                wrong += votes[i].Negatives;
            }

            thresholds[at] = at == 0 ? double.PositiveInfinity : scores[i];
            positives[at] = right;
            negatives[at] = wrong;
        }
    }

    /// <summary>Each score and its votes in little-endian order.</summary>
    public void Write(Span<byte> destination)
    {
        ReadOnlySpan<double> scores = Scores;
        ReadOnlySpan<Votes> votes = All;
        for (int i = 0; i < scores.Length; i++)
        {
            Span<byte> entry = destination.Slice(i * Size, Size);
            BinaryPrimitives.WriteDoubleLittleEndian(entry, scores[i]);
            BinaryPrimitives.WriteInt64LittleEndian(entry[8..], votes[i].Positives);
            BinaryPrimitives.WriteInt64LittleEndian(entry[16..], votes[i].Negatives);
        }
    }

    /// <summary>What <see cref="Write"/> wrote; null for bytes that it cannot have written.</summary>
    public static ScoreVotes? Read(ReadOnlySpan<byte> source)
    {
        ScoreVotes read = new(source.Length / Size);
        double last = double.NaN;
        for (int i = 0; i < source.Length / Size; i++)
        {
            ReadOnlySpan<byte> entry = source.Slice(i * Size, Size);
            double score = BinaryPrimitives.ReadDoubleLittleEndian(entry);
            Votes votes = new(BinaryPrimitives.ReadInt64LittleEndian(entry[8..]), BinaryPrimitives.ReadInt64LittleEndian(entry[16..]));
            bool isVote = votes.Positives >= 0 && votes.Negatives >= 0 && votes != default;
            if (!isVote || double.IsNaN(score) || score <= last || (score == 0 && double.IsNegative(score))) return null;
            read.Add(score, votes);
            last = score;
        }

        return read;
    }

    /// <summary>Half of the memory is free after it, so that sorting costs each score a fixed number of times.</summary>
    private void MakeRoom()
    {
        Merge();
        if (_count < _scores.Length && _count <= _scores.Length / 2) return;
        int capacity = (int)Math.Min(Array.MaxLength, Math.Max(16, 2L * _scores.Length));
        Array.Resize(ref _scores, capacity);
        Array.Resize(ref _votes, capacity);
    }

    private void Merge()
    {
        if (_merged == _count) return;
        Span<double> scores = _scores.AsSpan(0, _count);
        Span<Votes> votes = _votes.AsSpan(0, _count);
        scores.Sort(votes);
        int to = 0;
        for (int i = 1; i < scores.Length; i++)
        {
            if (scores[i] == scores[to])
            {
                votes[to] = new(votes[to].Positives + votes[i].Positives, votes[to].Negatives + votes[i].Negatives);
                continue;
            }

            to++;
            scores[to] = scores[i];
            votes[to] = votes[i];
        }

        _count = _merged = to + 1;
    }
}
