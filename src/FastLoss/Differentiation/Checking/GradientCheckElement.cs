namespace FastLoss;

/// <summary>What a gradient check says of one element.</summary>
public enum GradientVerdict
{
    /// <summary>The function is smooth there and both gradients agree.</summary>
    Pass,

    /// <summary>
    /// There is a kink, as of relu or abs at 0, and the analytic value lies between the slopes on its sides.
    /// </summary>
    KinkSubgradientOk,

    /// <summary>The numerical derivative is too uncertain to tell.</summary>
    Inconclusive,

    /// <summary>The function is smooth there and the gradients differ by more than the tolerance.</summary>
    Fail,

    /// <summary>There is a kink, and the analytic value lies outside the slopes on its sides.</summary>
    KinkFail,

    /// <summary>The slope grows without bound as the step shrinks: a jump, or a root at 0.</summary>
    Unbounded,

    /// <summary>The analytic value, or the function at or beside the point, is NaN or infinite.</summary>
    NonFinite,

    /// <summary>The function gave different values for the same point.</summary>
    NonDeterministic,
}

/// <summary>One checked element, in double whatever the function's type.</summary>
/// <param name="Index">Its index in the gradient.</param>
/// <param name="Analytic">The gradient's value.</param>
/// <param name="Numerical">The numerical derivative; at a kink the middle of the two slopes.</param>
/// <param name="Error">The estimated error of <paramref name="Numerical"/>.</param>
/// <param name="Tolerance">What the two may differ by: error, relative and norm tolerance together.</param>
/// <param name="SlopeBelow">At a kink, the slope below the point; else the numerical derivative.</param>
/// <param name="SlopeAbove">At a kink, the slope above the point; else the numerical derivative.</param>
/// <param name="Verdict">What to make of it.</param>
public readonly record struct GradientCheckElement(
    int Index, double Analytic, double Numerical, double Error, double Tolerance, double SlopeBelow, double SlopeAbove,
    GradientVerdict Verdict)
{
    /// <summary>Whether the verdict speaks for the gradient.</summary>
    public bool Passed => Verdict is GradientVerdict.Pass or GradientVerdict.KinkSubgradientOk;

    /// <summary>The tolerance relative to the larger of the two values; infinite where the analytic one is 0.</summary>
    public double RelativeTolerance =>
        Analytic == 0 ? double.PositiveInfinity : Tolerance / Math.Max(Math.Abs(Analytic), Math.Abs(Numerical));

    /// <summary>|analytic - numerical|.</summary>
    public double Difference => Math.Abs(Analytic - Numerical);
}

/// <summary>One random direction of a search: both gradients times it.</summary>
/// <param name="Analytic">The analytic gradient times the direction.</param>
/// <param name="Numerical">The numerical derivative along it.</param>
/// <param name="Error">The estimated error of <paramref name="Numerical"/>.</param>
/// <param name="Tolerance">What the two may differ by.</param>
/// <param name="Verdict">Pass, Fail, NonFinite, or Inconclusive where the numerical derivative is too uncertain to tell.</param>
public readonly record struct GradientCheckDirection(
    double Analytic, double Numerical, double Error, double Tolerance, GradientVerdict Verdict)
{
    /// <summary>Whether the two agree.</summary>
    public bool Passed => Verdict == GradientVerdict.Pass;
}
