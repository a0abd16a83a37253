using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// Normalized discounted cumulative gain of rows of scores (Jarvelin and Kekalainen 2002): the sum of gain / log2(place + 1) over the items in
/// the order of their scores, divided by that of the best order. 1 where a row is in the order of its relevance.
/// </summary>
/// <remarks>
/// Items of equal scores count by the mean over their orders, as scikit-learn has it. A row without a relevant item has no best order and does not
/// count; a row with a NaN score counts 0, so that a broken model is not flattered. The share of rows whose one relevant item is among the first
/// k, the hit rate, is <see cref="TopKAccuracy"/>. Within 1e-13 a row; tallies add exactly. A call borrows memory of a few rows from the
/// array pool and allocates nothing. The same input gives the same bits on every machine.
/// </remarks>
public static class Ndcg
{
    /// <summary>The mean over all rows that count.</summary>
    /// <param name="scores">Rows of <paramref name="columns"/> scores, one for each item.</param>
    /// <param name="relevance">How relevant each item is, 0 or more and finite.</param>
    /// <param name="columns">The items of a row, 1 or more.</param>
    /// <param name="places">How many places count, from the first on; 0 for all.</param>
    /// <param name="exponentialGain">Whether the gain is 2^relevance - 1, and not the relevance itself.</param>
    /// <returns>The rows that count and their mean; tallies of parts add.</returns>
    /// <exception cref="ArgumentException">The scores are not whole rows, or not as many as relevances.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A relevance is negative, infinite or NaN, or above 1000 with an exponential gain; columns is below 1, or places below 0.
    /// </exception>
    public static NdcgTally Evaluate<T>(
        ReadOnlySpan<T> scores, ReadOnlySpan<T> relevance, int columns, int places = 0, bool exponentialGain = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        Guard.Rows(scores, columns);
        Guard.SameLength(relevance, scores);
        Guard.AtLeast(places, 0);
        double most = exponentialGain ? 1000 : double.MaxValue;
        for (int i = 0; i < relevance.Length; i++)
        {
            double r = double.CreateTruncating(relevance[i]);
            if (!(r >= 0 && r <= most)) Throw.ElementOutOfRange(nameof(relevance), i, relevance[i], exponentialGain ? "0 to 1000" : "0 or more, and finite");
        }

        return GainRows.Run(scores, relevance, columns, places == 0 ? columns : places, exponentialGain);
    }
}

/// <summary>
/// Normalized gains of rows, added up. Tallies add exactly, in any order and split: gains are kept in whole units of 2^-63, within 1e-18 of each.
/// </summary>
public readonly record struct NdcgTally
{
    private readonly UInt128 _gains;

    private NdcgTally(UInt128 gains, long count)
    {
        _gains = gains;
        Count = count;
    }

    /// <summary>The rows that count: those with a relevant item.</summary>
    public long Count { get; }

    /// <summary>The mean over them, 1 at best; NaN when nothing was counted.</summary>
    public double Mean => (double)_gains / LabelPlace.One / Count;

    /// <summary>The tally of both parts together.</summary>
    public static NdcgTally operator +(NdcgTally left, NdcgTally right) => left.Add(right);

    /// <summary>The tally of this and <paramref name="other"/> together.</summary>
    public NdcgTally Add(NdcgTally other) => new(_gains + other._gains, Count + other.Count);

    /// <summary>The tally of one row, whose gain is 0 to 1 or beyond it by rounding.</summary>
    internal static NdcgTally Of(double gain) => new((UInt128)(Math.Min(1, gain) * LabelPlace.One), 1);
}
