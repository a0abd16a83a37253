using System.Globalization;
using System.Numerics;
using FastLoss.Cli.Reporting;

namespace FastLoss.Cli.Explaining;

/// <summary>
/// How wrong a numerical derivative is by its step: of f(x) = 1 / (1 + x^2), whose derivative -2x / (1 + x^2)^2 is known, and which is made of +, *
/// and / alone, so that every machine has the same figures.
/// </summary>
internal static class DifferenceErrors
{
    private const double Point = 0.7;

    /// <summary>2^-23, the shortest in float.</summary>
    private const double Short = 1.0 / (1 << 23);

    /// <summary>Steps between two powers of 2: enough to see how rounding scatters.</summary>
    private const int PerOctave = 4;

    public static Explanation Of()
    {
        DifferenceCurve[] curves =
        [
            Curve<float>("float, forward", "#e8a33d", DifferenceScheme.Forward, 23),
            Curve<float>("float, central", "#d9480f", DifferenceScheme.Central, 23),
            Curve<double>("double, forward", "#79b8ff", DifferenceScheme.Forward, 50),
            Curve<double>("double, central", "#1f6feb", DifferenceScheme.Central, 50),
        ];
        return new(
            "numerical differentiation",
            [("function", Text($"f(x) = 1 / (1 + x^2) at x = {Point}; f'(x) = -2x / (1 + x^2)^2 = {Slope(Point):F6}"))],
            new(
                ["difference", "best h", "error", "library's h", "error", "error at 1.2e-7", "slope above", "slope below"],
                [.. curves.Select(c => (IReadOnlyList<string>)
                [
                    c.Title, Text($"{c.Best:0.0e+0}"), Text($"{c.Typical(c.Best):0.0e+0}"), Text($"{c.Chosen:0.0e+0}"), Text($"{c.Typical(c.Chosen):0.0e+0}"),
                    Text($"{c.Typical(Short):0.0e+0}"), Text($"{c.SlopeAbove:F2}"), Text($"{c.SlopeBelow:F2}"),
                ])]),
            [Seen(curves), Chosen(curves)],
            [Plot("Error by the step, in float", curves[..2]), Plot("Error by the step, in double", curves[2..])]);
    }

    private static string Seen(DifferenceCurve[] curves) => Text(
        $"Above the best step the error is the formula's and falls with h, in double by the power {curves[2].SlopeAbove:F2} forward and {curves[3].SlopeAbove:F2} central; below it is rounding divided by h and grows again, by the power {curves[2].SlopeBelow:F2} and {curves[3].SlopeBelow:F2}: a step of {Short:0.0e+0}, good for a forward difference in double ({curves[2].Typical(Short):0.0e+0}), leaves {curves[1].Typical(Short):0.0e+0} in float.");

    private static string Chosen(DifferenceCurve[] curves)
    {
        DifferenceCurve furthest = curves.MaxBy(c => c.Typical(c.Chosen) / c.Typical(c.Best))!, central = curves[3], forward = curves[2];
        return Text(
            $"The step the library chooses has an error within {furthest.Typical(furthest.Chosen) / furthest.Typical(furthest.Best):F1} times that of the best one (furthest: {furthest.Title}), without knowing the derivative; at their best the central difference is {forward.Typical(forward.Best) / central.Typical(central.Best):N0} times as exact as the forward one in double. A derivative takes two evaluations of f either way; a gradient of n numbers takes 2n of the central one and n + 1 of the forward.");
    }

    private static LinePlot Plot(string title, DifferenceCurve[] curves) =>
        new(
            title,
            "step h",
            "relative error",
            [
                .. curves.Select(c => new PlotLine(c.Title.Split(' ')[^1], c.Colour, c.Points) { Width = 1.5 }),
                new("best h", "#2da44e", [.. curves.Select(c => (c.Best, c.Typical(c.Best)))]) { Dots = PlotDots.Alone },
                new("library's h", "#24292f", [.. curves.Select(c => (c.Chosen, c.Typical(c.Chosen)))]) { Dots = PlotDots.Rings },
            ])
        {
            IsXLogarithmic = true,
            IsYLogarithmic = true,
        };

