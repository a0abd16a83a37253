using System.Numerics;

namespace FastLoss.Kernels;

/// <summary>A loss of rows of scores, whether labels or targets say what is right.</summary>
internal interface IRowsLoss
{
    void Run<T, TLabel>(scoped in RowCall<T, TLabel> call, ref RowTally totals)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>;
}

/// <summary>A checked call of a loss of a linear classifier's scores; see <see cref="RowCall{T, TLabel}"/>, which a chunk of it becomes.</summary>
internal ref struct LinearCall<T, TLabel>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TLabel : unmanaged, IBinaryInteger<TLabel>
{
    public ReadOnlySpan<T> Hidden;

    public int Features;

    /// <summary>A row of features for each class.</summary>
    public ReadOnlySpan<T> ClassRows;

    public ReadOnlySpan<T> Bias;

    public int ClassCount;

    /// <summary>Rows whose scores exist at once; 0 for as many as are usual.</summary>
    public int ChunkRows;

    public ReadOnlySpan<TLabel> Labels;

    public ReadOnlySpan<T> Targets;

    public ReadOnlySpan<T> Weights;

    public ReadOnlySpan<bool> Mask;

    public ReadOnlySpan<T> ClassWeights;

    public Int128? IgnoreLabel;

    public bool SkipsMaskedRows;

    public double? Denominator;

    public bool Accumulates;

    public int Threads;

    public bool HasGradient;

    public Span<T> HiddenGradient;

    public Span<T> ClassGradient;

    public Span<T> BiasGradient;

    /// <summary>Empty where they are not wanted.</summary>
    public Span<T> Losses;

    public readonly int Rows => Hidden.Length / Features;

    /// <summary>Whether a row counts, as far as is known without its scores.</summary>
    public readonly bool Counts(int row) =>
        (Weights.IsEmpty || Weights[row] != T.Zero) && (Mask.IsEmpty || Mask[row]) && (IgnoreLabel is not Int128 ignored || !FastLoss.Kernels.Labels.Is(Labels[row], ignored));
}
