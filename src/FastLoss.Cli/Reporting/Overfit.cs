using System.Globalization;

namespace FastLoss.Cli.Reporting;

/// <summary>Whether a network does better on what it has seen than chance explains.</summary>
internal readonly record struct Overfit(AccuracyTally Train, AccuracyTally Test)
{
    public double Gap => Train.Value - Test.Value;

    /// <summary>Two standard errors of the gap: what the choice of the images explains.</summary>
    public double Chance => 2 * Math.Sqrt(Variance(Train) + Variance(Test));

    public bool IsShown => Gap > Chance;

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{(IsShown ? "yes" : "no")}: training {Train.Value:F4} - test {Test.Value:F4} = {Gap:F4}; chance explains up to {Chance:F4}");

    /// <summary>A share's variance with two successes and two failures added (Agresti and Coull 1998), so that 100 % right is no certainty.</summary>
    private static double Variance(AccuracyTally tally)
    {
        double n = tally.Count + 4, p = (tally.Correct + 2) / n;
        return p * (1 - p) / n;
    }
}
