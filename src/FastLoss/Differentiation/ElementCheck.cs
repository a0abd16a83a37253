using System.Numerics;

namespace FastLoss;

/// <summary>The verdicts of one gradient check.</summary>
internal readonly ref struct ElementCheck<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReadOnlySpan<T> _x;
    private readonly ReadOnlySpan<T> _gradient;
    private readonly GradientCheckOptions<T> _options;
    private readonly T _relativeTolerance;
    private readonly T _norm;
    private readonly T _normTolerance;

    public ElementCheck(ReadOnlySpan<T> x, ReadOnlySpan<T> gradient, GradientCheckOptions<T> options)
    {
        _x = x;
        _gradient = gradient;
        _options = options;
        _relativeTolerance = options.EffectiveRelativeTolerance;
        _norm = Norm(gradient);
        _normTolerance = options.EffectiveNormTolerance * _norm;
    }

    /// <summary>What the two may differ by beside the numerical error.</summary>
    public T Tolerance(T analytic, T numerical) =>
        _relativeTolerance * T.Max(T.Abs(analytic), T.Abs(numerical)) + _normTolerance;

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
        T noise = declared;
        if (deterministic && T.IsFinite(value))
        {
            noise = T.Max(declared, Noise<TFunction, TLine, TLines>(ref function, lines, value, ref evaluations));
        }

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
                elements[k] = Check<TFunction, TLine>(ref function, lines.Along(i), i, value, noise, ref evaluations);
            }
            finally
            {
                lines.Restore(i, saved);
            }
        }

        return GradientCheckReport.OfElements(
            elements, evaluations, double.CreateTruncating(noise), double.CreateTruncating(declared));
    }

    /// <summary>Eight standard deviations, for it is a small sample, of the measured noise, relative to the value; along the largest element, which shows most.</summary>
    private T Noise<TFunction, TLine, TLines>(ref TFunction function, TLines lines, T value, ref long evaluations)
        where TFunction : allows ref struct
        where TLine : ILine<T, TFunction>, allows ref struct
        where TLines : ICoordinateLines<T, TFunction, TLine>, allows ref struct
    {
        int largest = 0;
        for (int i = 1; i < _x.Length; i++)
        {
            if (T.Abs(_gradient[i]) > T.Abs(_gradient[largest])) largest = i;
        }

        T saved = _x[largest];
        try
        {
            T noise = NoiseLevel.Estimate(
                ref function, lines.Along(largest), _options.Differentiation.PointAt(largest, saved), ref evaluations);
            return T.IsFinite(noise) && value != T.Zero ? T.CreateTruncating(8) * noise / T.Abs(value) : T.Zero;
        }
        finally
        {
            lines.Restore(largest, saved);
        }
    }

    private GradientCheckElement Check<TFunction, TLine>(
        ref TFunction function, TLine line, int i, T value, T noise, ref long evaluations)
        where TFunction : allows ref struct
        where TLine : ILine<T, TFunction>, allows ref struct
    {
        T analytic = _gradient[i];
        LinePoint<T> point = _options.Differentiation.PointAt(i, _x[i]);
        if (!T.IsFinite(analytic) || !T.IsFinite(value))
            return Element(i, T.NaN, T.NaN, T.NaN, T.NaN, T.NaN, GradientVerdict.NonFinite);

        Slopes<T> slopes = new(PointKind.Smooth, T.NaN, T.NaN, T.Zero, 0);
        if (T.Min(point.RoomBelow, point.RoomAbove) >= KinkTest.FirstStep(point))
        {
            slopes = KinkTest.At(ref function, line, point, noise, _normTolerance, value);
            evaluations += slopes.Evaluations;
        }

        if (slopes.Kind == PointKind.Unbounded)
            return Element(i, T.NaN, T.NaN, T.NaN, slopes.Below, slopes.Above, GradientVerdict.Unbounded);
        if (slopes.Kind == PointKind.Kink) return AtKink(i, slopes);

        ValueAtPoint<T> atPoint = default;
        atPoint.Value = value;
        DerivativeEstimate<T> estimate = AdaptiveDerivative.Estimate(ref function, line, point, noise, ref atPoint);
        evaluations += estimate.Evaluations;
        T numerical = estimate.Value, error = estimate.Error;
        if (slopes.Kind == PointKind.NearKink)
        {
            // The tableau's large steps reach over the kink; the slopes at steps shorter than that do not.
            T closeError = slopes.Jump + slopes.Rounding;
            if (closeError < error || estimate.Status != DifferentiationStatus.Completed)
                (numerical, error) = ((slopes.Above + slopes.Below) / T.CreateTruncating(2), closeError);
        }

        if (!T.IsFinite(numerical)) return Element(i, numerical, error, T.NaN, numerical, numerical, GradientVerdict.NonFinite);
        T tolerance = error + Tolerance(analytic, numerical), difference = T.Abs(analytic - numerical);
        // Agreement within an error as large as the values says nothing; nor does a gap that the error nearly reaches.
        T size = T.Max(T.Abs(analytic), T.Abs(numerical));
        // An element that is 0, as at a minimum, is measured by the others and by the slopes around it.
        T around = T.MaxNumber(T.MaxNumber(T.Abs(slopes.Below), T.Abs(slopes.Above)), _norm);
        bool vague = error > size / T.CreateTruncating(8) && error > T.CreateTruncating(16) * _relativeTolerance * around;
        GradientVerdict verdict = difference > tolerance
            ? (vague && difference <= T.CreateTruncating(8) * error) || difference <= tolerance + slopes.Unsettled
                ? GradientVerdict.Inconclusive
                : GradientVerdict.Fail
            : vague ? GradientVerdict.Inconclusive : GradientVerdict.Pass;
        return Element(i, numerical, error, tolerance, numerical, numerical, verdict);
    }

    /// <summary>Any value between the two slopes is a subgradient, or a supergradient; none outside is either.</summary>
    private GradientCheckElement AtKink(int i, Slopes<T> slopes)
    {
        T analytic = _gradient[i], middle = (slopes.Above + slopes.Below) / T.CreateTruncating(2);
        T tolerance = slopes.Rounding + Tolerance(slopes.Below, slopes.Above);
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

    /// <summary>The Euclidean norm of the finite elements.</summary>
    private static T Norm(ReadOnlySpan<T> gradient)
    {
        double squares = 0;
        foreach (T element in gradient)
        {
            double value = double.CreateTruncating(element);
            if (double.IsFinite(value)) squares += value * value;
        }

        return T.CreateTruncating(Math.Sqrt(squares));
    }
}
