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
        Sum.Add(ElementLoop.Run(arrays, n, default(SumOperators.Elements)));
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
        Dispatch.Run<T, Selected<T>, int>(new(weights == null ? null : weights + i, (byte*)mask + i, buffer, n));
        return buffer;
    }

    private readonly struct Selected<T>(T* weights, byte* mask, T* destination, nint n) : IKernel<T, int>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public int Run<V>()
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            for (nint i = 0; i < n; i += V.Count)
            {
                int count = (int)Math.Min(V.Count, n - i);
                V weight = weights == null ? 1 : V.LoadFirst(weights + i, count);
                V.StoreFirst(V.AndNot(V.ZeroBytes(mask + i, count), weight), destination + i, count);
            }

            return 0;
        }
    }
}
