using System.Numerics;

namespace FastLoss;

/// <summary>The verdicts of one gradient check.</summary>
internal readonly ref struct ElementCheck<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReadOnlySpan<T> _x;
    private readonly ReadOnlySpan<T> _gradient;
    private readonly GradientCheckOptions<T> _options;
    private readonly GradientTolerance<T> _tolerance;
    private readonly T _norm;

    public ElementCheck(ReadOnlySpan<T> x, ReadOnlySpan<T> gradient, GradientCheckOptions<T> options)
    {
        _x = x;
        _gradient = gradient;
        _options = options;
        _norm = GradientTolerance<T>.Norm(gradient);
        _tolerance = GradientTolerance<T>.Of(options, _norm);
    }

    public GradientCheckReport Run<TFunction, TLine, TLines>(ref TFunction function, TLines lines, T value, T again)
        where TFunction : allows ref struct
        where TLine : ILine<T, TFunction>, allows ref struct
        where TLines : ICoordinateLines<T, TFunction, TLine>, allows ref struct
    {
        int count = _options.Indices.IsEmpty ? _x.Length : _options.Indices.Length;
        var elements = new GradientCheckElement[count];
        long evaluations = 2;
        T declared = _options.Differentiation.EffectiveNoise;
        bool deterministic = value.Equals(again) || T.Abs(value - again) <= T.CreateTruncating(2) * declared * T.Abs(value);
        T noise = declared * T.Abs(value);
        for (int k = 0; k < count; k++)
        {
            int i = _options.Indices.IsEmpty ? k : _options.Indices[k];
            if (!deterministic)
            {
                elements[k] = Element(i, T.NaN, T.NaN, T.NaN, T.NaN, T.NaN, GradientVerdict.NonDeterministic);
                continue;
            }

            T saved = _x[i];
            try
            {
                elements[k] = Check<TFunction, TLine>(ref function, lines.Along(i), i, value, ref noise, ref evaluations);
            }
            finally
            {
                lines.Restore(i, saved);
            }
        }

        double relative = double.CreateTruncating(value == T.Zero ? declared : noise / T.Abs(value));
        return GradientCheckReport.OfElements(elements, evaluations, relative, double.CreateTruncating(declared));
    }

    /// <summary>Eight standard deviations, for it is a small sample.</summary>
    private static T Noise<TFunction, TLine>(ref TFunction function, TLine line, in LinePoint<T> point, ref long evaluations)
        where TFunction : allows ref struct
        where TLine : ILine<T, TFunction>, allows ref struct
    {
        T noise = T.CreateTruncating(8) * NoiseLevel.Estimate(ref function, line, point, ref evaluations);
        return T.IsFinite(noise) ? noise : T.Zero;
    }

    private GradientCheckElement Check<TFunction, TLine>(
        ref TFunction function, TLine line, int i, T value, ref T most, ref long evaluations)
        where TFunction : allows ref struct
        where TLine : ILine<T, TFunction>, allows ref struct
    {
        T analytic = _gradient[i], noise = _options.Differentiation.EffectiveNoise * T.Abs(value);
        LinePoint<T> point = _options.Adaptive.PointAt(i, _x[i]);
        if (!T.IsFinite(analytic) || !T.IsFinite(value))
            return Element(i, T.NaN, T.NaN, T.NaN, T.NaN, T.NaN, GradientVerdict.NonFinite);

        ValueAtPoint<T> atPoint = default;
        atPoint.Value = value;
        var adaptive = new AdaptiveDerivative<T, TFunction, TLine>(line, point, _options.Adaptive.Request());
        DerivativeEstimate<T> estimate = adaptive.Estimate(ref function, ref atPoint);
        evaluations += estimate.Evaluations;

        // Symmetric differences that converge together with the means of their values leave no room for a kink.
        Slopes<T> slopes = new(PointKind.Smooth, T.NaN, T.NaN, T.Zero, 0);
        if (!(estimate.Error <= _tolerance.Relative * T.Abs(estimate.Value) / T.CreateTruncating(16)))
        {
            // Noise that long steps see through is none of a kink's doing, which would leave the estimate open.
            if (estimate.Error <= T.Abs(estimate.Value) / T.CreateTruncating(64)) noise = T.Max(noise, adaptive.Noise);
            slopes = SlopesAt(ref function, line, point, value, ref noise, ref evaluations);
            LinePoint<T> closer = point with { Scale = T.Min(point.Scale, T.CreateTruncating(1024) * adaptive.Step) };
            // On the scale that the function turned out to vary on a kink or a jump must show as well.
            bool isCloser = adaptive.Step > T.Zero && closer.Scale * T.CreateTruncating(16) < point.Scale;
            if (slopes.Kind is PointKind.Kink or PointKind.Unbounded && isCloser)
            {
                Slopes<T> again = SlopesAt(ref function, line, closer, value, ref noise, ref evaluations);
                if (again.Kind is PointKind.Smooth or PointKind.NearKink) slopes = again;
            }

            if (estimate.Status != DifferentiationStatus.Completed)
                estimate = OnOwnScale(ref function, line, point, (estimate, adaptive.Noise), atPoint, ref evaluations);
        }

        most = T.Max(most, noise);
        if (slopes.Kind == PointKind.Unbounded)
            return Element(i, T.NaN, T.NaN, T.NaN, slopes.Below, slopes.Above, GradientVerdict.Unbounded);
        if (slopes.Kind == PointKind.Kink) return AtKink(i, slopes);

        if (slopes.Kind == PointKind.NearKink)
        {
            // The tableau's large steps reach over the kink; the slopes at steps shorter than that do not.
            T closeError = slopes.Jump + slopes.Rounding;
            if (closeError < estimate.Error || estimate.Status != DifferentiationStatus.Completed)
                estimate = estimate with { Value = (slopes.Above + slopes.Below) / T.CreateTruncating(2), Error = closeError };
        }

        T numerical = estimate.Value, error = estimate.Error;
        if (!T.IsFinite(numerical)) return Element(i, numerical, error, T.NaN, numerical, numerical, GradientVerdict.NonFinite);
        // An element that is 0, as at a minimum, is measured by the others and by the slopes around it.
        T around = T.MaxNumber(T.MaxNumber(T.Abs(slopes.Below), T.Abs(slopes.Above)), T.MaxNumber(_norm, adaptive.Steepness));
        // A constant is known as well as its own size allows.
        around = T.MaxNumber(around, T.Abs(analytic) == T.Zero ? T.Abs(value) / point.Scale : T.Zero);
        GradientVerdict verdict = _tolerance.Judge(analytic, estimate, around, slopes.Unsettled, out T tolerance);
        return Element(i, numerical, error, tolerance, numerical, numerical, verdict);
    }

    /// <summary>
    /// A derivative near 0 that did not converge is tried again as if the function varied on the scale of x. Where the
    /// two results exclude each other, neither is known.
    /// </summary>
    private DerivativeEstimate<T> OnOwnScale<TFunction, TLine>(
        ref TFunction function, TLine line, in LinePoint<T> point, in (DerivativeEstimate<T> Estimate, T Noise) first,
        ValueAtPoint<T> atPoint, ref long evaluations)
        where TFunction : allows ref struct
        where TLine : ILine<T, TFunction>, allows ref struct
    {
        DerivativeEstimate<T> estimate = first.Estimate;
        T distance = T.Abs(point.Position);
        if (distance == T.Zero || distance * T.CreateTruncating(4) >= point.Scale) return estimate;
        var adaptive = new AdaptiveDerivative<T, TFunction, TLine>(
            line, point with { Scale = distance }, _options.Adaptive.Request());
        DerivativeEstimate<T> own = adaptive.Estimate(ref function, ref atPoint);
        evaluations += own.Evaluations;
        if (!T.IsFinite(estimate.Error)) return own;
        // The noise that the longer steps met is there at the shorter ones too.
        own = own with { Error = T.Max(own.Error, first.Noise / adaptive.Step) };
        if (T.Abs(own.Value - estimate.Value) > own.Error + estimate.Error) return estimate with { Error = T.PositiveInfinity };
        return own.Error < estimate.Error ? own : estimate;
    }

    /// <summary>The kink test, with the noise that the function shows there.</summary>
    private Slopes<T> SlopesAt<TFunction, TLine>(
        ref TFunction function, TLine line, in LinePoint<T> point, T value, ref T noise, ref long evaluations)
        where TFunction : allows ref struct
        where TLine : ILine<T, TFunction>, allows ref struct
    {
        if (point.NearRoom < KinkTest.FirstStep(point)) return new(PointKind.Smooth, T.NaN, T.NaN, T.Zero, 0);
        Slopes<T> slopes = KinkTest.At(ref function, line, point, noise, _tolerance.Fixed, value);
        evaluations += slopes.Evaluations;
        if (slopes.Kind == PointKind.Smooth) return slopes;

        // Rounded values jump as well; measure how much, and look again.
        T measured = Noise(ref function, line, point, ref evaluations);
        if (measured <= noise) return slopes;
        noise = measured;
        slopes = KinkTest.At(ref function, line, point, noise, _tolerance.Fixed, value);
        evaluations += slopes.Evaluations;
        return slopes;
    }

    /// <summary>
    /// Any value between the two slopes is a subgradient, or a supergradient; none outside is either.
    /// </summary>
    private GradientCheckElement AtKink(int i, Slopes<T> slopes)
    {
        T analytic = _gradient[i], middle = (slopes.Above + slopes.Below) / T.CreateTruncating(2);
        T tolerance = slopes.Rounding + _tolerance.Between(slopes.Below, slopes.Above);
        bool between = analytic >= T.Min(slopes.Below, slopes.Above) - tolerance && analytic <= T.Max(slopes.Below, slopes.Above) + tolerance;
        return Element(
            i, middle, slopes.Rounding, tolerance, slopes.Below, slopes.Above,
            between ? GradientVerdict.KinkSubgradientOk : GradientVerdict.KinkFail);
    }

    private GradientCheckElement Element(int i, T numerical, T error, T tolerance, T below, T above, GradientVerdict verdict) =>
        new(
            i,
            double.CreateTruncating(_gradient[i]),
            double.CreateTruncating(numerical),
            double.CreateTruncating(error),
            double.CreateTruncating(tolerance),
            double.CreateTruncating(below),
            double.CreateTruncating(above),
            verdict);
}
