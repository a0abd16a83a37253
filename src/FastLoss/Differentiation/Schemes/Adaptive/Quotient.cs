using System.Numerics;

namespace FastLoss;

/// <summary>One difference quotient and what belongs to it.</summary>
internal readonly record struct Quotient<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public Quotient()
    {
    }

    /// <summary>The quotient.</summary>
    public required T Value { get; init; }

    /// <summary>
    /// What the same values say that the quotient leaves out: their mean, or their slope; NaN where there is nothing.
    /// </summary>
    public required T Other { get; init; }

    /// <summary>The largest of the values.</summary>
    public required T Size { get; init; }

    /// <summary>How far rounding alone may have moved the quotient.</summary>
    public required T Rounding { get; init; }

    /// <summary>What a change of the quotient, times this, is in standard deviations of one value.</summary>
    public required T Gain { get; init; }

    /// <summary>The same for a change of <see cref="Other"/>.</summary>
    public required T OtherGain { get; init; }

    /// <summary>The value furthest above the point.</summary>
    public required T Upper { get; init; }

    /// <summary>The value furthest below the point.</summary>
    public required T Lower { get; init; }

    /// <summary>The value at the point, where it is known; else NaN.</summary>
    public T Middle { get; init; } = T.NaN;

    /// <summary>The values beside the point are equal to each other, and not to that at the point: a derivative of 0.</summary>
    public bool IsTurning => IsFlat && !T.IsNaN(Middle) && Upper != Middle;

    /// <summary>The quotient is 0 because its values are equal.</summary>
    public bool IsFlat => Value == T.Zero && Upper == Lower;
}

/// <summary>Difference quotients of order 1 to 4 along a line, symmetric and one-sided.</summary>
internal static class Quotient
{
    // What the noise of independent values of deviation 1 does to the sum of a central difference: sqrt(2), sqrt(6),
    // ...
    private static ReadOnlySpan<double> CentralNoise => [1.4142135623730951 / 2, 2.449489742783178, 3.1622776601683795 / 2, 8.366600265340756];

    // The sum of the absolute weights.
    private static ReadOnlySpan<double> CentralWeights => [1, 4, 3, 16];

    /// <summary>The furthest point of a central quotient, in steps.</summary>
    public static int Reach(int order) => (order + 1) / 2;

    /// <summary>From the values at h (and 2h for orders 3 and 4) on both sides and at the point.</summary>
    public static Quotient<T> Central<T>(in Values<T> values, int order, T width, in LinePoint<T> point, T noise)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T two = T.CreateTruncating(2), h = width / two, upper = values.Upper, lower = values.Lower, middle = values.Middle;
        T mean = (upper + lower) / two, slope = (upper - lower) / width;
        T size = T.Max(T.Max(T.Abs(upper), T.Abs(lower)), order == 1 ? T.Zero : T.Max(T.Abs(middle), T.Max(T.Abs(values.UpperTwo), T.Abs(values.LowerTwo))));
        T sum = order switch
        {
            1 => upper - lower,
            2 => (upper - middle) - (middle - lower),
            3 => ((values.UpperTwo - values.LowerTwo) - two * (upper - lower)) / two,
            _ => ((values.UpperTwo - upper) - (lower - values.LowerTwo)) - T.CreateTruncating(3) * ((upper - middle) - (middle - lower)),
        };
        T power = order == 1 ? width : h, value = sum / power;
        for (int i = 1; i < order; i++) (power, value) = (power * h, value / h);   // h^order may underflow
        T unit = order == 1 ? h : power, weights = T.CreateTruncating(CentralWeights[order - 1]);
        T argument = T.Abs(slope) * point.Magnitude * StepRule.Epsilon<T>() / two;
        return new()
        {
            Value = value,
            Other = order % 2 == 1 ? mean : slope,
            Size = size,
            Rounding = order == 1
                ? (noise * (T.Abs(upper) + T.Abs(lower)) + two * argument) / width
                : weights * (noise * size + argument) / power,
            Gain = unit / T.CreateTruncating(1.1 * CentralNoise[order - 1]),
            OtherGain = order % 2 == 1 ? T.CreateTruncating(0.93) : h * T.CreateTruncating(1.28),
            Upper = upper,
            Lower = lower,
        };
    }

    /// <summary>The d-th difference of the values at 0, h, ... d h to one side, over h^d.</summary>
    /// <param name="values">They, the point's own first.</param>
    /// <param name="side">1 if the points lie above, -1 if they lie below.</param>
    /// <param name="h">The step really taken.</param>
    /// <param name="point">The point.</param>
    /// <param name="noise">The relative noise of the values.</param>
    public static Quotient<T> OneSided<T>(ReadOnlySpan<T> values, int side, T h, in LinePoint<T> point, T noise)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int order = values.Length - 1;
        T size = T.Abs(values[0]), sum = T.Zero, squares = T.Zero, weights = T.Zero, power = T.One;
        long binomial = 1;
        for (int i = 0; i <= order; i++)
        {
            T weight = T.CreateTruncating((order - i) % 2 == 0 ? binomial : -binomial);
            sum += weight * (values[i] - values[0]);
            squares += weight * weight;
            weights += T.Abs(weight);
            size = T.Max(size, T.Abs(values[i]));
            binomial = binomial * (order - i) / (i + 1);
            if (i < order) power *= h;
        }

        T slope = (values[^1] - values[0]) / (T.CreateTruncating(order) * h);
        T argument = T.Abs(slope) * point.Magnitude * StepRule.Epsilon<T>() / T.CreateTruncating(2);
        T value = sum / power;
        return new()
        {
            Value = side < 0 && order % 2 == 1 ? -value : value,
            Other = T.NaN,
            Size = size,
            // The extrapolation by 4^k has weights up to 1.95 in all; by 16^k only 1.14, which the symmetric one leaves
            // out.
            Rounding = T.CreateTruncating(2) * weights * (noise * size + argument) / power,
            Gain = power / (T.CreateTruncating(1.5) * T.Sqrt(squares)),
            OtherGain = T.Zero,
            Upper = values[^1],
            Lower = values[0],
        };
    }
}

/// <summary>The values around a point that a central quotient is made of.</summary>
internal struct Values<T>
{
    public T UpperTwo;
    public T Upper;
    public T Middle;
    public T Lower;
    public T LowerTwo;
}
