using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>
/// A block of rows as columns, a lane a row: the sums over each row, and the gradients, which replace the slopes. A row's bits are the
/// same in any lane of any register.
/// </summary>
internal readonly unsafe struct BackwardColumns<T>(T* outputs, T* slopes, T* sums, nint pitch, nint classCount, nint rows)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T* _outputs = outputs, _slopes = slopes, _sums = sums;
    private readonly nint _pitch = pitch, _classCount = classCount, _rows = rows;

    /// <summary>In four sums of every fourth class: of 128 floats none is rounded more than 34 times.</summary>
    public readonly struct Sum<TBackward>(BackwardColumns<T> block) : IKernel<T, bool>
        where TBackward : struct, IRowBackward
    {
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public bool Run<V>()
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            nint pitch = block._pitch;
            for (nint r = 0; r < block._rows; r += V.Count)
            {
                T* o = block._outputs + r, s = block._slopes + r;
                V a0 = 0, a1 = a0, a2 = a0, a3 = a0;
                nint left = block._classCount;
                for (; left >= 4; left -= 4, o += 4 * pitch, s += 4 * pitch)
                {
                    a0 = TBackward.Add(a0, V.Load(o), V.Load(s));
                    a1 = TBackward.Add(a1, V.Load(o + pitch), V.Load(s + pitch));
                    a2 = TBackward.Add(a2, V.Load(o + (2 * pitch)), V.Load(s + (2 * pitch)));
                    a3 = TBackward.Add(a3, V.Load(o + (3 * pitch)), V.Load(s + (3 * pitch)));
                }

                for (; left > 0; left--, o += pitch, s += pitch) a0 = TBackward.Add(a0, V.Load(o), V.Load(s));
                V.Store((a0 + a1) + (a2 + a3), block._sums + r);
            }

            return true;
        }
    }

    public readonly struct Map<TBackward>(BackwardColumns<T> block) : IKernel<T, bool>
        where TBackward : struct, IRowBackward
    {
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public bool Run<V>()
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            nint pitch = block._pitch;
            for (nint r = 0; r < block._rows; r += V.Count)
            {
                T* o = block._outputs + r, s = block._slopes + r;
                V sum = V.Load(block._sums + r);
                for (nint left = block._classCount; left > 0; left--, o += pitch, s += pitch) V.Store(TBackward.Of(V.Load(o), V.Load(s), sum), s);
            }

            return true;
        }
    }
}