    private static DifferenceCurve Curve<T>(string title, string colour, DifferenceScheme scheme, int octaves)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T x = T.CreateTruncating(Point);
        double exact = Slope(double.CreateTruncating(x));
        (double, double)[] points = [.. Enumerable.Range(0, (octaves * PerOctave) + 1).Select(k => T.CreateTruncating(Math.ScaleB(Fraction(k % PerOctave), -k / PerOctave)))
            .Select(h => (double.CreateTruncating(h), Error(scheme == DifferenceScheme.Forward ? NumericalDerivative.Forward(Function, x, h) : NumericalDerivative.Central(Function, x, h))))];

        // What the library chooses is seen by where it evaluates.
        T furthest = T.Zero;
        Func<T, T> watched = at =>
        {
            furthest = T.Max(furthest, T.Abs(at - x));
            return Function(at);
        };
        _ = scheme == DifferenceScheme.Forward ? NumericalDerivative.Forward(watched, x) : NumericalDerivative.Central(watched, x);
        return new(title, colour, points, double.CreateTruncating(furthest), scheme == DifferenceScheme.Forward ? 1 : 2);

        double Error(T derivative) => Math.Abs((double.CreateTruncating(derivative) - exact) / exact);

        static T Function(T at) => T.One / (T.One + (at * at));
    }

    private static double Slope(double x) => -2 * x / ((1 + (x * x)) * (1 + (x * x)));

    /// <summary>From 1 down to 1/2, about evenly on a logarithmic axis.</summary>
    private static double Fraction(int part) => part switch { 0 => 1, 1 => 0.84, 2 => 0.71, _ => 0.6 };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

/// <summary>The relative error of a difference by its step.</summary>
/// <param name="Title">Type and difference.</param>
/// <param name="Colour">Of its line.</param>
/// <param name="Points">Step and error, from the longest step down.</param>
/// <param name="Chosen">The step the library takes when none is given.</param>
/// <param name="Order">The power of h that the difference's own error goes by.</param>
internal sealed record DifferenceCurve(string Title, string Colour, IReadOnlyList<(double Step, double Error)> Points, double Chosen, int Order)
{
    /// <summary>Points to each side of one that count as near it: an octave.</summary>
    private const int Near = 4;

    /// <summary>Where the typical error is least: a single error may be 0 by luck.</summary>
    public double Best => Points[Enumerable.Range(Near, Points.Count - (2 * Near)).MinBy(Typical)].Step;

    /// <summary>The power of h by which the error falls above the best step.</summary>
    public double SlopeAbove => Slope(Points.Where(p => p.Step > 8 * Best && p.Step < 0.1));

    /// <summary>The power of h by which the error grows below it: negative.</summary>
    public double SlopeBelow => Slope(Points.Where(p => p.Step < Best / 8));

    /// <summary>The median of the errors within an octave of a step.</summary>
    public double Typical(double step) => Typical(Enumerable.Range(0, Points.Count).MinBy(i => Math.Abs(Math.Log(Points[i].Step / step))));

    private double Typical(int index)
    {
        double[] errors = [.. Enumerable.Range(index - Near, (2 * Near) + 1).Where(i => i >= 0 && i < Points.Count).Select(i => Points[i].Error).Order()];
        return errors[errors.Length / 2];
    }

    /// <summary>Of the line of least squares through the logarithms; an error of 0 has none.</summary>
    private static double Slope(IEnumerable<(double Step, double Error)> points)
    {
        (double X, double Y)[] logs = [.. points.Where(p => p.Error > 0).Select(p => (Math.Log(p.Step), Math.Log(p.Error)))];
        double x = logs.Average(p => p.X), y = logs.Average(p => p.Y);
        return logs.Sum(p => (p.X - x) * (p.Y - y)) / logs.Sum(p => (p.X - x) * (p.X - x));
    }
}
