using System.Numerics;

namespace FastLoss;

/// <summary>Second differences along one line and across two, symmetric or to one side.</summary>
internal static class SecondDifference
{
    /// <summary>
    /// Weights of first-derivative (reach 2) and second-derivative (reach 3) formulas on the points 0, 1, 2, 3 of one
    /// side: both of second order, as the symmetric ones.
    /// </summary>
    private static ReadOnlySpan<sbyte> FirstWeights => [-3, 4, -1];

    private static ReadOnlySpan<sbyte> SecondWeights => [2, -5, 4, -1];

    /// <summary>
    /// 0 if a step fits on both sides; else the side with more room, with the step shrunk to fit three times.
    /// </summary>
    public static int Side<T>(in LinePoint<T> point, ref T h)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (point.NearRoom >= h) return 0;
        T reach = T.CreateTruncating(3);
        if (point.FarRoom < reach * h) h = StepRule.PowerOfTwo(point.FarRoom / reach);
        return point.AwayFromBound;
    }

    /// <summary>d2f/dx_i^2 from the values on the line.</summary>
    public static Quotient<T> Along<T, TFunction>(
        ref TFunction function, Span<T> x, int i, (LinePoint<T> Point, T Step, int Side) line, T atPoint, T noise, ref long evaluations)
        where TFunction : IScalarFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T position = line.Point.Position, h = line.Step, sum = T.Zero;
        if (line.Side == 0)
        {
            T above = At(ref function, x, i, position + h), below = At(ref function, x, i, position - h);
            x[i] = position;
            evaluations += 2;
            return Quotient.Central(new Values<T> { Upper = above, Middle = atPoint, Lower = below }, 2, h + h, line.Point, noise);
        }

        T size = T.Abs(atPoint), value = atPoint;
        for (int k = 1; k < SecondWeights.Length; k++)
        {
            value = At(ref function, x, i, DifferenceFormula.Move(position, line.Side * k, h));
            size = T.Max(size, T.Abs(value));
            sum += T.CreateTruncating(SecondWeights[k]) * (value - atPoint);
        }

        x[i] = position;
        evaluations += SecondWeights.Length - 1;
        // The weights add up to 12 without their signs, and to the root of 46 in squares.
        return Of(sum, h * h, (size, T.Abs(value - atPoint)), (12, 6.8), line.Point.Magnitude / h, noise);
    }

    /// <summary>
    /// d2f/dx_i dx_j: the product of two first-derivative formulas, 4 evaluations if both are symmetric.
    /// </summary>
    public static Quotient<T> Across<T, TFunction>(
        ref TFunction function, Span<T> x, (int I, int J) place, (LinePoint<T> Point, T Step, int Side) first,
        (LinePoint<T> Point, T Step, int Side) second, T noise, ref long evaluations)
        where TFunction : IScalarFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T sum = T.Zero, size = T.Zero, all = T.Zero, most = T.NegativeInfinity, least = T.PositiveInfinity;
        int firstPoints = first.Side == 0 ? 2 : 3, secondPoints = second.Side == 0 ? 2 : 3;
        for (int p = 0; p < firstPoints; p++)
        {
            x[place.I] = Place(first, p, out int outer);
            T inner = T.Zero;
            for (int q = 0; q < secondPoints; q++)
            {
                T value = At(ref function, x, place.J, Place(second, q, out int weight));
                inner += T.CreateTruncating(weight) * value;
                all += value;
                size = T.Max(size, T.Abs(value));
                (most, least) = (T.Max(most, value), T.Min(least, value));
            }

            sum += T.CreateTruncating(outer) * inner;
        }

        x[place.I] = first.Point.Position;
        x[place.J] = second.Point.Position;
        evaluations += firstPoints * secondPoints;
        var (weights, norm) = (Math.Abs(first.Side) + Math.Abs(second.Side)) switch { 0 => (1.0, 0.5), 1 => (4.0, 1.81), _ => (16.0, 6.5) };
        T relative = first.Point.Magnitude / first.Step + second.Point.Magnitude / second.Step;
        Quotient<T> quotient = Of(
            sum / T.CreateTruncating(4), first.Step * second.Step, (size, most - least), (weights, norm), relative, noise);
        return first.Side != 0 || second.Side != 0 || !T.IsFinite(all)
            ? quotient
            : quotient with { Other = all / T.CreateTruncating(4), OtherGain = T.CreateTruncating(1.9), Upper = most, Lower = least };
    }

    /// <summary>The quotient of a sum of values.</summary>
    /// <param name="sum">The weighted sum.</param>
    /// <param name="area">What it is divided by.</param>
    /// <param name="values">The largest value, and how far apart they lie.</param>
    /// <param name="weights">The sum of the weights without their signs, and the root of that of their squares.</param>
    /// <param name="relative">|x| over the step: what an ulp of it does to a value is that much of how far they lie apart.</param>
    /// <param name="noise">The relative noise of the values.</param>
    private static Quotient<T> Of<T>(T sum, T area, (T Size, T Range) values, (double Sum, double Norm) weights, T relative, T noise)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new()
        {
            Value = sum / area,
            Other = T.NaN,
            Size = values.Size,
            Rounding = T.CreateTruncating(2 * weights.Sum) * (noise * values.Size + values.Range * relative * StepRule.Epsilon<T>()) / area,
            Gain = area / T.CreateTruncating(1.2 * weights.Norm),
            OtherGain = T.Zero,
            Upper = values.Range,
            Lower = T.Zero,
        };

    /// <summary>Point p of a first-derivative formula over 2h, and its weight.</summary>
    private static T Place<T>((LinePoint<T> Point, T Step, int Side) line, int p, out int weight)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (line.Side == 0)
        {
            weight = p == 0 ? 1 : -1;
            return p == 0 ? line.Point.Position + line.Step : line.Point.Position - line.Step;
        }

        weight = line.Side * FirstWeights[p];
        return DifferenceFormula.Move(line.Point.Position, line.Side * p, line.Step);
    }

    private static T At<T, TFunction>(ref TFunction function, Span<T> x, int i, T position)
        where TFunction : IScalarFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        x[i] = position;
        return function.Evaluate(x);
    }
}
