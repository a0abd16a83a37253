using System.Runtime.CompilerServices;
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
}
