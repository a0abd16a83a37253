using System.Numerics;

namespace FastLoss;

/// <summary>
/// What softmax cross-entropy can be asked for beside the plain loss, all combined freely. Logits are first capped, then divided by
/// the temperature; p is the softmax of that. With targets q (a label's is 1 at its class) smoothed to q (1 - e) + e / C, a row's
/// loss is r (sum_c -w_c q_c (1 - p_c)^gamma ln p_c + z (ln sum e^x)^2), and r's share of the weight is r w_label with
/// labels, r with targets.
/// </summary>
/// <typeparam name="T">The element type, float or double.</typeparam>
public readonly ref struct CrossEntropyOptions<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>w, a factor for each class; none when empty.</summary>
    public ReadOnlySpan<T> ClassWeights { get; init; }

    /// <summary>
    /// r, a factor for each row; none when empty. A row of weight 0 is skipped, whatever it holds. Weights that sum to 0 have no mean: it
    /// is NaN, and the gradient zeros.
    /// </summary>
    public ReadOnlySpan<T> RowWeights { get; init; }

    /// <summary>
    /// Rows with this label are skipped before anything of them is read; it need not be a class. Their gradient is 0. Labels are
    /// compared as the integers they are: of a type that cannot hold it, none is skipped.
    /// </summary>
    public Int128? IgnoreLabel { get; init; }

    /// <summary>e, 0 to 1: how much of each target is spread over all classes.</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>What logits are divided by, positive and finite as a <typeparamref name="T"/>, and so its inverse; 1 when null.</summary>
    public double? Temperature { get; init; }

    /// <summary>s, positive and finite as a <typeparamref name="T"/>, and so its inverse: logits become s tanh(x / s). None when null.</summary>
    public double? LogitSoftcap { get; init; }

    /// <summary>z, 0 or more: the factor of the squared log-sum-exp, which keeps logits from drifting. It is times r, not w.</summary>
    public double ZLoss { get; init; }

    /// <summary>gamma, 0 or more: how fast well-classified rows fade.</summary>
    public double FocalGamma { get; init; }

    /// <summary>
    /// What the gradient is divided by instead of the sum of the weights. It changes no tally: those of micro-batches add to that of the batch.
    /// Positive and finite as a <typeparamref name="T"/>, and so its inverse.
    /// </summary>
    public double? Denominator { get; init; }
}
