using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss;

/// <summary>The automatic step: h = 2^round(log2(c * max(scale, |x|))), with the c that balances truncation and rounding.</summary>
internal static class StepRule
{
    /// <summary>c = eps^(1/2) forward and backward, eps^(1/3) central: where both errors are of one size for a function
    /// that varies on the scale of its argument (Press et al., Numerical Recipes, section 5.7).</summary>
    public static T Coefficient<T>(DifferenceScheme scheme)
        where T : IBinaryFloatingPointIeee754<T> => scheme switch
        {
            DifferenceScheme.Forward => Root<T>(2),
            _ => Root<T>(3),
        };

    /// <summary>A power of two, so that x + h and x - h lose as few bits as can be, and 2h and h/4 none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Automatic<T>(T x, T scale, T coefficient)
        where T : IBinaryFloatingPointIeee754<T>
    {
        // round(log2 v) = floor(log2(v * sqrt 2)), and 2^floor(log2 w) is w without its fraction bits.
        T reach = coefficient * T.CreateTruncating(1.4142135623730951) * T.Max(scale, T.Abs(x));
        if (typeof(T) == typeof(double))
            return (T)(object)BitConverter.UInt64BitsToDouble(
                BitConverter.DoubleToUInt64Bits((double)(object)reach) & 0x7FF0_0000_0000_0000);
        return (T)(object)BitConverter.UInt32BitsToSingle(
            BitConverter.SingleToUInt32Bits((float)(object)reach) & 0x7F80_0000);
    }

    /// <summary>eps^(1/<paramref name="degree"/>), eps the distance from 1 to the next number.</summary>
    private static T Root<T>(int degree)
        where T : IBinaryFloatingPointIeee754<T> =>
        T.CreateTruncating((degree, typeof(T) == typeof(double)) switch
        {
            (2, true) => 1.4901161193847656e-08,
            (2, false) => 3.4526698300124393e-04,
            (_, true) => 6.055454452393343e-06,
            (_, false) => 4.921566601151848e-03,
        });
}
