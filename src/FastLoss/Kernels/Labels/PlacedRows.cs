using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>What becomes of the places of many rows' labels: shares of right rows, and ranks.</summary>
internal static class PlacedRows
{
    private const int BlockRows = CountedLabels<int>.BlockRows;

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

    /// <summary>The rows whose label is among the first k, by the shares of orders in which it is, and all; each as many times as it counts.</summary>
    [SkipLocalsInit]
    public static AccuracyTally RightUpTo<T, TLabel>(ReadOnlySpan<T> scores, int columns, in CountedLabels<TLabel> labels, int k, Ties ties)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        UInt128 right = 0;
        long all = 0;
        Span<int> classes = stackalloc int[BlockRows];
        Span<long> times = stackalloc long[BlockRows];
        Span<LabelPlace> places = stackalloc LabelPlace[BlockRows];
        foreach ((int start, int count) in new Blocks(labels.Labels.Length, BlockRows))
        {
            labels.Take(start, classes[..count], times);
            Places(scores.Slice(start * columns, count * columns), columns, classes[..count], ties, places);
            for (int r = 0; r < count; r++)
            {
                right += (UInt128)places[r].ShareUpTo(k, ties) * (ulong)times[r];
                all += times[r];
            }
        }

        return AccuracyTally.OfShares(right, all);
    }

    /// <summary>The ranks of rows, each as many times as it counts; a row without an order is the last.</summary>
    [SkipLocalsInit]
    public static RankTally Ranks<T, TLabel>(ReadOnlySpan<T> scores, int columns, in CountedLabels<TLabel> labels, Ties ties)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        RankTally total = default;
        Span<int> classes = stackalloc int[BlockRows];
        Span<long> times = stackalloc long[BlockRows];
        Span<LabelPlace> places = stackalloc LabelPlace[BlockRows];
        foreach ((int start, int count) in new Blocks(labels.Labels.Length, BlockRows))
        {
            labels.Take(start, classes[..count], times);
            Places(scores.Slice(start * columns, count * columns), columns, classes[..count], ties, places);
            for (int r = 0; r < count; r++)
            {
                (int first, int last) = Range(places[r], ties);
                total += (places[r].HasOrder ? RankTally.Between(first, last) : RankTally.Of(columns)).Times(times[r]);
            }
        }

        return total;
    }

    /// <summary>The labels' places; by class each is the only one of its score, after the equal scores of lower classes.</summary>
    private static void Places<T>(ReadOnlySpan<T> scores, int columns, Span<int> classes, Ties ties, Span<LabelPlace> places)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (ties != Ties.ByClass)
        {
            LabelPlace.Rows(scores, columns, classes, places[..classes.Length]);
            return;
        }

        FastLoss.Kernels.Ranks.Rows(scores, columns, classes, classes);
        for (int r = 0; r < classes.Length; r++) places[r] = classes[r] == 0 ? default : new(classes[r] - 1, 1);
    }

    private static (int First, int Last) Range(LabelPlace place, Ties ties)
    {
        int first = place.Above + 1, last = place.Above + place.Equal;
        return ties == Ties.First ? (first, first) : ties == Ties.Last ? (last, last) : (first, last);
    }
}
