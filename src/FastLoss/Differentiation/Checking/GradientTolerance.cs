using System.Numerics;

namespace FastLoss;

/// <summary>
/// What an analytic and a numerical derivative may differ by, and what to make of it: in one place for elements and
/// directions.
/// </summary>
/// <param name="Relative">Relative to the larger of the two.</param>
/// <param name="Fixed">Whatever the two are: the absolute tolerance, and the part of the gradient's norm.</param>
internal readonly record struct GradientTolerance<T>(T Relative, T Fixed)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static GradientTolerance<T> Of(in GradientCheckOptions<T> options, T norm) => new(
        options.EffectiveRelativeTolerance, options.AbsoluteTolerance + options.EffectiveNormTolerance * norm);

    /// <summary>What the two may differ by beside the numerical error.</summary>
    public T Between(T analytic, T numerical) => Relative * T.Max(T.Abs(analytic), T.Abs(numerical)) + Fixed;

    /// <summary>
    /// Agreement within an error as large as 1/64 of the values says nothing, unless that error is small beside
    /// <paramref name="around"/>, the slopes around the point or the other elements; nor does a gap that the error nearly reaches.
    /// </summary>
    /// <param name="analytic">The gradient's value.</param>
    /// <param name="estimate">The numerical one.</param>
    /// <param name="around">The size of ordinary derivatives there.</param>
    /// <param name="unsettled">What may have been missed beside the error.</param>
    /// <param name="tolerance">All that the two may differ by.</param>
    public GradientVerdict Judge(T analytic, in DerivativeEstimate<T> estimate, T around, T unsettled, out T tolerance)
    {
        T numerical = estimate.Value, error = estimate.Error, difference = T.Abs(analytic - numerical);
        tolerance = error + Between(analytic, numerical);
        T size = T.Max(T.Abs(analytic), T.Abs(numerical));
        // A claim of exactly 0 has no digits: known to a 16,384th of what derivatives are there it is right, and a
        // wrong one shows.
        T known = T.CreateTruncating(16) * Relative;
        if (analytic == T.Zero) known = T.Max(known, T.CreateTruncating(1.0 / 16384));
        bool isVague = !(error <= size / T.CreateTruncating(64)) && !(error <= known * around) && !(error <= Fixed);
        if (difference <= tolerance) return isVague ? GradientVerdict.Inconclusive : GradientVerdict.Pass;
        bool isNear = isVague && difference <= T.CreateTruncating(8) * error;
        bool isOpen = estimate.Status == DifferentiationStatus.NotConverged && difference <= T.CreateTruncating(32) * tolerance;
        return isNear || isOpen || difference <= tolerance + unsettled || !T.IsFinite(error)
            ? GradientVerdict.Inconclusive
            : GradientVerdict.Fail;
    }

    /// <summary>The Euclidean norm of the finite elements, whose squares may overflow.</summary>
    public static T Norm(ReadOnlySpan<T> values)
    {
        T largest = T.Zero;
        foreach (T value in values)
        {
            if (T.IsFinite(value)) largest = T.Max(largest, T.Abs(value));
        }

        if (largest == T.Zero) return largest;
        double squares = 0;
        foreach (T value in values)
        {
            double part = double.CreateTruncating(value / largest);
            if (double.IsFinite(part)) squares += part * part;
        }

        T norm = largest * T.CreateTruncating(Math.Sqrt(squares));
        return T.IsFinite(norm) ? norm : largest;
    }
}
