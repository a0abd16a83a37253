using FsCheck;
using FsCheck.Fluent;

namespace FastLoss.Testing;

/// <summary>A function of several numbers.</summary>
public delegate double PointFunction(ReadOnlySpan<double> x);

/// <summary>Its gradient, written by hand: fills all of it.</summary>
public delegate void PointGradient(ReadOnlySpan<double> x, Span<double> gradient);

/// <summary>The law of a gradient written by hand, at drawn points.</summary>
/// <example><code>GradientLaws.Check(x =&gt; x[0] * x[1], (x, g) =&gt; { g[0] = x[1]; g[1] = x[0]; }, length: 2);</code></example>
public static class GradientLaws
{
    /// <summary>
    /// Compares the gradient with the function's adaptive numerical one, by <see cref="GradientCheck"/>. An element that it cannot judge,
    /// as in
    /// noise, is no failure; where that is nearly all of them, nothing was proved, and it is one.
    /// </summary>
    /// <param name="function">The function.</param>
    /// <param name="gradient">The gradient to check.</param>
    /// <param name="length">How many numbers a point has, 1 or more.</param>
    /// <param name="domain">What they may be; any numbers where it is null.</param>
    /// <param name="options">How many points; 50 where it is null.</param>
    /// <returns>The law, which holds.</returns>
    /// <exception cref="LawException">
    /// An element of the gradient is wrong: with the smallest point found, and the verdict on each element.
    /// </exception>
    /// <exception cref="ArgumentException">The length or an option is out of its range.</exception>
    public static LawReport Check(
        PointFunction function, PointGradient gradient, int length, NumberDomain? domain = null, LawOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        NumberDomain numbers = domain ?? NumberDomain.Real;
        LawRun run = LawRun.Of("The gradient", ref options);
        Gen<NumberArray> points =
            from values in Gen.ArrayOf(numbers.Generate(), length)
            from ties in Gen.ArrayOf(Gen.Choose(0, 9), length)
            select new NumberArray([.. values.Select((v, i) => ties[i] == 0 ? values[0] : v)]);
        int judged = 0, open = 0;
        Arbitrary<NumberArray> inputs = Arb.From(points, p => Shrinking.Simpler(p.Values, numbers).Select(x => new NumberArray(x)));
        run.Try(Law.Gradient, inputs, p => Compare(p.Values), WasTried);
        return run.End();

        void Compare(double[] point)
        {
            GradientCheckReport report = Judge(function, gradient, numbers, point);
            int unknown = report.Count(GradientVerdict.Inconclusive);
            judged += report.Elements.Count - unknown;
            open += unknown;
            bool isWrong = report.Elements.Any(e => !e.Passed && e.Verdict != GradientVerdict.Inconclusive);
            if (isWrong) throw new Broken(report.ToString().TrimEnd());
        }

        bool WasTried() => judged * 8 >= open ? true : throw new Broken(
            $"{judged} of {judged + open} elements could be judged alone: elsewhere the function is too noisy for a numerical gradient. "
            + "A narrower NumberDomain may help");
    }

    private static GradientCheckReport Judge(PointFunction function, PointGradient gradient, NumberDomain domain, double[] point)
    {
        double[] x = [.. point], slopes = new double[point.Length], lower = new double[point.Length], upper = new double[point.Length];
        Array.Fill(slopes, double.NaN); // what is not written is wrong
        Array.Fill(lower, domain.From);
        Array.Fill(upper, domain.To);
        gradient(x, slopes);
        for (int i = 0; i < x.Length; i++)
        {
            Comparison.Equal(point[i], x[i], $"x[{i}] after the gradient was taken");
            if (double.IsNaN(slopes[i])) throw new Broken($"element {i} of the gradient is NaN, or was not written");
        }

        GradientCheckOptions<double> bounded = new() { Differentiation = new() { LowerBounds = lower, UpperBounds = upper } };
        GradientCheckReport report = GradientCheck.Compare<double>(v => function(v), x, slopes, bounded);
        if (report.Passed || !x.Any(v => v == domain.From || v == domain.To)) return report;

        // At an end one slope alone is seen, of a kink too. The function may be defined beyond.
        GradientCheckReport beyond = GradientCheck.Compare<double>(v => function(v), x, slopes);
        return beyond.Passed ? beyond : report;
    }
}
