using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>One double at a time through the functions of <see cref="IVector{TSelf}"/>: the C library's exp and log differ between machines.</summary>
internal static class ScalarMath
{
    /// <summary>The double nearest ln 2, and what it lacks.</summary>
    public const double Ln2High = 0.69314718055994530942, Ln2Low = 2.3190468138462996e-17;

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static double Exp(double x) => Packed128<double>.First(Packed128<double>.Exp(x));

    /// <summary>e^(x + lost) for a <paramref name="lost"/> that x has rounded away: e^700 alone is off by 5e-14.</summary>
    public static double Exp(double x, double lost)
    {
        double e = Exp(x);
        return lost == 0 || !double.IsFinite(lost) ? e : Math.FusedMultiplyAdd(e, lost, e);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static double Log(double x) => Packed128<double>.First(Packed128<double>.Log(x));

    /// <summary>
    /// ln(x 2^power): of the whole power of two and of what is left, which lies within sqrt(2) of 1. So a result near 0 keeps its digits,
    /// where ln x and power ln 2 are large and cancel. x is positive and normal, or NaN.
    /// </summary>
    public static double Log(double x, double power)
    {
        if (!double.IsFinite(x)) return x;
        int exponent = Math.ILogB(x);
        double m = Math.ScaleB(x, -exponent);
        if (m > 1.4142135623730951)
        {
            m *= 0.5;
            exponent++;
        }

        power += exponent;
        return Math.FusedMultiplyAdd(power, Ln2High, Math.FusedMultiplyAdd(power, Ln2Low, Log(m)));
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static double Log1P(double x) => Packed128<double>.First(Packed128<double>.Log1P(x));

    /// <summary>The sine of an angle from 0 to pi, within 2e-15, by its series: the C library's differs between machines.</summary>
    public static double Sin(double angle) => angle * Series(angle * angle, 1);

    /// <summary>The cosine, likewise.</summary>
    public static double Cos(double angle) => Series(angle * angle, 0);

    /// <summary>sum (-square)^k first! / (2k + first)!; of pi the terms past the last are below 1e-16.</summary>
    private static double Series(double square, int first)
    {
        double sum = 1;
        for (int k = 14; k > 0; k--)
        {
            int n = (2 * k) + first;
            sum = Math.FusedMultiplyAdd(-square / (n * (n - 1)), sum, 1);
        }

        return sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static double ExpM1(double x) => Packed128<double>.First(Packed128<double>.ExpM1(x));

    /// <summary>ln(1 + e^x).</summary>
    public static double Softplus(double x) => Math.Max(0, x) + Log1P(Exp(-Math.Abs(x)));

    /// <summary>1 / (1 + e^-x), with its digits where it is small too.</summary>
    public static double Sigmoid(double x)
    {
        double e = Exp(-Math.Abs(x));
        return (x < 0 ? e : 1) / (1 + e);
    }

    /// <summary>a - b, and what the subtraction rounded away.</summary>
    public static double Difference(double a, double b, out double lost)
    {
        double d = a - b, part = d - a;
        lost = (a - (d - part)) - (b + part);
        return d;
    }
}
