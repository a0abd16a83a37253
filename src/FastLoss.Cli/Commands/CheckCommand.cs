using System.CommandLine;
using FastLoss.Cli.Checking;
using FastLoss.Cli.Reporting;

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

        var table = new CheckTable(output, Columns.Width(output), cases);
        table.Head();
        int failed = 0;
        bool hasKinks = false;
        foreach (GradientCase c in cases)
        {
            GradientCheckReport report = c.Check();
            if (!report.Passed) failed++;
            hasKinks |= report.Elements.Any(Compared.IsAtKink);
            table.Row(c, report);
            if (!report.Passed || routine is not null) table.Elements(report, routine is null ? 5 : int.MaxValue);
        }

        table.Explain(hasKinks);
        table.Paragraph(failed == 0
            ? $"all {cases.Length} gradients agree with numerical derivatives"
            : $"{failed} of {cases.Length} gradients do not agree with numerical derivatives");
        return failed == 0 ? 0 : Tool.Failed;
    }
}
