using System.Globalization;

namespace FastLoss;

/// <summary>What the failed elements have in common, in words.</summary>
internal static class GradientSuspicion
{
    public static string Of(
        GradientCheckElement[] elements, GradientCheckDirection[] directions, double noise, double declaredNoise)
    {
        if (elements.Length == 0)
        {
            return Array.Exists(directions, d => d.Verdict == GradientVerdict.Fail)
                ? "the directions differ, but no single element could be named; compare elements."
                : Array.Exists(directions, d => !d.Passed)
                ? "the numerical derivatives along the directions are too uncertain to tell: declare the noise or the scales, "
                    + "or compare elements."
                : "";
        }

        if (elements.Any(e => e.Verdict == GradientVerdict.NonDeterministic))
            return "the function draws random numbers (dropout?), or keeps state between calls: two evaluations at one point differ.";
        var words = new List<string>();
        GradientCheckElement[] failed = [.. elements.Where(e => e.Verdict == GradientVerdict.Fail)];
        if (failed.Length > 0)
        {
            words.Add(Ratio(failed));
            words.Add(Place(failed, elements));
        }

        if (elements.Any(e => e.Verdict == GradientVerdict.KinkFail))
            words.Add("at a kink the value lies outside the slopes on its sides: is it the derivative of one branch, taken on the other?");
        if (elements.Any(e => e.Verdict == GradientVerdict.Unbounded))
            words.Add("the function jumps or has an infinite slope at the point: a comparison, a rounding or a root of 0?");
        if (elements.Any(e => e.Verdict == GradientVerdict.NonFinite))
            words.Add("values are NaN or infinite: a logarithm or a division by 0, an overflow, or a missing bound?");
        if (elements.Any(e => e.Verdict == GradientVerdict.Inconclusive) || (words.Count > 0 && noise > 100 * declaredNoise))
        {
            words.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"the function's values have a relative noise of {noise:g2}: is some of it computed in lower precision, or by an iteration?"));
        }

        return string.Join(' ', words.Where(w => w.Length > 0));
    }

    private static string Ratio(GradientCheckElement[] failed)
    {
        if (Array.TrueForAll(failed, e => e.Analytic == 0)) return "a missing term: the gradient is 0 where the function depends on the element.";
        if (Array.TrueForAll(failed, e => Math.Abs(e.Numerical) <= e.Error))
            return "an extra term: the function does not depend on the element there.";
        double[] ratios = [.. failed.Select(e => e.Analytic / e.Numerical).Order()];
        double ratio = ratios[ratios.Length / 2];
        if (!double.IsFinite(ratio) || Array.Exists(ratios, r => !(Math.Abs(r - ratio) <= 1e-4 * Math.Abs(ratio)))) return "";
        string value = ratio.ToString("g6", CultureInfo.InvariantCulture);
        string each = failed.Length == 1 ? "the failed element" : "every failed element";
        return Math.Abs(ratio + 1) < 1e-3 ? $"the sign: {each} is -1 times the numerical derivative."
            : Math.Abs(ratio - 2) < 1e-3 || Math.Abs(ratio - 0.5) < 1e-3
                ? $"a factor of 2: {each} is {value} times the numerical derivative, as for a square without its 1/2."
            // Of one element any ratio is constant.
            : failed.Length == 1 ? ""
            : $"a constant factor: every failed element is {value} times the numerical derivative: the number of rows or classes, a sum for a mean?";
    }

    private static string Place(GradientCheckElement[] failed, GradientCheckElement[] elements)
    {
        if (failed.Length == elements.Length || failed.Length < 2) return "";
        int first = failed.Min(e => e.Index), last = failed.Max(e => e.Index);
        return elements.Any(e => e.Index >= first && e.Index <= last && e.Verdict != GradientVerdict.Fail)
            ? ""
            : $"All failures lie in {first}..{last}, and nothing else does: one block of parameters.";
    }
}
