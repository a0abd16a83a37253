using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>Where the largest element of a row stands.</summary>
internal static unsafe class ArgMax
{
    public static void Rows<T>(ReadOnlySpan<T> scores, int columns, Span<int> indices)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* row = scores)
        fixed (int* found = indices) Dispatch.Run<T, AllRows<T>, int>(new(row, columns, found, indices.Length));
    }

    /// <summary>How many rows have their largest element at their label.</summary>
    public static int CountAt<T>(ReadOnlySpan<T> scores, int columns, ReadOnlySpan<int> labels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* row = scores)
        fixed (int* sought = labels) return Dispatch.Run<T, Matches<T>, int>(new(row, columns, sought, labels.Length));
    }

    private readonly struct AllRows<T>(T* scores, nint columns, int* indices, int rows) : IKernel<T, int>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public int Run<V>()
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            for (int r = 0; r < rows; r++) indices[r] = ArgMax<V, T>.Of(scores + (r * columns), columns);
            return 0;
        }
    }

    private readonly struct Matches<T>(T* scores, nint columns, int* labels, int rows) : IKernel<T, int>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public int Run<V>()
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            int count = 0;
            for (int r = 0; r < rows; r++) count += ArgMax<V, T>.Of(scores + (r * columns), columns) == labels[r] ? 1 : 0;
            return count;
        }
    }
}

/// <summary>The searches of <see cref="ArgMax"/> on one register.</summary>
internal static unsafe class ArgMax<V, T>
    where V : unmanaged, IPacked<V, T>, IVector<V>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The lowest index of the largest element; -1 when an element is NaN or there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static int Of(T* row, nint count)
    {
        // One pass over the values tells the largest; the second stops at its place, and finds it in cache. A row of up to one
        // register is read once and kept.
        V first = Counted(row, count);
        V largest = first, isNumber = V.Equal(first, first);
        for (nint i = V.Count; i < count; i += V.Count)
        {
            V v = Counted(row + i, count - i);
            isNumber &= V.Equal(v, v);
            largest = V.Max(v, largest);
        }

        if (V.Bits(isNumber) != ulong.MaxValue >> (64 - V.Count)) return -1;
        T max = LaneFold<V, T>.Of<Maximum>(largest);
        if (count > V.Count) return (int)IndexOf(row, count, max);
        int index = BitOperations.TrailingZeroCount(V.Bits(V.Equal(first, V.Broadcast(&max))));
        return index < count ? index : -1;
    }

    /// <summary>The lowest index of an element equal to <paramref name="value"/>; -1 when there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static nint IndexOf(T* row, nint count, T value)
    {
        V sought = V.Broadcast(&value);
        nint i = 0;
        for (; i <= count - (4 * V.Count); i += 4 * V.Count)
        {
            V found = V.Equal(V.Load(row + i), sought)
                | V.Equal(V.Load(row + i + V.Count), sought)
                | V.Equal(V.Load(row + i + (2 * V.Count)), sought)
                | V.Equal(V.Load(row + i + (3 * V.Count)), sought);
            if (V.Bits(found) != 0) break;
        }

        for (; i < count; i += V.Count)
        {
            V values = count - i >= V.Count ? V.Load(row + i) : V.LoadFirst(row + i, (int)(count - i));
            ulong equal = V.Bits(V.Equal(values, sought));
            if (equal == 0) continue;
            nint index = i + BitOperations.TrailingZeroCount(equal);
            return index < count ? index : -1;
        }

        return -1;
    }

    /// <summary>A register's elements, with -infinity past the last: larger than none of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Counted(T* p, nint count) => count >= V.Count
        ? V.Load(p)
        : V.Where(V.FirstLanes((int)count), V.LoadFirst(p, (int)count), double.NegativeInfinity);
}
