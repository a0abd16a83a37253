using System.Globalization;
using FastLoss.Cli.Reporting;

namespace FastLoss.Cli.Explaining;

/// <summary>The step function beside the sigmoid, and what differentiation says of either.</summary>
internal sealed record Activations(double[] At, double[] Steps, double[] StepSlopes, double[] Sigmoids, double[] SigmoidSlopes)
{
    /// <summary>An even number: none is at 0, where the step has no derivative.</summary>
    private const int Count = 400;

    private const double Reach = 6;

    public static Activations Compute()
    {
        double[] at = [.. Enumerable.Range(0, Count).Select(i => -Reach + (2 * Reach * (i + 0.5) / Count))];
        return new(
            at,
            [.. at.Select(Step)],
            [.. at.Select(x => NumericalDerivative.Central(Step, x))],
            [.. at.Select(Logistic)],
            [.. at.Select(x => NumericalDerivative.Central(Logistic, x))]);
    }

    public string Seen => string.Create(
        CultureInfo.InvariantCulture,
        $"The same holds inside a network: the derivative of a step is 0 at {StepSlopes.Count(s => s == 0)} of {Count} points from {-Reach} to {Reach}, so no error would reach the weights before it, while the sigmoid's is positive at {SigmoidSlopes.Count(s => s > 0)}, {SigmoidSlopes.Max():F4} at the most and {SigmoidSlopes.Min():F4} at the ends.");

    public IReadOnlyList<LinePlot> Plots =>
    [
        new("Step and sigmoid", "x", "activation", [Line("step", CurvePlot.TestColour, Steps), Line("sigmoid", CurvePlot.TrainColour, Sigmoids)]),
        new("Their derivatives", "x", "derivative", [Line("step", CurvePlot.TestColour, StepSlopes), Line("sigmoid", CurvePlot.TrainColour, SigmoidSlopes)]),
    ];

    private static double Step(double x) => x > 0 ? 1 : 0;

    private static double Logistic(double x)
    {
        double[] y = [0];
        Sigmoid.Compute([x], y);
        return y[0];
    }

    private PlotLine Line(string title, string colour, double[] values) => new(title, colour, [.. At.Zip(values)]);
}
