using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <content>Sums relative to one of the row's own logits, whatever the row holds.</content>
internal static unsafe partial class ExpSum<V, T>
{
    /// <summary>
    /// The sum of e^(x[i] - max) over all i but <paramref name="skip"/>, where <paramref name="max"/> is the largest of those: 1 or more; 0 when
    /// all are -infinity or there is none. NaN when one is NaN or +infinity.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Relative(T* x, nint n, nint skip, T max, int threads = 0)
    {
        if (!T.IsFinite(max)) return T.IsNegativeInfinity(max) && !HasNaN(x, n, skip) ? 0 : double.NaN;
        RowShift<T> shift = RowShift<T>.Divide(max);
        return Scaled<No>(x, null, n, skip, shift, threads) / ExpSum.Scale<T>() / ScalarMath.Exp(shift.Below(double.CreateTruncating(max)));
    }

    /// <summary>
    /// The sum of e^(x[i] - max) over all i but <paramref name="largest"/>, where the row's largest element, <paramref name="max"/>, stands: its
    /// digits are kept where they are few against 1, and what is -infinity adds nothing. NaN for a row without softmax.
    /// </summary>
    public static double Others(T* x, nint n, T max, nint largest, int threads = 0) => Others<No>(x, null, n, max, largest, out _, threads);

    /// <summary>
    /// The same; with <typeparamref name="TStored"/> the scaled exponentials of all elements are left in <paramref name="e"/>, that of the
    /// largest being <paramref name="top"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Others<TStored>(T* x, T* e, nint n, T max, nint largest, out double top, int threads = 0)
        where TStored : struct, IFlag
    {
        top = double.NaN;
        if (!T.IsFinite(max)) return double.NaN;
        double wide = double.CreateTruncating(max);
        RowShift<T> shift = IsNear(wide) ? default : RowShift<T>.Divide(max);
        double scaled = Scaled<TStored>(x, e, n, largest, shift, threads);
        top = ExpSum.Scale<T>() * ScalarMath.Exp(shift.Below(wide));
        if (scaled >= n * LeastShare()) return scaled / top;

        // So far below the largest that what the kernel's clamp adds would be heard: relative to the next largest.
        T next = Max(x, n, largest);
        double sum = Relative(x, n, largest, next, threads);
        double distance = ScalarMath.Difference(double.CreateTruncating(next), wide, out double lost);
        return sum == 0 ? 0 : sum * ScalarMath.Exp(distance, lost);
    }

    /// <summary>Whether a row with this largest element needs nothing divided out: floats so near 0 that one part of ln 2 does.</summary>
    private static bool IsNear(double max) => typeof(T) == typeof(float) ? Math.Abs(max) <= 11 : Math.Abs(max) <= 100;

    /// <summary>2^25 and 2^54 times what an element that <see cref="ExpKernel{V, T}"/> clamps adds to a scaled sum.</summary>
    private static double LeastShare() => typeof(T) == typeof(float) ? 3.9443045261050590e-31 : 4.0083367200179456e-292;

    /// <summary>Whether an element but <paramref name="skip"/> is NaN.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static bool HasNaN(T* x, nint n, nint skip)
    {
        for (nint i = 0; i < n; i += V.Count)
        {
            V v = V.LoadFirst(x + i, (int)Math.Min(V.Count, n - i));
            V isNumber = V.Equal(v, v);
            if (skip >= i && skip < i + V.Count) isNumber |= V.OneLane((int)(skip - i));
            if (V.Bits(isNumber) != ulong.MaxValue >> (64 - V.Count)) return true;
        }

        return false;
    }
}
