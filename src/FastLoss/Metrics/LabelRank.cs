using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>The rank of each row's label among its scores: 1 for the largest score, C for the smallest of C.</summary>
/// <remarks>
/// Of equal scores the lower class stands first, unless <see cref="Ties"/> say otherwise. A row with a NaN score has no order: its rank is written as 0, and a tally counts
/// it as the last, C, so that a broken model is not flattered. Exact; no call allocates.
/// </remarks>
public static class LabelRank
{
    /// <summary>The ranks of all rows, for their mean and the mean of their reciprocals.</summary>
    /// <param name="scores">Rows of <paramref name="classCount"/> scores.</param>
    /// <param name="classCount">C, the number of classes, 1 or more.</param>
    /// <param name="labels">The class of each row.</param>
    /// <param name="ties">
    /// Where the label stands among scores equal to its own. Expected ranks are means over the orders of equal scores, and so are their
    /// reciprocals.
    /// </param>
    /// <exception cref="ArgumentException">The scores are not whole rows, or not as many rows as labels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is not a class, classCount is below 1, or ties is none of its values.</exception>
    public static RankTally Evaluate<T>(
        ReadOnlySpan<T> scores, int classCount, ReadOnlySpan<int> labels, Ties ties = Ties.ByClass)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int N = 256;
        Check(scores, classCount, labels);
        Guard.Known(ties);
        if (ties != Ties.ByClass) return PlacedRows.Ranks(scores, classCount, labels, ties);
        Span<int> ranks = stackalloc int[N];
        RankTally tally = default;
        foreach ((int start, int count) in new Blocks(labels.Length, N))
        {
            Ranks.Rows(scores.Slice(start * classCount, count * classCount), classCount, labels.Slice(start, count), ranks[..count]);
            foreach (int rank in ranks[..count]) tally += RankTally.Of(rank == 0 ? classCount : rank);
        }

        return tally;
    }

    /// <summary>The ranks of the rows that the options count, for their mean and the mean of their reciprocals.</summary>
    /// <param name="scores">Rows of <paramref name="classCount"/> scores.</param>
    /// <param name="classCount">C, the number of classes, 1 or more.</param>
    /// <param name="labels">The class of each row, as integers of any type.</param>
    /// <param name="options">Which rows count, and how many times each.</param>
    /// <param name="ties">Where the label stands among scores equal to its own.</param>
    /// <exception cref="ArgumentException">The scores are not whole rows, or not as many rows as labels, weights or entries of the mask.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A label of a row that counts is not a class, a weight is negative, classCount is below 1, or ties is none of its values.
    /// </exception>
    public static RankTally Evaluate<T, TLabel>(
        ReadOnlySpan<T> scores, int classCount, ReadOnlySpan<TLabel> labels, in MetricOptions options, Ties ties = Ties.ByClass)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        Guard.Float<T>();
        int rows = Guard.Rows(scores, classCount);
        Guard.Length(labels, rows, "a label for each row of the scores");
        CountedLabels<TLabel> counted = Guard.Counted(labels, classCount, options);
        Guard.Known(ties);
        return PlacedRows.Ranks(scores, classCount, counted, ties);
    }

    /// <summary>The rank of each row's label; 0 where a score is NaN.</summary>
    /// <param name="scores">Rows of <paramref name="classCount"/> scores.</param>
    /// <param name="classCount">C, the number of classes, 1 or more.</param>
    /// <param name="labels">The class of each row.</param>
    /// <param name="ranks">Receives a rank for each row; exactly the labels, or apart from all inputs.</param>
    /// <exception cref="ArgumentException">The scores are not whole rows, or not as many rows as labels or ranks, or the ranks overlap an input in part.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is not a class, or classCount is below 1.</exception>
    public static void PerRow<T>(ReadOnlySpan<T> scores, int classCount, ReadOnlySpan<int> labels, Span<int> ranks)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(scores, classCount, labels);
        Guard.SameLength<int, int>(ranks, labels);
        Guard.Writes(ranks).Over(labels).Apart(scores);
        Ranks.Rows(scores, classCount, labels, ranks);
    }

    /// <summary>The rank of each row's label with ties as told, which may be a half; 0 where a score is NaN.</summary>
    /// <param name="scores">Rows of <paramref name="classCount"/> scores.</param>
    /// <param name="classCount">C, the number of classes, 1 or more.</param>
    /// <param name="labels">The class of each row.</param>
    /// <param name="ranks">Receives a rank for each row; apart from all inputs.</param>
    /// <param name="ties">Where the label stands among scores equal to its own; <see cref="Ties.ByClass"/> has whole ranks, and its own call.</param>
    /// <exception cref="ArgumentException">The scores are not whole rows, or not as many rows as labels or ranks, or the ranks overlap an input.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is not a class, classCount is below 1, or ties is not First, Last or Expected.</exception>
    public static void PerRow<T>(ReadOnlySpan<T> scores, int classCount, ReadOnlySpan<int> labels, Span<double> ranks, Ties ties)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Check(scores, classCount, labels);
        Guard.Known(ties);
        if (ties == Ties.ByClass) Throw.OutOfRange(nameof(ties), ties, "First, Last or Expected: ranks by class are ints");
        Guard.SameLength<double, int>(ranks, labels);
        Guard.Writes(ranks).Apart(labels).Apart(scores);
        PlacedRows.Ranks(scores, classCount, labels, ties, ranks);
    }

    private static void Check<T>(ReadOnlySpan<T> scores, int classCount, ReadOnlySpan<int> labels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        int rows = Guard.Rows(scores, classCount);
        Guard.Length(labels, rows, "a label for each row of the scores");
        Guard.Labels(labels, classCount);
    }
}

