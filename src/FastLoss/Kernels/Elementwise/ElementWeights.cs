using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>The weights of the elements that count: those whose weight is not 0.</summary>
internal unsafe struct WeightTotal
{
    public ExactSum Sum;
    public long Count;

    /// <summary>Adds a chunk's weights.</summary>
    public void Add<T>(T* weights, nint n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementArrays<T> arrays = new() { First = weights };
        Sum.Add(ElementLoop.Run(arrays, n, default(SumOperators.Weights)));
        Count += (long)ElementLoop.Run(arrays, n, default(SumOperators.Counted));
    }

    /// <summary>Adds another total.</summary>
    public void Add(in WeightTotal other)
    {
        Sum.Add(other.Sum);
        Count += other.Count;
    }
}

/// <summary>Weights and masks as the element-wise loop reads them: one weight an element, 0 where the mask is false.</summary>
internal static unsafe class ElementWeights
{
    /// <summary>The total over all elements, for a mean's divisor that must be known before the first gradient is written.</summary>
    public static WeightTotal Total<T>(ReadOnlySpan<T> weights, ReadOnlySpan<bool> mask, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int length = Math.Max(weights.Length, mask.Length);
        fixed (T* w = weights)
        fixed (bool* m = mask)
        {
            if (!Chunks.IsParallel(length, threads)) return Total(w, m, 0, length);
            int count = Chunks.Count(length, TaskLength);
            WeightTotal[] rented = ArrayPool<WeightTotal>.Shared.Rent(count);
            WeightTotal total = default;
            fixed (WeightTotal* totals = rented)
            {
                Chunks.For(count, length, threads, new Tasks<T>(w, m, length, totals));
                for (int i = 0; i < count; i++) total.Add(totals[i]);
            }

            ArrayPool<WeightTotal>.Shared.Return(rented);
            return total;
        }
    }

    /// <summary>Elements a thread takes at a time: reading weights is a fraction of a loss.</summary>
    private const int TaskLength = 8 * ElementLoop.ChunkLength;

    private readonly struct Tasks<T>(T* weights, bool* mask, nint length, WeightTotal* totals) : IChunkBody
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Run(int chunk)
        {
            nint start = (nint)chunk * TaskLength;
            totals[chunk] = Total(weights, mask, start, Math.Min(length, start + TaskLength));
        }
    }

    [SkipLocalsInit]
    private static WeightTotal Total<T>(T* weights, bool* mask, nint start, nint end)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int N = ElementLoop.ChunkLength;
        T* buffer = stackalloc T[mask == null ? 1 : (int)Math.Min(N, end - start)];
        WeightTotal total = default;
        for (nint i = start; i < end; i += N)
        {
            nint n = Math.Min(N, end - i);
            total.Add(Of(weights, mask, i, n, buffer), n);
        }

        return total;
    }

    /// <summary>
    /// The weights of the n elements from i on: from memory, or in <paramref name="buffer"/> those whose mask is true and 0 else.
    /// </summary>
    public static T* Of<T>(T* weights, bool* mask, nint i, nint n, T* buffer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (mask == null) return weights + i;
        Select(weights == null ? null : weights + i, (byte*)mask + i, buffer, n);
        return buffer;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Select<T>(T* weights, byte* mask, T* destination, nint n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        nint lanes = Vector512<T>.Count;
        for (nint i = 0; i < n; i += lanes)
        {
            int count = (int)Math.Min(lanes, n - i);
            Vector512<T> isMasked = IsZero<T>(mask + i, count);
            Vector512<T> weight = weights == null ? Vector512<T>.One : Lanes.LoadFirst(weights + i, count);
            Lanes.StoreFirst(Vector512.AndNot(weight, isMasked), destination + i, count);
        }
    }

    /// <summary>All ones in the lanes whose byte is 0; of those past <paramref name="count"/> nothing is read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> IsZero<T>(byte* mask, int count)
        where T : unmanaged
    {
        Vector128<sbyte> bytes = default;
        if (count == 16) bytes = Vector128.Load((sbyte*)mask);
        else if (count == 8) bytes = Vector128.CreateScalar(Unsafe.ReadUnaligned<ulong>(mask)).AsSByte();
        else Unsafe.CopyBlockUnaligned(&bytes, mask, (uint)count);
        (Vector128<short> low, Vector128<short> high) = Vector128.Widen(Vector128.Equals(bytes, Vector128<sbyte>.Zero));
        (Vector128<int> i0, Vector128<int> i1) = Vector128.Widen(low);
        if (typeof(T) == typeof(double))
        {
            (Vector128<long> l0, Vector128<long> l1) = Vector128.Widen(i0);
            (Vector128<long> l2, Vector128<long> l3) = Vector128.Widen(i1);
            return Vector512.Create(Vector256.Create(l0, l1), Vector256.Create(l2, l3)).As<long, T>();
        }

        (Vector128<int> i2, Vector128<int> i3) = Vector128.Widen(high);
        return Vector512.Create(Vector256.Create(i0, i1), Vector256.Create(i2, i3)).As<int, T>();
    }
}
