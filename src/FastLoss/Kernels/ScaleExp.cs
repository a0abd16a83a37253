using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FastLoss.Kernels;

/// <summary>
/// Turns scaled exponentials into what is stored for them: e^x 2^Exponent times a factor, 0 where the result
/// would be subnormal (a microcode assist each) and so where the exponential was clamped. Exponentials come from memory or are
/// computed again from the logits: the bits are the same, so which is faster may decide.
/// </summary>
internal static unsafe class ScaleExp
{
    /// <summary>
    /// From this many bytes on the destination no longer fits a cache next to its reader: computing again and storing past
    /// the cache then costs less than reloading (0.38 against 0.55 ns per float at 1M elements).
    /// </summary>
    public const nint StreamBytes = 4 << 20;

    /// <summary>destination[i] = source[i] * factor, where source holds scaled exponentials.</summary>
    public static void Reload<T>(T* source, T* destination, nint n, double factor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Run<T, No, No, No>(source, destination, n, default, factor);

    /// <summary>destination[i] = e^x[i] 2^Exponent, less the shift, * factor. x may be the destination.</summary>
    public static void Recompute<T>(T* x, T* destination, nint n, in RowShift<T> shift, double factor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool streams = n * sizeof(T) >= StreamBytes && x != destination && ((nint)destination & (sizeof(T) - 1)) == 0;
        if (!shift.IsNone)
        {
            if (streams) Run<T, Yes, Yes, Yes>(x, destination, n, shift, factor);
            else Run<T, Yes, Yes, No>(x, destination, n, shift, factor);
        }
        else if (streams)
        {
            Run<T, Yes, No, Yes>(x, destination, n, shift, factor);
        }
        else
        {
            Run<T, Yes, No, No>(x, destination, n, shift, factor);
        }
    }

    /// <summary>
    /// The scaled exponential below which nothing is kept: above what the kernel clamps to, and above what dividing by
    /// <paramref name="divisor"/> would make subnormal. A NaN divisor keeps all, and so shows in the whole row.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Least<T>(Vector512<T> divisor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<T> smallest = VectorMath.Of<T>(typeof(T) == typeof(float) ? 1.1754943508222875e-38 : 2.2250738585072014e-308);
        return Lanes.AtLeast(smallest * VectorMath.Of<T>(1.5), smallest * divisor);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run<T, TExp, TShifted, TStreamed>(T* source, T* destination, nint n, in RowShift<T> shift, double factor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TExp : struct, IFlag
        where TShifted : struct, IFlag
        where TStreamed : struct, IFlag
    {
        Step<T, TExp, TShifted> step = new(shift, factor);
        nint lanes = Vector512<T>.Count;
        nint i = 0;
        if (TStreamed.Value)
        {
            // Non-temporal stores need whole aligned vectors; element-wise work may start anywhere.
            int head = (int)Math.Min(n, ((64 - ((nint)destination & 63)) & 63) / sizeof(T));
            if (head > 0) Lanes.StoreFirst(step.Of(Lanes.LoadFirst(source, head)), destination, head);
            for (i = head; i <= n - (4 * lanes); i += 4 * lanes)
            {
                for (nint k = 0; k < 4; k++)
                {
                    nint at = i + (k * lanes);
                    step.Of(Vector512.Load(source + at)).StoreAlignedNonTemporal(destination + at);
                }
            }
        }
        else
        {
            for (; i <= n - (4 * lanes); i += 4 * lanes)
            {
                Vector512<T> v0 = step.Of(Vector512.Load(source + i));
                Vector512<T> v1 = step.Of(Vector512.Load(source + i + lanes));
                Vector512<T> v2 = step.Of(Vector512.Load(source + i + (2 * lanes)));
                Vector512<T> v3 = step.Of(Vector512.Load(source + i + (3 * lanes)));
                v0.Store(destination + i);
                v1.Store(destination + i + lanes);
                v2.Store(destination + i + (2 * lanes));
                v3.Store(destination + i + (3 * lanes));
            }
        }

        for (; i < n; i += lanes)
        {
            int count = (int)Math.Min(lanes, n - i);
            Lanes.StoreFirst(step.Of(Lanes.LoadFirst(source + i, count)), destination + i, count);
        }

        if (TStreamed.Value && Sse.IsSupported) Sse.StoreFence(); // other threads must see the stores before what follows
    }

    private readonly struct Step<T, TExp, TShifted>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TExp : struct, IFlag
        where TShifted : struct, IFlag
    {
        private readonly ExpKernel<T> _exp;
        private readonly Vector512<T> _offset, _factor, _least;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Step(in RowShift<T> shift, double factor)
        {
            if (TExp.Value) _exp = new ExpKernel<T>(ExpSum.Exponent<T>(), shift.Power);
            _offset = Vector512.Create(shift.Offset);
            _factor = Vector512.Create(T.CreateTruncating(factor));

            _least = Least(Vector512.Create(T.CreateTruncating(1 / Math.Abs(factor))));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Of(Vector512<T> v)
        {
            if (TExp.Value) v = TShifted.Value ? _exp.ExpShifted(v - _offset) : _exp.Exp(v);
            return Vector512.ConditionalSelect(Vector512.LessThan(v, _least), Vector512<T>.Zero, v) * _factor;
        }
    }
}
