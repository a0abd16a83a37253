using System.Numerics;

namespace FastLoss.Kernels;

/// <summary>A checked call of a loss of rows of scores: what it reads and writes, which rows count, and how it runs.</summary>
internal ref struct RowCall<T, TLabel>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLabel : unmanaged, IBinaryInteger<TLabel>
{
    public ReadOnlySpan<T> Scores;

    /// <summary>The scores in half precision, where T is float and <see cref="Scores"/> is empty.</summary>
    public ReadOnlySpan<Half> HalfScores;

    public RowLayout Layout;

    /// <summary>A label for each row; empty with targets.</summary>
    public ReadOnlySpan<TLabel> Labels;

    /// <summary>A target for each score; empty with labels.</summary>
    public ReadOnlySpan<T> Targets;

    /// <summary>What each row weighs; empty for 1.</summary>
    public ReadOnlySpan<T> Weights;

    /// <summary>True for each row that counts; empty for all.</summary>
    public ReadOnlySpan<bool> Mask;

    public ReadOnlySpan<T> ClassWeights;

    /// <summary>Classes that no row has, whatever their scores; in ascending order.</summary>
    public ReadOnlySpan<int> ClosedClasses;

    /// <summary>Rows with this label are skipped.</summary>
    public Int128? IgnoreLabel;

    /// <summary>Rows without a finite score are skipped.</summary>
    public bool SkipsMaskedRows;

    public double? Denominator;

    /// <summary>What the rows of all calls weigh of which this is a part; null for those of this one.</summary>
    public double? WeightOfAll;

    /// <summary>Only weight and number of the rows are wanted.</summary>
    public bool WeighsOnly;

    /// <summary>The gradient is added to what stands there.</summary>
    public bool Accumulates;

    public int Threads;

    /// <summary>Empty where it is not wanted.</summary>
    public Span<T> Gradient;

    /// <summary>Empty where they are not wanted.</summary>
    public Span<T> Losses;

    public readonly int Rows => HalfScores.IsEmpty ? Layout.Rows(Scores.Length) : Layout.Rows(HalfScores.Length);

    /// <summary>Whether every row counts, and as 1.</summary>
    public readonly bool CountsAll => Weights.IsEmpty && Mask.IsEmpty && IgnoreLabel == null && !SkipsMaskedRows;

    /// <summary>What the gradient is multiplied by: 1 / the denominator or the weight; 0 where there is no mean.</summary>
    public readonly double Scale(double weight)
    {
        double divisor = Denominator ?? weight;
        return divisor == 0 ? 0 : 1 / divisor;
    }
}

/// <summary>What rows add up to; every part is exact, so parts of rows may be added in any order.</summary>
internal struct RowTally
{
    /// <summary>The losses, z-loss included.</summary>
    public ExactSum Sum;

    /// <summary>What z-loss added to them.</summary>
    public ExactSum ZSum;

    /// <summary>What the rows weigh that do not count as <see cref="Ones"/>.</summary>
    public ExactSum Weight;

    /// <summary>Rows of weight 1, where all are.</summary>
    public long Ones;

    /// <summary>The rows that count.</summary>
    public long Count;

    public void Add(in RowTally other)
    {
        Sum.Add(other.Sum);
        ZSum.Add(other.ZSum);
        Weight.Add(other.Weight);
        Ones += other.Ones;
        Count += other.Count;
    }
}
