using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>One row of logits too long for <see cref="SmallRows"/>: probabilities, log-probabilities, log-sum-exp.</summary>
internal static unsafe class SoftmaxRow<V, T>
    where V : unmanaged, IPacked<V, T>, IVector<V>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>probabilities[i] = e^x[i] / sum e^x. They may be x.</summary>
    public static void Softmax(T* x, T* probabilities, nint n, int threads = 0)
    {
        RowShift<T> shift = RowShift<T>.Guess<V>(x, n);
        bool reloads = Reloads(x, probabilities, n)
            || (x == probabilities && n * sizeof(T) < ScaleExp.StreamBytes && !Chunks.IsParallel(n, threads) && IsSurelyExact(x, n, shift));
        double sum = reloads
            ? ExpSum<V, T>.Scaled<Yes>(x, probabilities, n, -1, shift, threads)
            : ExpSum<V, T>.Scaled<No>(x, null, n, -1, shift, threads);
        if (!ExpSum.IsExact<T>(sum))
        {
            ShiftedSoftmax(x, probabilities, n, threads);
        }
        else if (reloads)
        {
            ScaleExp<V, T>.Reload(probabilities, probabilities, n, 1 / sum, threads);
        }
        else
        {
            ScaleExp<V, T>.Recompute(x, probabilities, n, shift, 1 / sum, threads);
        }
    }

    /// <summary>The probabilities of a row whose exponentials alone do not do.</summary>
    public static void ShiftedSoftmax(T* x, T* probabilities, nint n, int threads = 0)
    {
        RowShift<T> shift = RowShift<T>.Divide(ExpSum<V, T>.Max(x, n, -1));
        double sum = ExpSum<V, T>.Scaled<No>(x, null, n, -1, shift, threads);
        ScaleExp<V, T>.Recompute(x, probabilities, n, shift, 1 / sum, threads);
    }

    /// <summary>
    /// Whether the first pass leaves the exponentials in the destination for the second. In place it must not: a row that
    /// turns out to need its maximum subtracted is read again.
    /// </summary>
    public static bool Reloads(T* x, T* destination, nint n) => x != destination && n * sizeof(T) < ScaleExp.StreamBytes;

    /// <summary>
    /// Whether the scaled sum will be exact, by the largest element: then exponentials may overwrite a row in place, and reading it
    /// once more for the maximum is cheaper than taking them twice (0.23 against 0.31 ns per float at 8192).
    /// </summary>
    private static bool IsSurelyExact(T* x, nint n, in RowShift<T> shift)
    {
        double max = shift.Below(double.CreateTruncating(ExpSum<V, T>.Max(x, n, -1)));
        (double least, double most) = typeof(T) == typeof(float) ? (-11.0, 70.0) : (-177.0, 515.0);
        return max >= least && max <= most - Math.Log(n);
    }

    /// <summary>ln sum e^x: -infinity for no elements or only -infinities, +infinity when one is, NaN when one is.</summary>
    public static double LogSumExp(T* x, nint n, int threads = 0)
    {
        RowShift<T> guess = RowShift<T>.Guess<V>(x, n);
        double sum = ExpSum<V, T>.Scaled<No>(x, null, n, -1, guess, threads);
        if (ExpSum.IsExact<T>(sum)) return ScalarMath.Log(sum, guess.Power - ExpSum.Exponent<T>());
        return ShiftedLogSumExp(x, n, threads);
    }

    /// <summary>The log-sum-exp of a row whose exponentials alone do not do.</summary>
    public static double ShiftedLogSumExp(T* x, nint n, int threads = 0)
    {
        T max = ExpSum<V, T>.Max(x, n, -1);
        if (T.IsInfinity(max) && !ExpSum<V, T>.HasNaN(x, n, -1)) return double.CreateTruncating(max);
        RowShift<T> shift = RowShift<T>.Divide(max);
        double sum = ExpSum<V, T>.Scaled<No>(x, null, n, -1, shift, threads);
        return double.CreateTruncating(shift.Offset) + ScalarMath.Log(sum, shift.Power - ExpSum.Exponent<T>());
    }

    /// <summary>
    /// destination[i] = x[i] - ln sum e^x, as (x[i] - max) - ln(1 + the other elements' sum relative to the largest): so the
    /// largest element's own log-probability keeps its digits when the row is confident.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // out of SmallRows' blocks, which need it seldom
    public static void LogSoftmax(T* x, T* destination, nint n, int threads = 0)
    {
        T max = ExpSum<V, T>.Max(x, n, -1);
        double others = ExpSum<V, T>.Others(x, n, max, ArgMax<V, T>.IndexOf(x, n, max), threads);
        if (double.IsNaN(others))
        {
            new Span<T>(destination, (int)n).Fill(T.NaN); // -infinity less a NaN too: the row has no softmax
            return;
        }

        ElementSpans<T> row = new() { First = new(x, (int)n), Results = new(destination, (int)n), Threads = threads };
        ElementPass.Sum(row, new SubtractTwice(double.CreateTruncating(max), ScalarMath.Log1P(others)));
    }

    /// <summary>(x - first) - second.</summary>
    private readonly struct SubtractTwice(double first, double second) : IElementOperator
    {
        public static ElementParts Parts
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => ElementParts.Result;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Apply<TVector>(TVector x, TVector unused, TVector third, TVector weight, ref TVector sum, out TVector secondResult)
            where TVector : unmanaged, IVector<TVector>
        {
            secondResult = default;
            return (x - TVector.Parameter(first)) - TVector.Parameter(second);
        }
    }
}
