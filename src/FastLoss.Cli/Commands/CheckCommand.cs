using System.CommandLine;
using System.Globalization;
using FastLoss.Cli.Checking;

namespace FastLoss.Cli.Commands;

/// <summary>`fastloss check`: the gradient of every loss and activation against numerical derivatives of its value.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        Option<string> routine = new("--routine")
        {
            Description = "Only routines with this in their name, and each element of them.",
            HelpName = "text",
        };
        Command command = new("check", "Check the gradient of every loss and activation numerically.") { routine };
        command.SetAction(parsed => Run(parsed.GetValue(routine), parsed.InvocationConfiguration.Output));
        return command;
    }

    /// <summary>0 if all passed, 1 if not.</summary>
    private static int Run(string? routine, TextWriter output)
    {
        GradientCase[] cases = [.. GradientCases.All.Where(c => routine is null || c.Name.Contains(routine, StringComparison.OrdinalIgnoreCase))];
        if (cases.Length == 0)
        {
            string[] names = [.. GradientCases.All.Select(c => c.Name.Split(' ', ',')[0]).Distinct()];
            throw new InputException($"--routine is {routine}; it must be part of {string.Join(", ", names)}.");
        }

        int width = cases.Max(c => c.Name.Length);
        output.WriteLine(Row(width, "routine", "type", "elements", "passed", "at kinks", "worst error", "tolerance", "evaluations", "verdict"));
        int failed = 0;
        foreach (GradientCase c in cases)
        {
            GradientCheckReport report = c.Check();
            if (!report.Passed) failed++;
            output.WriteLine(Row(width, c, report));
            if (!report.Passed || routine is not null) output.Write(report.ToString(routine is null ? 5 : int.MaxValue));
        }

        output.WriteLine(failed == 0
            ? $"all {cases.Length} gradients agree with numerical derivatives"
            : $"{failed} of {cases.Length} gradients do not agree with numerical derivatives");
        return failed == 0 ? 0 : Tool.Failed;
    }

    private static string Row(int width, GradientCase c, GradientCheckReport report)
    {
        // The element nearest to its tolerance, or furthest beyond it.
        GradientCheckElement worst = report.Elements.MaxBy(e => e.Difference / e.Tolerance);
        int kinks = report.Count(GradientVerdict.KinkSubgradientOk);
        return Row(
            width,
            c.Name,
            c.Element,
            Text(report.Elements.Count, "N0"),
            Text(report.Count(GradientVerdict.Pass) + kinks, "N0"),
            Text(kinks, "N0"),
            Text(worst.Difference, "0.0e-00"),
            Text(worst.Tolerance, "0.0e-00"),
            Text(report.Evaluations, "N0"),
            report.Passed ? "pass" : "FAIL");
    }

    private static string Row(int width, params ReadOnlySpan<string> cells) =>
        $"{cells[0].PadRight(width)}  {cells[1],-6}{cells[2],9}{cells[3],8}{cells[4],10}{cells[5],13}{cells[6],11}{cells[7],13}  {cells[8]}";

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
