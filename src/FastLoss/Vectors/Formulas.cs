using System.Runtime.CompilerServices;

namespace FastLoss;

/// <summary>What the formulas of several losses have in common.</summary>
internal static class Formulas
{
    /// <summary>ln(2 pi) / 2.</summary>
    public const double HalfLogTwoPi = 0.91893853320467274178;

    /// <summary>1, -1, or x itself where it is 0 or NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sign<V>(V x)
        where V : unmanaged, IVector<V> => V.Where(V.Abs(x) > 0, V.CopySign(1, x), x);

    /// <summary>value * weight, and 0 where the weight is 0 whatever the value, infinity and NaN included.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Weighted<V>(V value, V weight)
        where V : unmanaged, IVector<V> => V.AndNot(V.Equal(weight, 0), value * weight);

    /// <summary>value where low &lt;= x &lt;= high, NaN elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Within<V>(V value, V x, V low, V high)
        where V : unmanaged, IVector<V> => V.Where((x >= low) & (x <= high), value, double.NaN);

    /// <summary>value where the smaller of the two is 0 or more and the prediction is a number, NaN elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V WithinBoth<V>(V value, V prediction, V target)
        where V : unmanaged, IVector<V> => Within<V>(value, V.Min(target, prediction), 0, double.PositiveInfinity);

    /// <summary>The constant where x is a number, x where it is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Constant<V>(V x, V constant)
        where V : unmanaged, IVector<V> => V.Where(V.Equal(x, x), constant, x);

    /// <summary>(a - b) / 2, which does not overflow: of normal halves the bits of half the difference.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V HalfDifference<V>(V a, V b)
        where V : unmanaged, IVector<V> => (a * 0.5) - (b * 0.5);

    /// <summary>ln(a + b) for b small beside a, with what the sum rounds away.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V LogOfSum<V>(V a, V b)
        where V : unmanaged, IVector<V>
    {
        V sum = a + b;
        V lost = b - (sum - a);
        lost = V.Where(sum > 0, lost / sum, 0);
        return V.Log(sum) + V.Where(V.Abs(lost) < 1, lost, 0);
    }

    /// <summary>value e^x for x at most 0, also where e^x alone is subnormal: within 4 ULP. 0 where e^x is, whatever the value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V TimesExp<V>(V value, V x)
        where V : unmanaged, IVector<V>
    {
        V isSmall = x < -64;
        V e = V.Exp(V.Where(isSmall, x * 0.5, x));
        V product = V.Where(isSmall, value * e, value) * e;
        return V.AndNot(V.Equal(e, 0), product);
    }

    /// <summary>A target smoothed towards one half: t (1 - s) + s / 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Smooth<V>(V target, double smoothing)
        where V : unmanaged, IVector<V> => V.Fma(target, V.Parameter(1 - smoothing), V.Parameter(smoothing * 0.5));

    /// <summary>
    /// numerator / (1 + e) for e from 0 to 1. What rounding 1 + e lost is made good: it is an ULP of a quotient just below a power of
    /// two, 3.1 ULP in all with the exponential's.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V OverOnePlus<V>(V numerator, V e)
        where V : unmanaged, IVector<V>
    {
        V sum = 1 + e;
        V lost = e - (sum - 1);
        V quotient = numerator / sum;
        return V.Fma(-quotient, lost, quotient);
    }

    /// <summary>The logistic function of x and of -x, both to all their digits, with one exponential and one division.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Sigmoids<V>(V x, out V probability, out V complement)
        where V : unmanaged, IVector<V>
    {
        Sigmoids(x, V.ExpOfMinus(V.Abs(x)), out probability, out complement);
    }

    /// <summary>The logistic function of x and of -x from e^-|x|.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Sigmoids<V>(V x, V e, out V probability, out V complement)
        where V : unmanaged, IVector<V>
    {
        V large = OverOnePlus<V>(1, e);
        V small = e * large;
        V isNegative = x < 0;
        probability = V.Where(isNegative, small, large);
        complement = V.Where(isNegative, large, small);
    }

    /// <summary>
    /// x / (1 + e^-u), 0 where u is -infinity: within 4 ULP for an exact u, also where the sigmoid alone is subnormal and x times it is
    /// not, by the square root of e^u.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V TimesSigmoid<V>(V x, V u)
        where V : unmanaged, IVector<V>
    {
        V isSmall = u < -64;
        V a = V.Abs(u);
        V e = V.ExpOfMinus(V.Where(isSmall, a * 0.5, a));
        V sigmoid = OverOnePlus(V.Where(u < 0, e, 1), V.Where(isSmall, 0, e));
        V product = V.Where(isSmall, x * e, x) * sigmoid;
        return V.AndNot(V.Equal(sigmoid, 0), product);
    }

    /// <summary>a softplus(-x) + b softplus(x): cross-entropy of the sigmoid of x with weights of positive and negative; a term of weight 0 is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V LogisticLoss<V>(V x, V positive, V negative)
        where V : unmanaged, IVector<V>
    {
        V tail = V.Log1POfUnit(V.ExpOfMinus(V.Abs(x)));
        return Weighted(tail + V.Max(0, -x), positive) + Weighted(tail + V.Max(0, x), negative);
    }

    /// <summary>Its derivative, b s(x) - a s(-x), s the logistic function.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V LogisticSlope<V>(V x, V positive, V negative)
        where V : unmanaged, IVector<V>
    {
        Sigmoids(x, out V probability, out V complement);
        return (negative * probability) - (positive * complement);
    }

    /// <summary>The derivative of the hyperbolic tangent, 1 - tanh^2, within 5 ULP also where tanh rounds to 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V TanhDerivative<V>(V x)
        where V : unmanaged, IVector<V>
    {
        V a = V.Abs(x);
        V e = V.ExpOfMinus(a + a);
        V divisor = 1 + e;
        return e * 4 / (divisor * divisor);
    }

    /// <summary>Stirling's t ln t - t + ln(2 pi t) / 2 for ln t!, 0 up to t = 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Stirling<V>(V target)
        where V : unmanaged, IVector<V>
    {
        V log = V.Log(target);
        V value = V.Fma(target, log, -target) + V.Fma(0.5, log, HalfLogTwoPi);
        return V.AndNot(target <= 1, value);
    }
}
