using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>Powers of two taken out of numbers, so that what leaves a type's range is kept in it, exactly.</summary>
internal static class RowPowers
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Ln2High<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        VectorMath.Of<T>(typeof(T) == typeof(float) ? 0.693147182464599609 : ScalarMath.Ln2High);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Ln2Low<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        VectorMath.Of<T>(typeof(T) == typeof(float) ? -1.9046542121259336e-09 : ScalarMath.Ln2Low);

    /// <summary>
    /// ln(x 2^power) for positive normal x and whole powers; see <see cref="ScalarMath.Log(double, double)"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static Vector512<T> Log<T>(Vector512<T> x, Vector512<T> power)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        power += Exponent(x, out Vector512<T> m);
        return Lanes.Fma(power, Ln2High<T>(), Lanes.Fma(power, Ln2Low<T>(), VectorMath.Log(m)));
    }

    /// <summary>k of x = 2^k m with m in [sqrt(1/2), sqrt(2)), for positive normal x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Exponent<T>(Vector512<T> x, out Vector512<T> m)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(float))
        {
            Vector512<int> bits = x.AsInt32() + Vector512.Create(0x3f800000 - 0x3f3504f3); // sqrt(1/2) becomes a power of two
            m = ((bits & Vector512.Create(0x007fffff)) + Vector512.Create(0x3f3504f3)).As<int, T>();
            return Vector512.ConvertToSingle((bits >>> 23) - Vector512.Create(127)).As<float, T>();
        }
        else
        {
            Vector512<long> bits = x.AsInt64() + Vector512.Create(0x3ff0000000000000 - 0x3fe6a09e667f3bcd);
            m = ((bits & Vector512.Create(0x000fffffffffffff)) + Vector512.Create(0x3fe6a09e667f3bcd)).As<long, T>();
            Vector512<double> shifter = Vector512.Create(1.5 * (1L << 52));
            return (((bits >>> 52) - Vector512.Create(1023L) + shifter.AsInt64()).AsDouble() - shifter).As<double, T>();
        }
    }

    /// <summary>x / ln 2 to the nearest whole number, for |x| up to 1.5 times <see cref="RowShift{T}.Limit"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Nearest<T>(Vector512<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<T> shifter = VectorMath.Of<T>(typeof(T) == typeof(float) ? 12582912.0 : 6755399441055744.0); // 1.5 times 2^23, 2^52
        return Lanes.Fma(x, VectorMath.Of<T>(1.44269504088896340736), shifter) - shifter;
    }

    /// <summary>x - power ln 2, in two parts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Below<T>(Vector512<T> x, Vector512<T> power)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Lanes.Fma(-power, Ln2Low<T>(), Lanes.Fma(-power, Ln2High<T>(), x));

    /// <summary>2^k for whole k within the normal exponents.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> PowerOfTwo<T>(Vector512<T> k)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // The last mantissa bits of the sum are k + bias; shifted up they are an exponent.
        return typeof(T) == typeof(float)
            ? ((k.AsSingle() + Vector512.Create(12582912f + 127)).AsInt32() << 23).As<int, T>()
            : ((k.AsDouble() + Vector512.Create(6755399441055744.0 + 1023)).AsInt64() << 52).As<long, T>();
    }

    /// <summary>All ones in the lanes whose bit is set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Mask<T>(ulong bits)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            Vector512<int> lane = Vector512.Create(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768);
            return Vector512.Equals(Vector512.Create((int)bits) & lane, lane).As<int, T>();
        }

        Vector512<long> wideLane = Vector512.Create(1L, 2, 4, 8, 16, 32, 64, 128);
        return Vector512.Equals(Vector512.Create((long)bits) & wideLane, wideLane).As<long, T>();
    }

    /// <summary>What an exponential is multiplied by in a row whose factor would else not be normal: the inverse of the largest trusted sum.</summary>
    public static double Reduction<T>() => 1 / ExpSum.Limit<T>();

    /// <summary>
    /// inverse * slope, the number that turns a row's exponentials into its gradient, where <paramref name="inverse"/> is that of their sum;
    /// divided by <see cref="Reduction{T}"/> where it would be less than that, of which <paramref name="isReduced"/> tells.
    /// </summary>
    /// <remarks>
    /// The exponentials of a reduced row are multiplied by the reduction before. What that takes below the normal numbers would be below
    /// them in the gradient.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Factor<T>(Vector512<T> inverse, Vector512<T> slope, out Vector512<T> isReduced)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<T> factor = inverse * slope;
        isReduced = Vector512.LessThan(Vector512.Abs(factor), VectorMath.Of<T>(Reduction<T>()));
        return Lanes.Select(isReduced, inverse * VectorMath.Of<T>(ExpSum.Limit<T>()) * slope, factor);
    }

    /// <summary>v, or 0 where it is subnormal.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Normal<T>(Vector512<T> v)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Vector512.AndNot(v, Vector512.LessThan(Vector512.Abs(v), VectorMath.Of<T>(SmallestNormal<T>())));

    /// <summary>The T nearest the value, or 0 where that is subnormal.</summary>
    public static T Normal<T>(double value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Math.Abs(value) < SmallestNormal<T>() ? T.Zero : T.CreateTruncating(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double SmallestNormal<T>() => typeof(T) == typeof(float) ? 1.1754943508222875e-38 : 2.2250738585072014e-308;

    /// <summary>weights * scale, rounded once, where scale is any double: the products of a float's weights and 1e-40 may be normal floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Scaled<T>(Vector512<T> weights, double scale)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) == typeof(double)) return weights * VectorMath.Of<T>(scale);
        Vector512<double> factor = Vector512.Create(scale);
        return Vector512.Narrow(
            Vector512.WidenLower(weights.AsSingle()) * factor, Vector512.WidenUpper(weights.AsSingle()) * factor).As<float, T>();
    }

    /// <summary>The same of a row's weight each, or of ones where the weights are null.</summary>
    public static unsafe void Scaled<T>(T* weights, double scale, int rows, T* scaled)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (weights == null)
        {
            new Span<T>(scaled, (rows + Vector512<T>.Count - 1) & -Vector512<T>.Count).Fill(T.CreateTruncating(scale));
            return;
        }

        for (nint r = 0; r < rows; r += Vector512<T>.Count) Scaled(Vector512.Load(weights + r), scale).Store(scaled + r);
    }

    /// <summary>
    /// A scale in two factors, of which the second is a power of two that only a scale above 2^20 needs: 1e38 times a weight leaves
    /// the range of float, though its products with small probabilities do not. The gradient is multiplied by it at last.
    /// </summary>
    public static double Split(double scale, out double power)
    {
        power = IsLarge(scale) ? Math.ScaleB(1, Math.ILogB(scale)) : 1;
        return scale / power;
    }

    public static bool IsLarge(double scale) => Math.Abs(scale) > 1 << 20 && double.IsFinite(scale);

    /// <summary>gradient[i] *= power, by factors that no type lacks.</summary>
    public static void Multiply<T>(Span<T> gradient, double power)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (; power > 1; power /= Math.Min(power, 1L << 60))
        {
            TensorPrimitives.Multiply(gradient, T.CreateTruncating(Math.Min(power, 1L << 60)), gradient);
        }
    }
}
