namespace FastLoss.Catalog;

/// <summary>
/// Phi(-a) and phi(a) of the standard normal distribution to more than a double's digits: up to 5 by the series of Phi - 1/2, beyond by
/// the continued fraction of Laplace.
/// </summary>
public static class NormalTail
{
    private static readonly DoubleDouble InverseRootTwoPi = new(0.3989422804014327, -2.49232730228811e-17);

    /// <summary>e^(-a^2 / 2) / sqrt(2 pi), for a up to 36.</summary>
    public static DoubleDouble Density(double a)
    {
        // Half of the exponent at a time: the reference's exponential ends at 350.
        DoubleDouble root = DoubleDouble.Exp((DoubleDouble)a * a * -0.25);
        return root * root * InverseRootTwoPi;
    }

    public static DoubleDouble Of(double a)
    {
        if (a > 5) return Density(a) / Fraction(a);
        DoubleDouble term = a, sum = a, square = (DoubleDouble)a * a;
        for (int n = 1; n < 120 && Math.Abs(term.High) > 1e-34 * Math.Abs(sum.High); n++)
        {
            term = term * square / ((2 * n) + 1);
            sum += term;
        }

        return (DoubleDouble)0.5 - (Density(a) * sum);
    }

    /// <summary>a + 1 / (a + 2 / (a + 3 / (a + ...))).</summary>
    private static DoubleDouble Fraction(double a)
    {
        DoubleDouble f = a;
        for (int n = 140; n >= 1; n--) f = a + ((DoubleDouble)n / f);
        return f;
    }
}