/// <summary>
/// Ranks of labels, added up. Tallies add exactly, in any order and split: ranks are kept in halves, reciprocals in whole units of 2^-63,
/// within 1e-18 of each.
/// </summary>
public readonly record struct RankTally
{
    private readonly Int128 _halfRanks;
    private readonly UInt128 _reciprocals;

    private RankTally(Int128 halfRanks, UInt128 reciprocals, long count)
    {
        _halfRanks = halfRanks;
        _reciprocals = reciprocals;
        Count = count;
    }

    /// <summary>All rows.</summary>
    public long Count { get; }

    /// <summary>The mean rank, 1 at best; NaN when nothing was counted.</summary>
    public double MeanRank => (double)_halfRanks / 2.0 / Count;

    /// <summary>The mean of 1 / rank, 1 at best; NaN when nothing was counted.</summary>
    public double MeanReciprocalRank => (double)_reciprocals / LabelPlace.One / Count;

    /// <summary>The tally of both parts together.</summary>
    public static RankTally operator +(RankTally left, RankTally right) => left.Add(right);

    /// <summary>The tally of this and <paramref name="other"/> together.</summary>
    public RankTally Add(RankTally other) => new(_halfRanks + other._halfRanks, _reciprocals + other._reciprocals, Count + other.Count);

    /// <summary>The tally of one row.</summary>
    /// <param name="rank">1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rank is below 1.</exception>
    public static RankTally Of(int rank)
    {
        Guard.AtLeast(rank, 1);
        return new(2L * rank, LabelPlace.One / (uint)rank, 1);
    }

    /// <summary>The tally of as many rows like these, 0 or more times.</summary>
    internal RankTally Times(long times) => new(_halfRanks * times, _reciprocals * (ulong)times, Count * times);

    /// <summary>The tally of one row whose rank is as likely each from the first to the last.</summary>
    internal static RankTally Between(int first, int last)
    {
        if (first == last) return Of(first);
        UInt128 reciprocals = 0;
        for (long rank = first; rank <= last; rank++) reciprocals += LabelPlace.One / (ulong)rank;
        return new((long)first + last, reciprocals / (ulong)((long)last - first + 1), 1);
    }
}
