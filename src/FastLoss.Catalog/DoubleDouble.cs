namespace FastLoss.Catalog;

/// <summary>
/// An unevaluated sum of two doubles, 106 bits: the reference for functions of doubles. The arithmetic is Dekker's and Knuth's;
/// products are exact by a fused multiply-add.
/// </summary>
public readonly record struct DoubleDouble(double High, double Low)
{
    private static readonly DoubleDouble Ln2 = new(0.6931471805599453, 2.3190468138462996e-17);
    private const double Ln2Rest = 5.707708438416212e-34;

    public static DoubleDouble One => new(1, 0);

    public static implicit operator DoubleDouble(double value) => new(value, 0);

    public static DoubleDouble operator +(DoubleDouble a, DoubleDouble b)
    {
        double s = a.High + b.High;
        double v = s - a.High;
        double e = (a.High - (s - v)) + (b.High - v);
        return Normal(s, e + a.Low + b.Low);
    }

    public static DoubleDouble operator -(DoubleDouble a) => new(-a.High, -a.Low);

    public static DoubleDouble operator -(DoubleDouble a, DoubleDouble b) => a + -b;

    public static DoubleDouble operator *(DoubleDouble a, DoubleDouble b)
    {
        double p = a.High * b.High;
        double e = Math.FusedMultiplyAdd(a.High, b.High, -p);
        return Normal(p, e + (a.High * b.Low) + (a.Low * b.High));
    }

    public static DoubleDouble operator /(DoubleDouble a, DoubleDouble b)
    {
        double q = a.High / b.High;
        DoubleDouble rest = a - (b * q);
        double r = rest.High / b.High;
        DoubleDouble last = rest - (b * r);
        return Normal(q, r) + (last.High / b.High);
    }

    private static DoubleDouble Normal(double high, double low)
    {
        double s = high + low;
        return new(s, low - (s - high));
    }

    /// <summary>e^x - 1 for |x| below 350, by its series on x / 2^12 and e^2x - 1 = (e^x - 1)(e^x - 1 + 2).</summary>
    public static DoubleDouble ExpM1(DoubleDouble x)
    {
        double k = Math.Round(x.High / Ln2.High);
        DoubleDouble r = (x - (Ln2 * k)) - (Ln2Rest * k);
        DoubleDouble m = SmallExpM1(r);
        if (k == 0) return m;
        double power = Math.ScaleB(1, (int)k);
        return new DoubleDouble(m.High * power, m.Low * power) + (power - (DoubleDouble)1);
    }

    private static DoubleDouble SmallExpM1(DoubleDouble r)
    {
        const int Halvings = 6;
        double scale = Math.ScaleB(1, -Halvings);
        DoubleDouble s = new(r.High * scale, r.Low * scale);
        DoubleDouble sum = 0;
        for (int i = 14; i >= 1; i--) sum = (s / i) * (One + sum);
        for (int i = 0; i < Halvings; i++) sum *= sum + 2;
        return sum;
    }

    public static DoubleDouble Exp(DoubleDouble x) => ExpM1(x) + 1;

    /// <summary>ln(1 + x) by one Newton step from the double result.</summary>
    public static DoubleDouble Log1P(DoubleDouble x)
    {
        DoubleDouble y = Reference.Log1P(x.High);
        return y - ((ExpM1(y) - x) / Exp(y));
    }

    /// <summary>ln x for normal x, by two Newton steps.</summary>
    public static DoubleDouble Log(double x)
    {
        int exponent = (int)Math.Floor(Math.Log2(x));
        double m = Math.ScaleB(x, -exponent);
        DoubleDouble y = Log1P((DoubleDouble)m - 1);
        return y + (Ln2 * exponent) + (Ln2Rest * exponent);
    }
}
