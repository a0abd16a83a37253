using System.Numerics;

namespace FastLoss.Kernels;

/// <summary>
/// What the kernels of labelled rows are asked for: a loss's parameters and a call's options, checked and read before. Logits are first
/// capped, then divided by the temperature; p is the softmax of that. With targets q (a label's is 1 at its class) smoothed to
/// q (1 - e) + e / C, a row's loss is r (sum_c -w_c q_c (1 - p_c)^gamma ln p_c + z (ln sum e^x)^2).
/// </summary>
internal readonly ref struct CrossEntropyOptions<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>w; none when empty.</summary>
    public ReadOnlySpan<T> ClassWeights { get; init; }

    /// <summary>r; none when empty. A row of weight 0 is skipped.</summary>
    public ReadOnlySpan<T> RowWeights { get; init; }

    /// <summary>Rows with this label are skipped.</summary>
    public Int128? IgnoreLabel { get; init; }

    /// <summary>e.</summary>
    public double LabelSmoothing { get; init; }

    public double? Temperature { get; init; }

    public double? LogitSoftcap { get; init; }

    /// <summary>z.</summary>
    public double ZLoss { get; init; }

    /// <summary>gamma.</summary>
    public double FocalGamma { get; init; }
}
