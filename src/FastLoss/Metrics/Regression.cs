using System.Numerics;
using System.Numerics.Tensors;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>How much of the targets' variation predictions explain.</summary>
public static class Regression
{
    private const int BlockLength = 1024;

    /// <summary>
    /// The coefficient of determination, 1 - sum (t - y)^2 / sum (t - mean t)^2: 1 where all predictions are right, 0 for those that are the
    /// mean, negative for worse.
    /// </summary>
    /// <param name="predictions">A number y for each sample.</param>
    /// <param name="targets">As many, t.</param>
    /// <returns>
    /// NaN where the targets do not vary, of fewer than two samples, and where a prediction or target is NaN; -infinity where a prediction is
    /// infinite.
    /// </returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <remarks>
    /// Both sums are exact sums of squares within 2 ULP of the element type, the second about the mean itself: large equal parts of targets cost no digits.
    /// The samples are read twice; no call allocates. The same input gives the same bits on every machine.
    /// </remarks>
    public static double R2<T>(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        Guard.SameLength(predictions, targets);
        if (targets.Length < 2) return double.NaN;
        if (TensorPrimitives.Min(targets) == TensorPrimitives.Max(targets)) return double.NaN;
        ExactSum sum = default;
        sum.Add(targets);
        T near = T.CreateTruncating(sum.ToDouble() / targets.Length);

        // The mean less the number beside it, exactly before the division: n times that number is the sum of two doubles.
        double one = double.CreateTruncating(near), product = one * targets.Length;
        sum.Add(-product);
        sum.Add(-Math.FusedMultiplyAdd(one, targets.Length, -product));
        double beside = sum.ToDouble() / targets.Length;
        Span<T> means = stackalloc T[BlockLength];
        means.Fill(near);
        LossTally squares = default;
        foreach ((int start, int count) in new Blocks(targets.Length, BlockLength))
        {
            squares += Loss.Evaluate<SquaredError, T>(default, targets.Slice(start, count), means[..count]);
        }

        // About a number beside the mean the sum is larger, by the square of the distance for each sample.
        double total = squares.Sum - (targets.Length * beside * beside);
        double error = Loss.Evaluate<SquaredError, T>(default, predictions, targets).Sum;
        return total > 0 && double.IsFinite(total) ? 1 - (error / total) : double.NaN;
    }
}
