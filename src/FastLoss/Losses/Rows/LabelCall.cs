using System.Numerics;
using FastLoss.Kernels;

namespace FastLoss;

/// <summary>
/// A checked call of a loss of rows of scores: rows next to each other, weights that are 0 where a row is masked, and destinations that may
/// be written at once.
/// </summary>
internal ref struct LabelCall<T, TLabel>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLabel : unmanaged, IBinaryInteger<TLabel>
{
    public ReadOnlySpan<T> Scores;
    public int Classes;

    /// <summary>A label for each row; empty with targets.</summary>
    public ReadOnlySpan<TLabel> Labels;

    /// <summary>A target for each score; empty with labels.</summary>
    public ReadOnlySpan<T> Targets;

    public ReadOnlySpan<T> Weights;
    public ReadOnlySpan<T> ClassWeights;
    public Int128? IgnoreLabel;
    public double? Denominator;
    public int Threads;

    /// <summary>Empty where it is not wanted.</summary>
    public Span<T> Gradient;

    /// <summary>Empty where they are not wanted.</summary>
    public Span<T> Losses;

    /// <summary>What z-loss has of the sum; set by the loss.</summary>
    public LossTally ZLoss;

    public readonly int Rows => Scores.Length / Classes;

    public readonly bool CountsAllRows => Weights.IsEmpty && ClassWeights.IsEmpty && IgnoreLabel == null;

    /// <summary>What the gradient is multiplied by: 1 / the denominator or the weight; 0 where there is no mean.</summary>
    public readonly double Scale(double weight)
    {
        double divisor = Denominator ?? weight;
        return divisor == 0 ? 0 : 1 / divisor;
    }

    /// <summary>The tally of the call; a gradient without a mean becomes zeros.</summary>
    public readonly LossTally Tally(in ExactSum sum, in ExactSum weight, long count)
    {
        if (Scale(weight.ToDouble()) == 0) Gradient.Clear();
        return new(sum, weight, count);
    }
}

/// <summary>What a call of a loss of rows writes.</summary>
internal enum Wanted
{
    Nothing,
    Gradient,
    Losses,
}
