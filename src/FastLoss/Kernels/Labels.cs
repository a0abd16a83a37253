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

    /// <summary>A multiple of a vector's length up to which all labels are in range.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static int FirstSuspect(int* labels, int n, int classCount)
    {
        Vector512<uint> limit = Vector512.Create((uint)classCount);
        int i = 0;
        while (i <= n - 16 && Vector512.LessThanAll(Vector512.Load((uint*)labels + i), limit)) i += 16;
        return i;
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
