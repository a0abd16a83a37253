using System.Text;
using FastLoss.Cli.Reporting;

namespace FastLoss.Cli.Explaining;

/// <summary>What was computed to explain something: a table, what is seen in it, and pictures.</summary>
/// <param name="Title">What is explained.</param>
/// <param name="Facts">What it was computed of.</param>
/// <param name="Table">The figures.</param>
/// <param name="Sentences">What is seen, in their numbers.</param>
/// <param name="Plots">The pictures.</param>
internal sealed record Explanation(
    string Title, IReadOnlyList<(string Name, string Value)> Facts, TextTable Table, IReadOnlyList<string> Sentences, IReadOnlyList<LinePlot> Plots)
{
    public void Write(TextWriter output)
    {
        Columns.WriteFacts(output, Facts);

        output.WriteLine();
        Table.Write(output, Columns.Width(output));
        foreach (string sentence in Sentences) Columns.WriteParagraph(output, sentence);
        output.WriteLine();
    }

    /// <summary>One page without any other file.</summary>
    public string Page()
    {
        var page = new StringBuilder(HtmlPage.Head(Title));
        foreach (string sentence in Sentences) page.Append($"<p>{HtmlPage.Encode(sentence)}</p>\n");
        page.Append("<div class=\"plots\">\n");
        foreach (LinePlot plot in Plots) page.Append(plot.Svg()).Append('\n');
        page.Append("</div>\n<h2>Figures</h2>\n").Append(HtmlPage.Of(Table));
        return page.Append("<h2>What they were computed of</h2>\n").Append(HtmlPage.Facts(Facts)).Append(HtmlPage.End).ToString();
    }
}
