using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss;

/// <summary>
/// The automatic step: h = 2^round(log2(c * max(scale, |x|))), with the c that makes truncation and rounding equal for
/// a function that varies on the scale of its argument (Press et al., Numerical Recipes, section 5.7): the error O(h^p)
/// of a derivative of order d against the rounding noise / h^d gives c = noise^(1/(p+d)).
/// </summary>
internal static class StepRule
{
    /// <summary>The distance from 1 to the next number: the relative noise of a function computed with care.</summary>
    public static T Epsilon<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        T.CreateTruncating(typeof(T) == typeof(double) ? 2.220446049250313e-16 : 1.1920928955078125e-07);

    public static T Coefficient<T>(DifferenceScheme scheme, T noise)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Coefficient(
            scheme switch
            {
                DifferenceScheme.Forward or DifferenceScheme.Backward => 2,
                DifferenceScheme.FivePoint => 5,
                _ => 3,
            },
            noise);

    /// <summary>
    /// noise^(1/<paramref name="root"/>), and for the default noise without calling a power function.
    /// </summary>
    public static T Coefficient<T>(int root, T noise)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        T.CreateTruncating(noise == Epsilon<T>()
            ? (root, typeof(T) == typeof(double)) switch
            {
                (2, true) => 1.4901161193847656e-08,
                (2, false) => 3.4526698300124393e-04,
                (3, true) => 6.055454452393343e-06,
                (3, false) => 4.921566601151848e-03,
                (4, true) => 1.220703125e-04,
                (4, false) => 1.8581361171917516e-02,
                (5, true) => 7.400959797414050e-04,
                (5, false) => 4.1234622211652935e-02,
                _ => Math.Pow(double.CreateTruncating(noise), 1.0 / root),
            }
            //  Its last bits differ between platforms, and are lost when the step is rounded to a power of two.
            : Math.Pow(double.CreateTruncating(noise), 1.0 / root));

    /// <summary>A power of two, so that x + h and x - h lose as few bits as can be, and 2h and h/4 none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Automatic<T>(T x, T scale, T coefficient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        // round(log2 v) = floor(log2(v * sqrt 2))
        PowerOfTwo(coefficient * T.CreateTruncating(1.4142135623730951) * T.Max(scale, T.Abs(x)));

    /// <summary>
    /// 2^floor(log2 <paramref name="value"/>) for a positive value: its fraction bits cleared. Infinity stays.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T PowerOfTwo<T>(T value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(double)
            ? (T)(object)BitConverter.UInt64BitsToDouble(
                BitConverter.DoubleToUInt64Bits((double)(object)value) & 0x7FF0_0000_0000_0000)
            : (T)(object)BitConverter.UInt32BitsToSingle(
                BitConverter.SingleToUInt32Bits((float)(object)value) & 0x7F80_0000);
}
