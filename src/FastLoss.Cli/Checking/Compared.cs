namespace FastLoss.Cli.Checking;

/// <summary>
/// What a check of one element compared: at a smooth point the analytic with the numerical derivative; at a kink, where any
/// value between the slopes on its two sides is a subgradient, the analytic value with the nearer end of that range.
/// </summary>
internal static class Compared
{
    public static bool IsAtKink(GradientCheckElement element) =>
        element.Verdict is GradientVerdict.KinkSubgradientOk or GradientVerdict.KinkFail;

    /// <summary>How far the two are apart; 0 within the range of a kink.</summary>
    public static double Apart(GradientCheckElement element)
    {
        if (!IsAtKink(element)) return element.Difference;
        double low = Math.Min(element.SlopeBelow, element.SlopeAbove), high = Math.Max(element.SlopeBelow, element.SlopeAbove);
        return Math.Max(0, Math.Max(low - element.Analytic, element.Analytic - high));
    }

    /// <summary>The element nearest to what it may be apart, or furthest beyond it; one without figures before all.</summary>
    public static GradientCheckElement Worst(IReadOnlyList<GradientCheckElement> elements) =>
        elements.MaxBy(e => (e.Passed ? 0 : 1, Share(e)));

    private static double Share(GradientCheckElement element)
    {
        double apart = Apart(element);
        return apart == 0 ? 0 : double.IsNaN(apart / element.Tolerance) ? double.PositiveInfinity : apart / element.Tolerance;
    }
}
