namespace FastLoss.Testing;

/// <summary>
/// Functions for definitions, with the digits that their textbook forms lose: <c>double.LogP1(1e-8)</c> of .NET has 8. Within a few ULP;
/// NaN for NaN.
/// </summary>
public static class StableMath
{
    /// <summary>ln(1 + x): -infinity at -1, NaN below.</summary>
    public static double Log1P(double x)
    {
        double u = 1 + x;
        return u == 1 || double.IsInfinity(u) ? x : Math.Log(u) * x / (u - 1);
    }

    /// <summary>e^x - 1.</summary>
    public static double ExpM1(double x)
    {
        if (Math.Abs(x) > 0.5) return Math.Exp(x) - 1;
        double half = Math.Tanh(x / 2);
        return 2 * half / (1 - half);
    }

    /// <summary>ln(1 + e^x).</summary>
    public static double Softplus(double x) => Math.Max(x, 0) + Log1P(Math.Exp(-Math.Abs(x)));

    /// <summary>1 / (1 + e^-x).</summary>
    public static double Sigmoid(double x)
    {
        double e = Math.Exp(-Math.Abs(x));
        return (x < 0 ? e : 1) / (1 + e);
    }

    /// <summary>ln cosh x.</summary>
    public static double LogCosh(double x)
    {
        double a = Math.Abs(x), m = ExpM1(-2 * a);
        return a < 1 ? Log1P(m * m / (2 * (1 + m))) : a + Log1P(Math.Exp(-2 * a)) - 0.69314718055994531;
    }
}
