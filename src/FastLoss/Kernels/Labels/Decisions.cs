using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>How many scores stand on the other side of a threshold than their targets say.</summary>
internal static unsafe class Decisions
{
    public static long Wrong<T>(ReadOnlySpan<T> scores, ReadOnlySpan<T> targets, double threshold)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* s = scores)
        fixed (T* t = targets) return Dispatch.Run<T, Count<T>, long>(new(s, t, scores.Length, threshold));
    }

    private readonly struct Count<T>(T* scores, T* targets, nint n, double threshold) : IKernel<T, long>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public long Run<V>()
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            T* x = scores, y = targets;
            V limit = V.Parameter(threshold);
            long wrong = 0;
            ulong all = ulong.MaxValue >> (64 - V.Count);
            nint whole = n & -V.Count;
            for (nint i = 0; i < whole; i += V.Count)
            {
                V s = V.Load(x + i);
                wrong += BitOperations.PopCount(((V.Bits(s > limit) ^ V.Bits(V.Load(y + i) > 0)) | ~V.Bits(V.Equal(s, s))) & all);
            }

            int left = (int)(n - whole);
            if (left == 0) return wrong;
            V last = V.LoadFirst(x + whole, left);
            ulong counted = ulong.MaxValue >> (64 - left);
            return wrong + BitOperations.PopCount(((V.Bits(last > limit) ^ V.Bits(V.LoadFirst(y + whole, left) > 0)) | ~V.Bits(V.Equal(last, last))) & counted);
        }
    }
}
