using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>The loss functions of the subject, one call each.</summary>
public static partial class Loss
{
    /// <summary>
    /// The sum of squared errors, 1/2 sum (y_i - t_i)^2, summed so that its relative error stays below 1e-6 (float) at
    /// any length. 0 for empty spans; NaN when an element is.
    /// </summary>
    /// <param name="predictions">y.</param>
    /// <param name="targets">t, as many.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static T SumOfSquaredErrors<T>(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        Guard.SameLength(predictions, targets);
        return T.CreateTruncating(ElementPass.Sum(new ElementSpans<T> { First = predictions, Second = targets }, default(SumOperators.HalfSquaredError)));
    }

    /// <summary>The sum of squared errors of half-precision numbers, computed in float: the bits of widening them first.</summary>
    /// <param name="predictions">y.</param>
    /// <param name="targets">t, as many.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static float SumOfSquaredErrors(ReadOnlySpan<Half> predictions, ReadOnlySpan<Half> targets)
    {
        Guard.SameLength(predictions, targets);
        return (float)WidenedRows.HalfSquaredErrors(predictions, targets);
    }

    /// <summary>
    /// The mean over a mini-batch of each row's sum of squared errors, not their sum: 1/(2N) sum (y_i - t_i)^2 over N rows of
    /// <paramref name="columns"/> elements. NaN for no rows.
    /// </summary>
    /// <exception cref="ArgumentException">The lengths differ, or are not whole rows.</exception>
    public static T SumOfSquaredErrors<T>(ReadOnlySpan<T> predictions, int columns, ReadOnlySpan<T> targets)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        Guard.SameLength(predictions, targets);
        int rows = Guard.Rows(predictions, columns);
        double sum = ElementPass.Sum(new ElementSpans<T> { First = predictions, Second = targets }, default(SumOperators.HalfSquaredError));
        return T.CreateTruncating(sum / rows);
    }

    /// <summary>
    /// The cross-entropy error of probabilities y against targets t (soft, or one-hot): -sum t_i ln(y_i + 1e-7). The 1e-7
    /// keeps a probability of 0 from making the error infinite; from logits use <see cref="SoftmaxCrossEntropy"/>, which needs no
    /// such crutch. 0 for empty spans; NaN for NaN, or for a y below -1e-7.
    /// </summary>
    /// <param name="probabilities">y.</param>
    /// <param name="targets">t, as many.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static T CrossEntropyError<T>(ReadOnlySpan<T> probabilities, ReadOnlySpan<T> targets)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        Guard.SameLength(probabilities, targets);
        return T.CreateTruncating(ElementPass.Sum(new ElementSpans<T> { First = probabilities, Second = targets }, default(SumOperators.CrossEntropy)));
    }

    /// <summary>
    /// The mini-batch mean of the cross-entropy error of N rows of <paramref name="classCount"/> probabilities against as many
    /// targets: -1/N sum t_i ln(y_i + 1e-7). NaN for no rows.
    /// </summary>
    /// <exception cref="ArgumentException">The lengths differ, or are not whole rows.</exception>
    public static T CrossEntropyError<T>(ReadOnlySpan<T> probabilities, int classCount, ReadOnlySpan<T> targets)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        Guard.SameLength(probabilities, targets);
        int rows = Guard.Rows(probabilities, classCount);
        double sum = ElementPass.Sum(new ElementSpans<T> { First = probabilities, Second = targets }, default(SumOperators.CrossEntropy));
        return T.CreateTruncating(sum / rows);
    }

    /// <summary>
    /// The mini-batch mean of the cross-entropy error of N rows of <paramref name="classCount"/> probabilities against a class
    /// index for each: -1/N sum_n ln(y_(n, label n) + 1e-7). NaN for no rows.
    /// </summary>
    /// <exception cref="ArgumentException">The probabilities are not whole rows, or not as many rows as labels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class; <paramref name="classCount"/> is less than 1.</exception>
    public static T CrossEntropyError<T>(ReadOnlySpan<T> probabilities, int classCount, ReadOnlySpan<int> labels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        int rows = Guard.Rows(probabilities, classCount);
        if (rows != labels.Length) Throw.LengthIsNot(nameof(labels), labels.Length, rows, $"a label for each row of {classCount} probabilities");
        Guard.Labels(labels, classCount);
        return T.CreateTruncating(LabelledRows.CrossEntropy(probabilities, classCount, labels) / rows);
    }
}
