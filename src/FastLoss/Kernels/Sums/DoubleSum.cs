using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>
/// Sums of blocks, kept in double. A block is 512 elements, 8 terms a lane of the four accumulators: a float block has
/// rounded at most 9 times, so a sum of positive floats is within 9 * 2^-24 = 5.4e-7 of the exact one at any length.
/// </summary>
internal struct DoubleSum
{
    public const int BlockLength = 512;

    private Vector512<double> _low, _high;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add<T>(Vector512<T> block)
    {
        if (typeof(T) == typeof(float))
        {
            _low += Vector512.WidenLower(block.AsSingle());
            _high += Vector512.WidenUpper(block.AsSingle());
        }
        else
        {
            _low += block.AsDouble();
        }
    }

    public readonly double Total
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Lanes.Sum(_low + _high);
    }
}
