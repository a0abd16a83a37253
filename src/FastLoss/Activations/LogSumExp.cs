using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// ln(sum_i e^x_i), the smooth maximum. Stable for every finite input, one pass over memory, within 1 ULP plus 6e-7 (float)
/// or 1e-15 (double) absolute.
/// </summary>
/// <remarks>
/// -infinity for no elements or only -infinities; +infinity when an element is; NaN when one is. No call allocates. The
/// same input gives the same bits on every machine.
/// </remarks>
public static partial class LogSumExp
{
    /// <summary>The log-sum-exp of all elements.</summary>
    /// <param name="logits">x; may be empty.</param>
    /// <param name="threads">
    /// Threads to use from 256K elements on: 0 or 1 for the caller's alone, -1 for one a processor. The bits are the same; with
    /// threads a call allocates a few hundred bytes for their work, however long the data.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is less than -1.</exception>
    public static T Compute<T>(ReadOnlySpan<T> logits, int threads = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Threads(threads);
        Guard.Float<T>();
        T result = default;
        if (logits.IsEmpty) return T.NegativeInfinity;
        SoftmaxRows.LogSumExp(logits, logits.Length, new Span<T>(ref result), threads);
        return result;
    }

    /// <summary>The log-sum-exp of every row of <paramref name="classCount"/> elements.</summary>
    /// <param name="logits">Rows of logits, row-major.</param>
    /// <param name="classCount">The length of a row, at least 1.</param>
    /// <param name="destination">Receives one number for each row; apart from the logits.</param>
    /// <param name="threads">
    /// Threads to use from 256K elements on: 0 or 1 for the caller's alone, -1 for one a processor. The bits are the same; with
    /// threads a call allocates a few hundred bytes for their work, however long the data.
    /// </param>
    /// <exception cref="ArgumentException">The logits are not whole rows, the destination is not as long as there are rows, or they overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="classCount"/> is less than 1.</exception>
    public static void Compute<T>(ReadOnlySpan<T> logits, int classCount, Span<T> destination, int threads = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Threads(threads);
        Guard.Float<T>();
        int rows = Guard.Rows(logits, classCount);
        Guard.Length<T>(destination, rows, "one number for each row");
        Guard.Writes(destination).Apart(logits);
        SoftmaxRows.LogSumExp(logits, classCount, destination, threads);
    }
}
