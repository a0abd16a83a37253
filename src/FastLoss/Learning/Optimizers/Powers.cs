namespace FastLoss;

/// <summary>Elementary functions of a double that come out with the same bits on every machine, which the C library's do not.</summary>
internal static class Powers
{
    /// <summary>x^n for 0 &lt;= x and n at least 0, by squaring: within (n + 1) 2^-53 of it, relatively.</summary>
    public static double Of(double x, long n)
    {
        double power = 1;
        for (; n != 0; n >>= 1, x *= x)
        {
            if ((n & 1) != 0) power *= x;
        }

        return power;
    }

    /// <summary>(1 + cos(pi x)) / 2 for x from 0 to 1, within 2^-52: (1 - sin(pi u)) / 2 with u = x - 1/2, by the sine's Taylor series.</summary>
    public static double HalfCosine(double x)
    {
        double u = Math.PI * (x - 0.5), square = u * u, sine = 0;
        for (int k = 23; k > 1; k -= 2) sine = (1 - sine) * square / (k * (k - 1));
        return 0.5 * (1 - (u * (1 - sine)));
    }
}
