using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>What becomes of the places of many rows' labels: shares of right rows, and ranks.</summary>
internal static class PlacedRows
{
    private const int BlockRows = 256;

    /// <summary>The shares of all rows in which the label is among the first k, in units of 2^-63.</summary>
    [SkipLocalsInit]
    public static UInt128 SharesUpTo<T>(ReadOnlySpan<T> scores, int columns, ReadOnlySpan<int> labels, int k, Ties ties)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        UInt128 total = 0;
        Span<LabelPlace> places = stackalloc LabelPlace[BlockRows];
        foreach ((int start, int count) in new Blocks(labels.Length, BlockRows))
        {
            LabelPlace.Rows(scores.Slice(start * columns, count * columns), columns, labels.Slice(start, count), places[..count]);
            foreach (LabelPlace place in places[..count]) total += place.ShareUpTo(k, ties);
        }

        return total;
    }

    /// <summary>The ranks of all rows; a row without an order is the last.</summary>
    [SkipLocalsInit]
    public static RankTally Ranks<T>(ReadOnlySpan<T> scores, int columns, ReadOnlySpan<int> labels, Ties ties)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RankTally total = default;
        Span<LabelPlace> places = stackalloc LabelPlace[BlockRows];
        foreach ((int start, int count) in new Blocks(labels.Length, BlockRows))
        {
            LabelPlace.Rows(scores.Slice(start * columns, count * columns), columns, labels.Slice(start, count), places[..count]);
            foreach (LabelPlace place in places[..count])
            {
                (int first, int last) = Range(place, ties);
                total += place.HasOrder ? RankTally.Between(first, last) : RankTally.Of(columns);
            }
        }

        return total;
    }

    /// <summary>The rank of each row, halfway between the first and the last; 0 for a row without an order.</summary>
    [SkipLocalsInit]
    public static void Ranks<T>(ReadOnlySpan<T> scores, int columns, ReadOnlySpan<int> labels, Ties ties, Span<double> ranks)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<LabelPlace> places = stackalloc LabelPlace[BlockRows];
        foreach ((int start, int count) in new Blocks(labels.Length, BlockRows))
        {
            LabelPlace.Rows(scores.Slice(start * columns, count * columns), columns, labels.Slice(start, count), places[..count]);
            for (int r = 0; r < count; r++)
            {
                (int first, int last) = Range(places[r], ties);
                ranks[start + r] = places[r].HasOrder ? ((double)first + last) / 2 : 0;
            }
        }
    }

    private static (int First, int Last) Range(LabelPlace place, Ties ties)
    {
        int first = place.Above + 1, last = place.Above + place.Equal;
        return ties == Ties.First ? (first, first) : ties == Ties.Last ? (last, last) : (first, last);
    }
}
