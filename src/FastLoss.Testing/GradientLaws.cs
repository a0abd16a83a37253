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
    /// Compares the gradient with the function's adaptive numerical one, by <see cref="GradientCheck"/>: what that cannot know (a kink, noise) is no failure.
    /// </summary>
    /// <param name="function">The function.</param>
    /// <param name="gradient">The gradient to check.</param>
    /// <param name="length">How many numbers a point has, 1 or more.</param>
    /// <param name="domain">What they may be; any numbers where it is null.</param>
    /// <param name="options">How many points; 50 where it is null.</param>
    /// <exception cref="LawException">An element of the gradient is wrong: the point is the smallest found, with the verdict on each element.</exception>
    /// <exception cref="ArgumentException">The length or an option is out of its range.</exception>
    public static void Check(PointFunction function, PointGradient gradient, int length, NumberDomain? domain = null, LawOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        NumberDomain numbers = domain ?? NumberDomain.Real;
        options ??= new();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Cases, 1, nameof(options));
        Gen<NumberArray> points = from values in Gen.ArrayOf(numbers.Generate(), length) select new NumberArray(values);
        Arbitrary<NumberArray> inputs = Arb.From(points, p => Simpler(p, numbers));
        LawRunner.Run(Law.Gradient, "The gradient", inputs, options, p => Compare(function, gradient, numbers, p.Values));
    }

    private static void Compare(PointFunction function, PointGradient gradient, NumberDomain domain, double[] point)
    {
        double[] x = [.. point], slopes = new double[point.Length], lower = new double[point.Length], upper = new double[point.Length];
        Array.Fill(slopes, double.NaN); // what is not written is wrong
        Array.Fill(lower, domain.From);
        Array.Fill(upper, domain.To);
        gradient(x, slopes);
        for (int i = 0; i < x.Length; i++) Comparison.Equal(point[i], x[i], $"x[{i}] after the gradient was taken");
        GradientCheckReport report = GradientCheck.Compare<double>(v => function(v), x, slopes, new() { Differentiation = new() { LowerBounds = lower, UpperBounds = upper } });
        if (report.Elements.Any(e => !e.Passed && e.Verdict != GradientVerdict.Inconclusive)) throw new Broken(report.ToString());
    }

    private static IEnumerable<NumberArray> Simpler(NumberArray point, NumberDomain domain)
    {
        for (int i = 0; i < point.Values.Length; i++)
        {
            foreach (double simpler in domain.Shrink(point.Values[i]))
            {
                double[] copy = [.. point.Values];
                copy[i] = simpler;
                yield return new(copy);
            }
        }
    }
}
