using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>Scans of label spans.</summary>
internal static unsafe class Labels
{
    /// <summary>The index of the first label outside 0 to classCount - 1; -1 when all are inside.</summary>
    public static int IndexOutOfRange(ReadOnlySpan<int> labels, int classCount)
    {
        fixed (int* p = labels)
        {
            int i = FirstSuspect(p, labels.Length, classCount);
            for (; i < labels.Length; i++)
            {
                if ((uint)p[i] >= (uint)classCount) return i;
            }
        }

        return -1;
    }

    /// <summary>
    /// The index of the first label that is no class, 0 to classCount - 1, of a row that counts: one whose weight is not 0, whose mask is
    /// true and whose label is not ignored; -1 when there is none. Each of these may be missing.
    /// </summary>
    public static int IndexOutOfRange<T, TLabel>(
        ReadOnlySpan<TLabel> labels, int classCount, ReadOnlySpan<T> weights, ReadOnlySpan<bool> mask, Int128? ignored)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        if (typeof(TLabel) == typeof(int) && IndexOutOfRange(MemoryMarshal.Cast<TLabel, int>(labels), classCount) < 0) return -1;
        for (int r = 0; r < labels.Length; r++)
        {
            // As the integer it is: neither a large label nor a negative one may wrap to a class.
            if ((ulong)long.CreateSaturating(labels[r]) < (ulong)classCount) continue;
            bool isSkipped = (!weights.IsEmpty && weights[r] == T.Zero) || (!mask.IsEmpty && !mask[r])
                || (ignored is Int128 label && Is(labels[r], label));
            if (!isSkipped) return r;
        }

        return -1;
    }

    /// <summary>The index of the first positive that is neither -1 nor another row of the square; -1 when there is none.</summary>
    public static int IndexOfBadPositive(ReadOnlySpan<int> positives)
    {
        for (int r = 0; r < positives.Length; r++)
        {
            if (positives[r] < -1 || positives[r] >= positives.Length || positives[r] == r) return r;
        }

        return -1;
    }

    /// <summary>A multiple of a vector's length up to which all labels are in range.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static int FirstSuspect(int* labels, int n, int classCount)
    {
        Vector512<uint> limit = Vector512.Create((uint)classCount);
        int i = 0;
        while (i <= n - 16 && Vector512.LessThanAll(Vector512.Load((uint*)labels + i), limit)) i += 16;
        return i;
    }

    /// <summary>How many of n numbers are this one.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static nint CountEqual<T>(T* x, nint n, T value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        nint i = 0, count = 0, whole = n & -(2 * Vector256<T>.Count);
        Vector256<T> sought = Vector256.Create(value);
        for (; i < whole; i += 2 * Vector256<T>.Count)
        {
            Vector256<T> a = Vector256.Equals(Vector256.Load(x + i), sought), b = Vector256.Equals(Vector256.Load(x + i + Vector256<T>.Count), sought);
            if ((a | b) == Vector256<T>.Zero) continue;
            count += BitOperations.PopCount(a.ExtractMostSignificantBits()) + BitOperations.PopCount(b.ExtractMostSignificantBits());
        }

        for (; i < n; i++) count += x[i] == value ? 1 : 0;
        return count;
    }

    /// <summary>The labels as ints; those that no int holds lose their high bits.</summary>
    public static void Truncate<TLabel>(ReadOnlySpan<TLabel> labels, Span<int> destination)
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        if (typeof(TLabel) == typeof(int))
        {
            MemoryMarshal.Cast<TLabel, int>(labels).CopyTo(destination);
            return;
        }

        for (int i = 0; i < labels.Length; i++) destination[i] = int.CreateTruncating(labels[i]);
    }

    /// <summary>Whether the label is this integer, whatever its type: a large unsigned one is not a negative one.</summary>
    public static bool Is<TLabel>(TLabel label, Int128 value)
        where TLabel : unmanaged, IBinaryInteger<TLabel> =>
        Int128.CreateTruncating(label) == value && TLabel.IsNegative(label) == Int128.IsNegative(value);

    /// <summary>A bit for each of up to 64 labels that is <paramref name="value"/>.</summary>
    public static ulong Equal<TLabel>(ReadOnlySpan<TLabel> labels, Int128 value)
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        ulong equal = 0;
        int i = 0;
        TLabel label = TLabel.CreateTruncating(value);
        if (!Is(label, value)) return 0;
        if (typeof(TLabel) == typeof(int))
        {
            ReadOnlySpan<int> ints = MemoryMarshal.Cast<TLabel, int>(labels);
            Vector512<int> sought = Vector512.Create((int)value);
            for (; i <= ints.Length - 16; i += 16)
            {
                equal |= Vector512.Equals(Vector512.Create(ints[i..]), sought).ExtractMostSignificantBits() << i;
            }
        }

        for (; i < labels.Length; i++)
        {
            if (labels[i] == label) equal |= 1UL << i;
        }

        return equal;
    }
}
