using System.Numerics;
using System.Numerics.Tensors;

namespace FastLoss.Catalog;

/// <summary>
/// Sums of element-wise losses as System.Numerics.Tensors composes them with the fewest and fastest calls that stay finite. What has 0 ln 0 or
/// a power with a corner does not compose.
/// </summary>
internal static class Composed
{
    /// <summary>One pass over both, which takes a root; squaring it back keeps float's digits.</summary>
    public static double SquaredError<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> t, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double distance = Wide(TensorPrimitives.Distance(y, t));
        return distance * distance;
    }

    public static double HalfSquaredError<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> t, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => SquaredError(y, t, scratch) / 2;

    public static double AbsoluteError<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> t, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Wide(TensorPrimitives.SumOfMagnitudes<T>(Difference(y, t, scratch)));

    public static double TotalVariation<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> t, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => AbsoluteError(y, t, scratch) / 2;

    public static double Huber<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> t, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> e = Difference(y, t, scratch);
        TensorPrimitives.Abs<T>(e, e);
        return Rounded<T>(e, scratch[y.Length..], 1);
    }

    /// <summary>Of beta 0.5.</summary>
    public static double SmoothL1<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> t, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> e = Difference(y, t, scratch);
        TensorPrimitives.Abs<T>(e, e);
        return Rounded<T>(e, scratch[y.Length..], 0.5) / 0.5;
    }

    /// <summary>abs(e) + ln(1 + e^(-2 abs(e))) - ln 2: cosh itself overflows.</summary>
    public static double LogCosh<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> t, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> e = Difference(y, t, scratch);
        double sum = Wide(TensorPrimitives.SumOfMagnitudes<T>(e));
        TensorPrimitives.Abs<T>(e, e);
        TensorPrimitives.Multiply(e, T.CreateTruncating(-2), e);
        TensorPrimitives.Exp<T>(e, e);
        TensorPrimitives.LogP1<T>(e, e);
        return sum + Wide(TensorPrimitives.Sum<T>(e)) - (y.Length * Math.Log(2));
    }

    /// <summary>Of tau 0.25: (abs(e) + (2 tau - 1) e) / 2 of e = t - y.</summary>
    public static double Quantile<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> t, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> e = Difference(t, y, scratch);
        return (Wide(TensorPrimitives.SumOfMagnitudes<T>(e)) - (Wide(TensorPrimitives.Sum<T>(e)) / 2)) / 2;
    }

    public static double PercentageError<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> t, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> e = Difference(y, t, scratch), size = scratch.Slice(y.Length, y.Length);
        TensorPrimitives.Abs(t, size);
        TensorPrimitives.Max(size, T.CreateTruncating(1e-7), size);
        TensorPrimitives.Divide<T>(e, size, e);
        return 100 * Wide(TensorPrimitives.SumOfMagnitudes<T>(e));
    }

    public static double SquaredLogarithmicError<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> t, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> first = scratch[..y.Length], second = scratch.Slice(y.Length, y.Length);
        TensorPrimitives.LogP1(y, first);
        TensorPrimitives.LogP1(t, second);
        return SquaredError<T>(first, second, []);
    }

    public static double PoissonNll<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> t, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> log = scratch[..y.Length];
        TensorPrimitives.Log(y, log);
        return Wide(TensorPrimitives.Sum(y)) - Wide(TensorPrimitives.Dot(t, log));
    }

    public static double PoissonNllFromLogRate<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> t, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> rate = scratch[..y.Length];
        TensorPrimitives.Exp(y, rate);
        return Wide(TensorPrimitives.Sum<T>(rate)) - Wide(TensorPrimitives.Dot(t, y));
    }

    public static double GammaDeviance<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> t, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> ratio = scratch[..y.Length];
        TensorPrimitives.Divide(t, y, ratio);
        double sum = Wide(TensorPrimitives.Sum<T>(ratio)) - y.Length;
        TensorPrimitives.Log<T>(ratio, ratio);
        return 2 * (sum - Wide(TensorPrimitives.Sum<T>(ratio)));
    }

    /// <summary>Of variance 0.5.</summary>
    public static double GaussianNll<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> t, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => SquaredError(y, t, scratch) + (y.Length * Math.Log(0.5) / 2);

    public static double BinaryCrossEntropy<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> t, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> log = scratch[..y.Length], other = scratch.Slice(y.Length, y.Length);
        TensorPrimitives.Log(y, log);
        TensorPrimitives.Negate(y, other);
        TensorPrimitives.LogP1<T>(other, other);
        double sum = Wide(TensorPrimitives.Sum<T>(other));
        TensorPrimitives.Subtract<T>(log, other, log);
        return -sum - Wide(TensorPrimitives.Dot(t, log));
    }

    public static double BinaryCrossEntropyFromLogits<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> t, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Softplus(y, scratch) - Wide(TensorPrimitives.Dot(t, y));

    public static double Hinge<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> t, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Wide(TensorPrimitives.Sum<T>(Margin(y, t, scratch, 1)));

    public static double SquaredHinge<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> t, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Wide(TensorPrimitives.SumOfSquares<T>(Margin(y, t, scratch, 1)));

    public static double SmoothedHinge<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> t, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Rounded<T>(Margin(y, t, scratch, 1), scratch[y.Length..], 1);

    /// <summary>Of margin 0.5.</summary>
    public static double MarginRanking<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> t, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Wide(TensorPrimitives.Sum<T>(Margin(y, t, scratch, 0.5)));

    public static double SoftMargin<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> t, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Softplus<T>(Opposite(y, t, scratch), scratch[y.Length..]);

    public static double ExponentialLoss<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> t, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> product = Opposite(y, t, scratch);
        TensorPrimitives.Exp<T>(product, product);
        return Wide(TensorPrimitives.Sum<T>(product));
    }

    public static double KLDivergenceLogTarget<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> t, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> difference = Difference(t, y, scratch), probability = scratch.Slice(y.Length, y.Length);
        TensorPrimitives.Exp(t, probability);
        return Wide(TensorPrimitives.Dot<T>(probability, difference));
    }

    /// <summary>y ln(y / m) + t ln(t / m) of m = (y + t) / 2.</summary>
    public static double JensenShannon<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> t, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> mean = scratch[..y.Length], ratio = scratch.Slice(y.Length, y.Length);
        TensorPrimitives.Add(y, t, mean);
        TensorPrimitives.Divide(mean, T.CreateTruncating(2), mean);
        TensorPrimitives.Divide(y, mean, ratio);
        TensorPrimitives.Log<T>(ratio, ratio);
        double sum = Wide(TensorPrimitives.Dot(y, ratio));
        TensorPrimitives.Divide(t, mean, ratio);
        TensorPrimitives.Log<T>(ratio, ratio);
        return (sum + Wide(TensorPrimitives.Dot(t, ratio))) / 2;
    }

    /// <summary>Of margin 1, for targets of -1 and 1: max(0, 1 - y) of half the targets' distance from 1, and y of the rest.</summary>
    public static double HingeEmbedding<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> t, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> unlike = scratch[..y.Length], rest = scratch.Slice(y.Length, y.Length);
        TensorPrimitives.Subtract(T.One, t, unlike);
        TensorPrimitives.Subtract(T.One, y, rest);
        TensorPrimitives.Max(rest, T.Zero, rest);
        TensorPrimitives.Subtract(rest, y, rest);
        return Wide(TensorPrimitives.Sum(y)) + (Wide(TensorPrimitives.Dot<T>(unlike, rest)) / 2);
    }

    public static double Perceptron<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> t, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Wide(TensorPrimitives.Sum<T>(Margin(y, t, scratch, 0)));

    /// <summary>max(0, x) + ln(1 + e^-abs(x)).</summary>
    private static double Softplus<T>(ReadOnlySpan<T> x, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> s = scratch[..x.Length];
        TensorPrimitives.Max(x, T.Zero, s);
        double sum = Wide(TensorPrimitives.Sum<T>(s));
        TensorPrimitives.Abs(x, s);
        TensorPrimitives.Negate<T>(s, s);
        TensorPrimitives.Exp<T>(s, s);
        TensorPrimitives.LogP1<T>(s, s);
        return sum + Wide(TensorPrimitives.Sum<T>(s));
    }

    /// <summary>Half the square up to delta, then the line that goes on: m e - m^2 / 2 of m = min(e, delta), e not negative.</summary>
    private static double Rounded<T>(ReadOnlySpan<T> e, Span<T> scratch, double delta)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> least = scratch[..e.Length];
        TensorPrimitives.Min(e, T.CreateTruncating(delta), least);
        return Wide(TensorPrimitives.Dot(e, least)) - (Wide(TensorPrimitives.SumOfSquares<T>(least)) / 2);
    }

    private static Span<T> Difference<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TensorPrimitives.Subtract(a, b, scratch);
        return scratch[..a.Length];
    }

    /// <summary>max(0, margin - t y).</summary>
    private static Span<T> Margin<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> t, Span<T> scratch, double margin)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> m = scratch[..y.Length];
        TensorPrimitives.Multiply(y, t, m);
        TensorPrimitives.Subtract(T.CreateTruncating(margin), m, m);
        TensorPrimitives.Max(m, T.Zero, m);
        return m;
    }

    private static Span<T> Opposite<T>(ReadOnlySpan<T> y, ReadOnlySpan<T> t, Span<T> scratch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Span<T> product = scratch[..y.Length];
        TensorPrimitives.Multiply(y, t, product);
        TensorPrimitives.Negate<T>(product, product);
        return product;
    }

    private static double Wide<T>(T value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => double.CreateTruncating(value);
}
