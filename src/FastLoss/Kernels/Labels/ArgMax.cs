using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>Where the largest element of a row stands.</summary>
internal static unsafe class ArgMax
{
    public static void Rows<T>(ReadOnlySpan<T> scores, int columns, Span<int> indices)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* row = scores)
        {
            for (int i = 0; i < indices.Length; i++) indices[i] = Of(row + ((nint)i * columns), columns);
        }
    }

    /// <summary>How many rows have their largest element at their label.</summary>
    public static int CountAt<T>(ReadOnlySpan<T> scores, int columns, ReadOnlySpan<int> labels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int count = 0;
        fixed (T* row = scores)
        {
            for (int i = 0; i < labels.Length; i++) count += Of(row + ((nint)i * columns), columns) == labels[i] ? 1 : 0;
        }

        return count;
    }

    /// <summary>The lowest index of the largest element; -1 when an element is NaN or there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int Of<T>(T* row, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // Max carries NaN on, so one pass over the values tells both; the second stops at the place, and finds it in
        // cache. A row of up to one vector is read once and kept.
        int lanes = Vector512<T>.Count;
        int whole = count - (count % lanes);
        Vector512<T> first = whole > 0 ? Vector512.Load(row) : Tail(row, count);
        Vector512<T> largest = first;
        for (nint i = lanes; i < whole; i += lanes) largest = Vector512.Max(largest, Vector512.Load(row + i));
        if (whole > 0 && whole < count) largest = Vector512.Max(largest, Tail(row + whole, count - whole));

        Vector256<T> half = Vector256.Max(largest.GetLower(), largest.GetUpper());
        Vector128<T> quarter = Vector128.Max(half.GetLower(), half.GetUpper());
        T max = quarter[0];
        for (int i = 1; i < Vector128<T>.Count; i++) max = T.Max(max, quarter[i]);

        if (count > lanes) return (int)IndexOf(row, count, max);
        ulong equal = Vector512.Equals(first, Vector512.Create(max)).ExtractMostSignificantBits();
        int index = BitOperations.TrailingZeroCount(equal);
        return index < count ? index : -1;
    }

    /// <summary>The lowest index of an element equal to <paramref name="value"/>; -1 when there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static nint IndexOf<T>(T* row, nint count, T value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        nint lanes = Vector512<T>.Count;
        Vector512<T> sought = Vector512.Create(value);
        nint i = 0;
        for (; i <= count - (4 * lanes); i += 4 * lanes)
        {
            Vector512<T> found = Vector512.Equals(Vector512.Load(row + i), sought)
                | Vector512.Equals(Vector512.Load(row + i + lanes), sought)
                | Vector512.Equals(Vector512.Load(row + i + (2 * lanes)), sought)
                | Vector512.Equals(Vector512.Load(row + i + (3 * lanes)), sought);
            if (found != Vector512<T>.Zero) break;
        }

        for (; i < count; i += lanes)
        {
            Vector512<T> values = count - i >= lanes ? Vector512.Load(row + i) : Lanes.LoadFirst(row + i, (int)(count - i));
            ulong equal = Vector512.Equals(values, sought).ExtractMostSignificantBits();
            if (equal == 0) continue;
            nint index = i + BitOperations.TrailingZeroCount(equal);
            return index < count ? index : -1;
        }

        return -1;
    }

    /// <summary>The last elements, with -infinity above them: larger than none of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Tail<T>(T* p, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Lanes.Select(
            Lanes.FirstLanes<T>(count), Lanes.LoadFirst(p, count), Vector512.Create(T.NegativeInfinity));
}
