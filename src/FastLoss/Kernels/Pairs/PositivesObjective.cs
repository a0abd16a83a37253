using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>
/// Rows of similarities with any number of positives, in double. With P the sum of the positives' exponentials over that of the largest, N
/// that of the negatives', and d = ln N - ln P, the loss is softplus(d) and beside it, with the sum of positives inside the logarithm, ln of
/// their number, outside, ln P and the mean distance of the positives from the largest. No part is negative: nothing cancels.
/// </summary>
/// <param name="inverseTemperature">What similarities are multiplied by.</param>
/// <param name="isInside">Whether the positives are summed inside the logarithm.</param>
/// <param name="groups">The group of each column; a row's positives are those of its own.</param>
/// <param name="others">How many other columns are of a column's group, at least 1 of a row that counts.</param>
internal readonly unsafe struct PositivesObjective<T>(double inverseTemperature, bool isInside, T* groups, int* others) : IRowObjective<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int N = WideRow.Number;

    /// <summary>What similarities are multiplied by, the row's group, the two shifts, and the four factors of <see cref="Slopes"/>.</summary>
    private const int Numbers = 8;

    public static bool IsWide => true;

    public int BlockRows(int classCount, bool isDifferentiated, bool isInPlace) => SmallRows.BlockRows;

    /// <summary>The groups, of which the row's own column is taken out.</summary>
    public int WorkLength(int rows, int classCount, bool isDifferentiated) => classCount + (64 / sizeof(T));

    [SkipLocalsInit]
    public void Run(in RowBlock<T> block)
    {
        double* buffer = Scratch.Take(stackalloc double[Scratch.Room<double>(WideRow.BufferLength(Numbers))]);
        double* numbers = Scratch.Aligned(buffer);
        nint n = block.ClassCount;
        T* apart = block.Work;
        new ReadOnlySpan<T>(groups, (int)n).CopyTo(new(apart, (int)n));
        new Span<T>(apart + n, 64 / sizeof(T)).Fill(T.NaN);
        WideRow.Fill(numbers, 0, inverseTemperature);
        for (nint r = 0; r < block.Rows; r++)
        {
            nint own = block.Labels[r];
            double weight = RowWeight.Of(block, r);
            block.WideLosses[r] = 0;
            if (weight == 0) continue;
            T group = apart[own];
            apart[own] = T.NaN;
            WideRow.Fill(numbers, 1, double.CreateTruncating(group));
            WideRows<T> row = new(block.Logits + (r * n), apart);
            Terms terms = Sums(row, n, group, others[own], numbers);
            double loss = Loss(terms);
            block.WideLosses[r] = loss * weight;
            if (block.Gradient != null)
            {
                Write(block.Gradient + (r * n), row, n, terms, loss, weight * block.Scale * inverseTemperature, numbers);
                block.Gradient[(r * n) + own] = T.Zero; // also of a row of NaN
            }

            apart[own] = group;
        }

        if (block.Gradient != null) RowWeight.ClearUncounted(block);
        Scratch.Check(buffer, WideRow.BufferLength(Numbers));
    }

    /// <summary>Also sets the two shifts.</summary>
    private Terms Sums(in WideRows<T> row, nint n, T group, int count, double* numbers)
    {
        GroupMaxima<T>.Pair largest = Dispatch.Run<T, GroupMaxima<T>, GroupMaxima<T>.Pair>(new(row.X, row.Y, n, group));
        double positive = double.CreateTruncating(largest.Inside) * inverseTemperature;
        double negative = double.CreateTruncating(largest.Outside) * inverseTemperature;

        // Where all are masked their exponentials are 0 by any shift but an infinite one.
        WideRow.Fill(numbers, 2, double.IsNegativeInfinity(positive) ? 0 : positive);
        WideRow.Fill(numbers, 3, double.IsNegativeInfinity(negative) ? 0 : negative);
        RowTotals sums = WideRow.Sum<T, Exponentials>(row, n, numbers);
        double ratio = negative - positive + (ScalarMath.Log(sums.Second) - ScalarMath.Log(sums.First));
        return new(sums.First, sums.Second, sums.Third, count, ratio);
    }

    private double Loss(in Terms terms)
    {
        double loss = ScalarMath.Softplus(terms.Ratio);
        if (isInside) return loss + ScalarMath.Log(terms.Count);
        return loss + (double.IsInfinity(terms.Distances) ? terms.Distances : ScalarMath.Log(terms.Positives) + (terms.Distances / terms.Count));
    }

    private void Write(T* gradient, in WideRows<T> row, nint n, in Terms terms, double loss, double scale, double* numbers)
    {
        if (double.IsNaN(loss))
        {
            new Span<T>(gradient, (int)n).Fill(T.NaN);
            return;
        }

        // p_c of a negative; of a positive p_c less its share of 1, both written so that a lone positive has exactly -N / (N + P).
        double share = ScalarMath.Sigmoid(terms.Ratio) * scale;
        bool hasPositives = terms.Positives > 0;
        WideRow.Fill(numbers, 4, terms.Negatives > 0 ? share / terms.Negatives : 0);
        WideRow.Fill(numbers, 5, hasPositives && !isInside ? scale / terms.Positives : 0);
        WideRow.Fill(numbers, 6, hasPositives && isInside ? 0 : -scale / terms.Count);
        WideRow.Fill(numbers, 7, hasPositives ? share / terms.Positives : 0);
        WideRow.Map<T, Slopes>(row, new(gradient), n, numbers);
    }

    /// <summary>Of one row: P, N, the positives' distances from the largest, their number, and ln N - ln P.</summary>
    private readonly record struct Terms(double Positives, double Negatives, double Distances, double Count, double Ratio);

    /// <summary>e^(x / tau) over the largest of its kind; 0 of the row's own.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Exponential<V>(V logit, V group, V shift)
        where V : unmanaged, IPacked<V, double>, IVector<V> => V.Exp(logit - shift) & V.Equal(group, group);

    private readonly struct Exponentials : IRowSums
    {
        public static int Inputs => 2;

        public static int Sums => 3;

        public static int Numbers => 4;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add<V>(V x, V y, V z, double* p, ref V first, ref V second, ref V third)
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            V isPositive = V.Equal(y, V.Load(p + N)), logit = x * V.Load(p), shift = V.Where(isPositive, V.Load(p + (2 * N)), V.Load(p + (3 * N)));
            V e = Exponential(logit, y, shift);
            first += e & isPositive;
            second += V.AndNot(isPositive, e);
            third += (shift - logit) & isPositive;
        }
    }

    private readonly struct Slopes : IRowMap
    {
        public static int Inputs => 2;

        public static int Outputs => 1;

        public static int Numbers => 8;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V x, V y, V z, double* p, out V second, out V third)
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            second = third = default;
            V isPositive = V.Equal(y, V.Load(p + N)), shift = V.Where(isPositive, V.Load(p + (2 * N)), V.Load(p + (3 * N)));
            V e = Exponential(x * V.Load(p), y, shift);
            V pulled = V.Fma(e, V.Load(p + (5 * N)), V.Load(p + (6 * N))) - (e * V.Load(p + (7 * N)));
            return V.Where(isPositive, pulled, e * V.Load(p + (4 * N)));
        }
    }
}
