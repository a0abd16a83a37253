using System.Numerics;

namespace FastLoss;

/// <summary>
/// The adaptive scheme along a line: central quotients from scale / 16 down by factors of 4 into a <see cref="Romberg{T}"/>
/// tableau; one-sided quotients where a bound is too near. Steps at which the function is not finite are passed over by
/// factors of 64: the domain ends nearby. Then two looks that the tableau cannot have: at a point near zero, whether the
/// function varies on the scale of x after all; and for a smooth function limited by rounding, a formula with long steps.
/// </summary>
internal static class AdaptiveDerivative
{
    public const int MaximumGaps = 12;

    public static DerivativeEstimate<T> Estimate<T, TFunction, TLine>(
        ref TFunction function, TLine line, in LinePoint<T> point, T noise, ref ValueAtPoint<T> atPoint)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : allows ref struct
        where TLine : ILine<T, TFunction>, allows ref struct
    {
        AdaptiveStart<T> start = AdaptiveStart<T>.At(point);
        if (start.IsOneSided) return OneSided(ref function, line, point, start, noise, ref atPoint);

        T h = start.Step, room = T.Min(point.RoomBelow, point.RoomAbove);
        int evaluations = 0;
        Romberg<T> tableau = Central(ref function, line, point, ref h, noise, ref evaluations, out bool gaps);
        tableau = CheckOwnScale(ref function, line, point, room, h, noise, ref evaluations, tableau);

        T value = tableau.Value, error = tableau.Error;
        // Settled within five levels without leaving the domain, and still more than 20 bits short: smooth, and rounding's.
        if (!gaps && tableau.Settled && tableau.Levels <= 5 && error > T.CreateTruncating(1 << 19) * StepRule.Epsilon<T>() * T.Abs(value))
        {
            // Six spacings within the length on which the derivative varies keep the formula's own error below rounding.
            T spacing = T.Min(StepRule.PowerOfTwo(tableau.Length / T.CreateTruncating(6)), T.CreateTruncating(16) * start.Step);
            if (spacing >= tableau.Step + tableau.Step && T.CreateTruncating(7.5) * spacing <= room)
            {
                DerivativeEstimate<T> smooth = SmoothStencil.Estimate(ref function, line, point, spacing, noise);
                evaluations += smooth.Evaluations;
                // The steps may have reached over a kink far off; then the two disagree, and the small steps are right.
                if (smooth.Error < error && T.Abs(smooth.Value - value) <= error + smooth.Error)
                    (value, error) = (smooth.Value, smooth.Error);
            }
        }

        return Conclude(value, error, evaluations, tableau.Size / point.Scale, noise);
    }

    private static Romberg<T> Central<T, TFunction, TLine>(
        ref TFunction function, TLine line, in LinePoint<T> point, ref T h, T noise, ref int evaluations, out bool gaps)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : allows ref struct
        where TLine : ILine<T, TFunction>, allows ref struct
    {
        var tableau = new Romberg<T>(Romberg<T>.Symmetric);
        T side = T.One;
        int skipped = 0;
        while (tableau.Levels < Romberg<T>.MaximumLevels && skipped < MaximumGaps)
        {
            T first = point.Position + side * h, second = point.Position - side * h;
            T atFirst = line.At(ref function, first), atSecond = T.NaN;
            evaluations++;
            if (T.IsFinite(atFirst))
            {
                atSecond = line.At(ref function, second);
                evaluations++;
                // The side that fails is asked first from now on: it saves an evaluation a level.
                if (!T.IsFinite(atSecond)) side = -side;
            }

            if (!T.IsFinite(atSecond))
            {
                tableau.Restart();
                skipped++;
                h /= T.CreateTruncating(64);
                continue;
            }

            T width = first - second, quotient = (atFirst - atSecond) / width;
            T size = T.Max(T.Abs(atFirst), T.Abs(atSecond));
            tableau.Add(quotient, size, Rounding(atFirst, atSecond, quotient, T.Abs(width), point.Magnitude, noise), h);
            if (tableau.Settled) break;
            h /= T.CreateTruncating(4);
        }

        gaps = skipped > 0;
        return tableau;
    }

