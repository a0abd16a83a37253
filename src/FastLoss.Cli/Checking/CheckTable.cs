using System.Globalization;
using FastLoss.Cli.Reporting;

namespace FastLoss.Cli.Checking;

/// <summary>
/// What `fastloss check` prints: a line for each routine with its element nearest to its tolerance, as far as wanted one for each
/// element, and what they mean. A name that is too long for its column goes on in the next line, or has lines of its own where not
/// even its words fit.
/// </summary>
internal sealed class CheckTable(TextWriter output, int width, IReadOnlyList<GradientCase> cases)
{
    /// <summary>Of the columns beside the name, with the blanks before them.</summary>
    private const int RestWidth = 49;

    private const int EvaluationsWidth = 13;

    private readonly int _longestName = cases.Max(c => c.Name.Length);

    private readonly int _longestWord = cases.Max(c => c.Name.Split(' ').Max(word => word.Length));

    private bool ShowsEvaluations => width >= _longestName + RestWidth + EvaluationsWidth;

    private int NameWidth => Math.Min(_longestName, width - RestWidth - (ShowsEvaluations ? EvaluationsWidth : 0));

    public void Head() => Row("routine", "type", "elements", "kinks", "apart", "allowed", "evaluations", "verdict");

    public void Row(GradientCase c, GradientCheckReport report)
    {
        GradientCheckElement worst = Compared.Worst(report.Elements);
        Row(
            c.Name,
            c.Element,
            Text(report.Elements.Count, "N0"),
            Text(report.Elements.Count(Compared.IsAtKink), "N0"),
            Difference(Compared.Apart(worst)),
            Text(worst.Tolerance, "0.0e-00"),
            Text(report.Evaluations, "N0"),
            report.Passed ? "pass" : "FAIL");
    }

    /// <summary>The report's own summary, and what was compared of its worst elements.</summary>
    public void Elements(GradientCheckReport report, int rows)
    {
        string[] summary = report.ToString(0).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (string line in summary) Paragraph(line);
        output.WriteLine(ElementRow("element", "analytic", "numerical", "apart", "allowed", "verdict"));
        GradientCheckElement[] ranked = [.. report.Elements
            .OrderByDescending(e => e.Verdict).ThenByDescending(e => Compared.Apart(e) / e.Tolerance).ThenBy(e => e.Index)];
        foreach (GradientCheckElement e in ranked.Take(rows))
        {
            output.WriteLine(ElementRow(
                Text(e.Index, "0"),
                Text(e.Analytic, "g8"),
                Compared.IsAtKink(e) ? $"{Text(e.SlopeBelow, "g6")} | {Text(e.SlopeAbove, "g6")}" : Text(e.Numerical, "g8"),
                Difference(Compared.Apart(e)),
                Text(e.Tolerance, "0.0e-00"),
                Name(e.Verdict)));
        }

        if (ranked.Length > rows) output.WriteLine($"  ({ranked.Length - rows} more)");
        output.WriteLine();
    }

    /// <summary>What the columns mean, as far as they were used.</summary>
    public void Explain(bool hasKinks)
    {
        Paragraph("apart: how far the analytic derivative is from the numerical one, of the element nearest to what is allowed: the numerical error and rounding.");
        if (hasKinks)
            Paragraph("kinks: elements where the slopes on the two sides differ, as of |x| at 0. Any value between the slopes is a subgradient and passes: apart is how far outside them it lies.");
    }

    public void Paragraph(string text)
    {
        foreach (string line in Columns.Wrap(text, width, 2)) output.WriteLine(line);
    }

    private void Row(
        string name, string type, string elements, string kinks, string apart, string allowed, string evaluations, string verdict)
    {
        int nameWidth = NameWidth < _longestWord ? 0 : NameWidth;
        if (nameWidth == 0) Paragraph(name);
        string[] lines = nameWidth == 0 ? [""] : [.. Columns.Wrap(name, nameWidth, 2)];
        string counted = ShowsEvaluations ? evaluations.PadLeft(EvaluationsWidth) : "";
        output.WriteLine($"{lines[0].PadRight(nameWidth)} {type,-6} {elements,8}{kinks,6}{apart,9}{allowed,9}{counted}  {verdict}");
        foreach (string line in lines[1..]) output.WriteLine(line);
    }

    private static string ElementRow(string index, string analytic, string numerical, string apart, string allowed, string verdict) =>
        $"{index,7}{analytic,16}{numerical,27}{apart,9}{allowed,9}  {verdict}";

    private static string Name(GradientVerdict verdict) => verdict switch
    {
        GradientVerdict.KinkSubgradientOk => "at kink",
        GradientVerdict.KinkFail => "KINK FAIL",
        GradientVerdict.Pass => "pass",
        GradientVerdict.Inconclusive => "unsure",
        GradientVerdict.NonFinite => "NOT FINITE",
        GradientVerdict.NonDeterministic => "NOT FIXED",
        _ => verdict.ToString().ToUpperInvariant(),
    };

    private static string Difference(double value) => value == 0 ? "0" : Text(value, "0.0e-00");

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
