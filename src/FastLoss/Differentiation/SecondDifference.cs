using System.Numerics;

namespace FastLoss;

/// <summary>Second differences along one line and across two, with bounds, at one step or extrapolated to none.</summary>
internal static class SecondDifference
{
    /// <summary>
    /// Weights of first-derivative (reach 2) and second-derivative (reach 3) formulas on the points 0, 1, 2, 3 of one side:
    /// both of second order, as the symmetric ones.
    /// </summary>
    private static ReadOnlySpan<sbyte> FirstWeights => [-3, 4, -1];

    private static ReadOnlySpan<sbyte> SecondWeights => [2, -5, 4, -1];

    /// <summary>0 if a step fits on both sides; else the side with more room, with the step shrunk to fit three times.</summary>
    public static int Side<T>(in LinePoint<T> point, ref T h)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (T.Min(point.RoomBelow, point.RoomAbove) >= h) return 0;
        T room = T.Max(point.RoomBelow, point.RoomAbove), reach = T.CreateTruncating(3);
        if (room < reach * h) h = StepRule.PowerOfTwo(room / reach);
        return point.RoomAbove >= point.RoomBelow ? 1 : -1;
    }

    /// <summary>d2f/dx_i^2 from the values on the line; <paramref name="size"/> is the largest of them.</summary>
    public static T Along<T, TFunction>(
        ref TFunction function, Span<T> x, int i, T position, T h, int side, T atPoint, out T size, ref long evaluations)
        where TFunction : IScalarFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        size = T.Abs(atPoint);
        T sum = T.Zero;
        if (side == 0)
        {
            T above = At(ref function, x, i, position + h, ref size, ref evaluations);
            T below = At(ref function, x, i, position - h, ref size, ref evaluations);
            // Differences before their difference: the values are close, and their differences are exact.
            sum = (above - atPoint) - (atPoint - below);
        }
        else
        {
            for (int k = 1; k < SecondWeights.Length; k++)
            {
                T value = At(ref function, x, i, DifferenceFormula.Move(position, side * k, h), ref size, ref evaluations);
                sum += T.CreateTruncating(SecondWeights[k]) * (value - atPoint);
            }
        }

        x[i] = position;
        return sum / h / h;
    }

    /// <summary>d2f/dx_i dx_j: the product of two first-derivative formulas, 4 evaluations if both are symmetric.</summary>
    public static T Across<T, TFunction>(
        ref TFunction function, Span<T> x, int i, int j, (T Position, T Step, int Side) first, (T Position, T Step, int Side) second,
        out T size, ref long evaluations)
        where TFunction : IScalarFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        size = T.Zero;
        T sum = T.Zero;
        int firstPoints = first.Side == 0 ? 2 : 3, secondPoints = second.Side == 0 ? 2 : 3;
        for (int p = 0; p < firstPoints; p++)
        {
            x[i] = Place(first, p, out int outer);
            T inner = T.Zero;
            for (int q = 0; q < secondPoints; q++)
            {
                T position = Place(second, q, out int weight);
                inner += T.CreateTruncating(weight) * At(ref function, x, j, position, ref size, ref evaluations);
            }

            sum += T.CreateTruncating(outer) * inner;
        }

        x[i] = first.Position;
        x[j] = second.Position;
        return sum / T.CreateTruncating(4) / first.Step / second.Step;
    }

    /// <summary>Point p of a first-derivative formula over 2h, and its weight.</summary>
    private static T Place<T>((T Position, T Step, int Side) line, int p, out int weight)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (line.Side == 0)
        {
            weight = p == 0 ? 1 : -1;
            return p == 0 ? line.Position + line.Step : line.Position - line.Step;
        }

        weight = line.Side * FirstWeights[p];
        return DifferenceFormula.Move(line.Position, line.Side * p, line.Step);
    }

    private static T At<T, TFunction>(ref TFunction function, Span<T> x, int i, T position, ref T size, ref long evaluations)
        where TFunction : IScalarFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        x[i] = position;
        T value = function.Evaluate(x);
        evaluations++;
        size = T.Max(size, T.Abs(value));
        return value;
    }
}