    /// <summary>
    /// At x near 0 the steps start at the scale, far above |x|. If one difference at |x| / 64 disagrees with the result, the
    /// function varies on the scale of x and the larger steps agreed by chance: start again from there, and believe the
    /// second result if it explains the disagreement.
    /// </summary>
    private static Romberg<T> CheckOwnScale<T, TFunction, TLine>(
        ref TFunction function, TLine line, in LinePoint<T> point, T room, T smallest, T noise, ref int evaluations, Romberg<T> tableau)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : allows ref struct
        where TLine : ILine<T, TFunction>, allows ref struct
    {
        T distance = T.Abs(point.Position);
        if (distance == T.Zero || distance * T.CreateTruncating(4) >= point.Scale || !T.IsFinite(tableau.Error)) return tableau;
        T own = StepRule.Automatic(point.Position, T.Zero, T.One);
        T h = own / T.CreateTruncating(64);
        if (h >= smallest || h > room) return tableau;

        T above = point.Position + h, below = point.Position - h;
        T upper = line.At(ref function, above);
        T lower = line.At(ref function, below);
        evaluations += 2;
        T quotient = (upper - lower) / (above - below);
        T rounding = Rounding(upper, lower, quotient, above - below, point.Magnitude, noise);
        T gap = T.Abs(quotient - tableau.Value);
        if (!(gap > tableau.Error + T.CreateTruncating(8) * rounding)) return tableau;

        h = T.Min(own / T.CreateTruncating(16), StepRule.PowerOfTwo(room));
        Romberg<T> closer = Central(ref function, line, point, ref h, noise, ref evaluations, out _);
        return closer.Error * T.CreateTruncating(10) <= gap ? closer : tableau;
    }

    private static DerivativeEstimate<T> OneSided<T, TFunction, TLine>(
        ref TFunction function, TLine line, in LinePoint<T> point, in AdaptiveStart<T> start, T noise,
        ref ValueAtPoint<T> atPoint)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : allows ref struct
        where TLine : ILine<T, TFunction>, allows ref struct
    {
        var tableau = new Romberg<T>(Romberg<T>.OneSided);
        int evaluations = 0;
        LineDerivative.Know(ref function, line, point.Position, ref atPoint, ref evaluations);
        T side = T.CreateTruncating(start.Side), h = start.Step;
        int skipped = 0;
        while (h > T.Zero && tableau.Levels < Romberg<T>.MaximumLevels && skipped < MaximumGaps)
        {
            T position = point.Position + side * h;
            T width = position - point.Position;
            if (width == T.Zero) break;
            T value = line.At(ref function, position);
            evaluations++;
            if (!T.IsFinite(value))
            {
                tableau.Restart();
                skipped++;
                h /= T.CreateTruncating(64);
                continue;
            }

            T quotient = (value - atPoint.Value) / width;
            // The extrapolation by 4^k has weights up to 1.95 in all; by 16^k only 1.14, which Central leaves out.
            T rounding = T.CreateTruncating(2) * Rounding(value, atPoint.Value, quotient, T.Abs(width), point.Magnitude, noise);
            tableau.Add(quotient, T.Max(T.Abs(value), T.Abs(atPoint.Value)), rounding, h);
            if (tableau.Settled) break;
            h /= T.CreateTruncating(4);
        }

        return Conclude(tableau.Value, tableau.Error, evaluations, tableau.Size / point.Scale, noise);
    }

    /// <summary>How far rounding may move a quotient: the noise of both values, and that of an argument moved by an ulp.</summary>
    public static T Rounding<T>(T first, T second, T quotient, T width, T magnitude, T noise)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        (noise * (T.Abs(first) + T.Abs(second)) + T.Abs(quotient) * magnitude * StepRule.Epsilon<T>()) / width;

    /// <summary>
    /// Converged if the error is below half the digits of the value, or of <paramref name="size"/>, what the function's
    /// values over its scale make a derivative of ordinary size: a derivative of 0 has no digits of its own.
    /// </summary>
    public static DerivativeEstimate<T> Conclude<T>(T value, T error, int evaluations, T size, T noise)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new(
            value,
            error,
            evaluations,
            !T.IsFinite(value) ? DifferentiationStatus.NonFinite
            : error <= T.Sqrt(noise) * T.Max(T.Abs(value), size) ? DifferentiationStatus.Completed
            : DifferentiationStatus.NotConverged);
}
