using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <content>The gradient.</content>
public static partial class LogSumExp
{
    /// <summary>The gradient with respect to the logits: the softmax of each row times the gradient g of its log-sum-exp, g p_i.</summary>
    /// <remarks>
    /// Within the error of <see cref="Softmax"/> and one rounding, at any offset: it takes the logits and not the rounded log-sum-exp,
    /// whose last digit is a share of every probability. A row of only -infinity (unless <see cref="MaskedRows.Zeros"/> is asked for), or with
    /// +infinity or NaN, becomes NaN, never its neighbours.
    /// </remarks>
    /// <param name="logits">What <see cref="Compute{T}(ReadOnlySpan{T}, int, Span{T}, int)"/> was given.</param>
    /// <param name="classCount">The length of a row, at least 1.</param>
    /// <param name="outputGradient">The gradient with respect to each row's log-sum-exp.</param>
    /// <param name="gradient">As long as the logits; exactly the logits, or apart from them, and apart from the output's gradient.</param>
    /// <param name="maskedRows">What the gradient of a row becomes whose logits are all -infinity: NaN, or 0.</param>
    /// <exception cref="ArgumentException">
    /// The logits are not whole rows, a length does not fit, or the gradient overlaps an input.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="classCount"/> is less than 1, or maskedRows none of its values.
    /// </exception>
    public static void Backward<T>(
        ReadOnlySpan<T> logits, int classCount, ReadOnlySpan<T> outputGradient, Span<T> gradient, MaskedRows maskedRows = MaskedRows.NaN)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        int rows = Guard.Rows(logits, classCount);
        Guard.Length(outputGradient, rows, "one number for each row");
        Guard.SameLength<T, T>(gradient, logits);
        Guard.Writes(gradient).Over(logits).Apart(outputGradient);
        using MaskedRowList list = MaskedRowList.Of(logits, classCount, maskedRows);
        ScaledRows.Softmax(logits, classCount, outputGradient, gradient);
        list.Fill(gradient, classCount, T.Zero);
    }
}
