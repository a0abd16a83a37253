using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss;

/// <summary>The derivative along a line by any scheme.</summary>
internal static class LineDerivative
{
    /// <summary>
    /// The central quotient alone: what most callers ask for, small enough to be inlined with the function.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Central<T, TFunction, TLine>(ref TFunction function, TLine line, T x, T h)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : allows ref struct
        where TLine : ILine<T, TFunction>, allows ref struct
    {
        T above = x + h, below = x - h;
        return line.Difference(ref function, above, below) / (above - below);
    }

    /// <summary>
    /// The derivative as the options ask for it; the error of a fixed scheme is NaN unless asked for.
    /// </summary>
    public static DerivativeEstimate<T> Estimate<T, TFunction, TLine>(
        ref TFunction function, TLine line, in LinePoint<T> point, in DifferentiationOptions<T> options,
        bool withError, ref ValueAtPoint<T> atPoint)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : allows ref struct
        where TLine : ILine<T, TFunction>, allows ref struct
    {
        T noise = options.EffectiveNoise;
        if (options.IsAdaptive) return AdaptiveDerivative.Estimate(ref function, line, point, options.Request(), ref atPoint);

        T h = options.StepAlong(point);
        if (point.IsFixed) return DerivativeEstimate<T>.OfFixed;
        if (withError) return new FixedDerivative<T, TFunction, TLine>(line, point, noise).Estimate(ref function, options.Scheme, h, ref atPoint);
        int evaluations = 0;
        T value = Fixed(ref function, line, point, options.Scheme, h, ref atPoint, ref evaluations);
        return new(
            value, T.NaN, evaluations, T.IsFinite(value) ? DifferentiationStatus.Completed : DifferentiationStatus.NonFinite);
    }

    /// <summary>
    /// The value by a fixed scheme with the step <paramref name="h"/>, or one-sided where bounds are near.
    /// </summary>
    private static T Fixed<T, TFunction, TLine>(
        ref TFunction function, TLine line, in LinePoint<T> point, DifferenceScheme scheme, T h,
        ref ValueAtPoint<T> atPoint, ref int evaluations)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : allows ref struct
        where TLine : ILine<T, TFunction>, allows ref struct
    {
        var formula = DifferenceFormula.Choose(scheme, ref h, point.RoomBelow, point.RoomAbove);
        return Apply(ref function, line, point.Position, formula, h, ref atPoint, ref evaluations);
    }

    /// <summary>
    /// The error that a derivative and the one at half its step imply: truncation falls by 2^order, and rounding is
    /// added.
    /// </summary>
    public static DerivativeEstimate<T> WithError<T>(
        T value, T finer, DifferenceFormula formula, T atPoint, T h, T magnitude, T noise, int evaluations)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T power = T.CreateTruncating(1 << formula.Order), size = T.Max(T.Abs(atPoint), T.Abs(value) * h);
        T rounding = (noise * size * T.CreateTruncating(formula.NoiseGain) + T.Abs(value) * magnitude * StepRule.Epsilon<T>()) / h;
        T error = T.Abs(value - finer) * (power / (power - T.One)) + rounding;
        // The values beside the point differ as much as a function does that these steps are far too long for.
        bool unresolved = T.Abs(value - finer) * T.CreateTruncating(4) > T.Abs(value) && T.Abs(value) * h * T.CreateTruncating(64) > T.Abs(atPoint);
        return new(
            value, error, evaluations,
            !T.IsFinite(value) ? DifferentiationStatus.NonFinite
            : unresolved && atPoint != T.Zero ? DifferentiationStatus.NotConverged
            : DifferentiationStatus.Completed);
    }

    /// <summary>Evaluates the function at the point, unless that is known.</summary>
    public static void Know<T, TFunction, TLine>(
        ref TFunction function, TLine line, T position, ref ValueAtPoint<T> atPoint, ref int evaluations)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : allows ref struct
        where TLine : ILine<T, TFunction>, allows ref struct
    {
        if (atPoint.Known) return;
        atPoint.Value = line.At(ref function, position);
        evaluations++;
    }

    public static T Apply<T, TFunction, TLine>(
        ref TFunction function, TLine line, T x, scoped DifferenceFormula formula, T h, ref ValueAtPoint<T> atPoint, ref int evaluations)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : allows ref struct
        where TLine : ILine<T, TFunction>, allows ref struct
    {
        T sum = T.Zero;
        for (int pair = 0; pair < formula.Pairs; pair++)
        {
            int up = formula.Upper(pair), down = formula.Lower(pair);
            T upper = DifferenceFormula.Move(x, up, h), lower = DifferenceFormula.Move(x, down, h);
            T difference;
            if ((up != 0 && down != 0) || TLine.SubtractsItself)
            {
                difference = line.Difference(ref function, upper, lower);
                evaluations += 2;
            }
            else
            {
                Know(ref function, line, x, ref atPoint, ref evaluations);
                T value = line.At(ref function, up != 0 ? upper : lower);
                difference = up != 0 ? value - atPoint.Value : atPoint.Value - value;
                evaluations++;
            }

            sum += T.CreateTruncating(formula.Weight(pair)) * (difference / (upper - lower));
        }

        return formula.Denominator == 1 ? sum : sum / T.CreateTruncating(formula.Denominator);
    }
}
