using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>Powers of two taken out of numbers, so that what leaves a type's range is kept in it, exactly.</summary>
internal static class RowPowers
{
    /// <summary>What an exponential is multiplied by in a row whose factor would else not be normal: the inverse of the largest trusted sum.</summary>
    public static double Reduction<T>() => 1 / ExpSum.Limit<T>();

    /// <summary>The T nearest the value, or 0 where that is subnormal.</summary>
    public static T Normal<T>(double value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Math.Abs(value) < SmallestNormal<T>() ? T.Zero : T.CreateTruncating(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double SmallestNormal<T>() => typeof(T) == typeof(float) ? 1.1754943508222875e-38 : 2.2250738585072014e-308;

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

/// <summary>The same of registers.</summary>
internal static unsafe class RowPowers<V, T>
    where V : unmanaged, IPacked<V, T>, IVector<V>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static double Ln2High
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(T) == typeof(float) ? 0.693147182464599609 : ScalarMath.Ln2High;
    }

    private static double Ln2Low
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(T) == typeof(float) ? -1.9046542121259336e-09 : ScalarMath.Ln2Low;
    }

    /// <summary>
    /// ln(x 2^power) for positive normal x and whole powers; see <see cref="ScalarMath.Log(double, double)"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static V Log(V x, V power)
    {
        power += V.ExponentOf(x);
        return V.Fma(power, Ln2High, V.Fma(power, Ln2Low, V.Log(V.MantissaOf(x))));
    }

    /// <summary>x - power ln 2, in two parts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Below(V x, V power) => V.Fma(-power, Ln2Low, V.Fma(-power, Ln2High, x));

    /// <summary>
    /// inverse * slope, the number that turns a row's exponentials into its gradient, where <paramref name="inverse"/> is that of their sum;
    /// divided by <see cref="RowPowers.Reduction{T}"/> where it would be less than that, of which <paramref name="isReduced"/> tells.
    /// </summary>
    /// <remarks>
    /// The exponentials of a reduced row are multiplied by the reduction before. What that takes below the normal numbers would be below
    /// them in the gradient.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Factor(V inverse, V slope, out V isReduced)
    {
        V factor = inverse * slope;
        isReduced = V.Abs(factor) < RowPowers.Reduction<T>();
        return V.Where(isReduced, inverse * ExpSum.Limit<T>() * slope, factor);
    }

    /// <summary>v, or 0 where it is subnormal.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Normal(V v) => V.AndNot(V.Abs(v) < RowPowers.SmallestNormal<T>(), v);
}

/// <summary>scaled[r] = weights[r] * scale, rounded once; the scale itself where the weights are null. Whole registers are read and written.</summary>
internal readonly unsafe struct ScaledWeights<T>(T* weights, double scale, int rows, T* scaled) : IKernel<T, int>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public int Run<V>()
        where V : unmanaged, IPacked<V, T>, IVector<V>
    {
        V one = V.Parameter(scale);
        for (nint r = 0; r < rows; r += V.Count) V.Store(weights == null ? one : V.TimesDouble(V.Load(weights + r), scale), scaled + r);
        return 0;
    }
}
