using System.Net;
using System.Text;

namespace FastLoss.Cli.Reporting;

/// <summary>What the tool's pages have in common: a head with all their style, tables, an end. Nothing is fetched.</summary>
internal static class HtmlPage
{
    public const string End = "\n</main>\n</body>\n</html>\n";

    public static string Encode(string text) => WebUtility.HtmlEncode(Columns.Plain(text));

    /// <summary>Names and values, below each other.</summary>
    public static string Facts(IEnumerable<(string Name, string Value)> facts)
    {
        var html = new StringBuilder("<table class=\"facts\">\n");
        foreach ((string name, string value) in facts)
            html.Append($"<tr><th>{Encode(name)}</th><td{(IsBad(value) ? " class=\"bad\"" : "")}>{Encode(value)}</td></tr>\n");
        return html.Append("</table>\n").ToString();
    }

    /// <summary>A table that scrolls where the page is narrower.</summary>
    public static string Of(TextTable table)
    {
        var html = new StringBuilder("<div class=\"scroll\"><table class=\"table\">\n");
        AppendRow(table.Head, "th");
        foreach (IReadOnlyList<string> row in table.Rows) AppendRow(row, "td");
        return html.Append("</table></div>\n").ToString();

        void AppendRow(IReadOnlyList<string> cells, string kind)
        {
            html.Append("<tr>");
            foreach (string cell in cells) html.Append($"<{kind}>{Encode(cell)}</{kind}>");
            html.Append("</tr>\n");
        }
    }

    /// <summary>What the tool writes in capitals.</summary>
    private static bool IsBad(string value) =>
        value.StartsWith("DIVERGED", StringComparison.Ordinal)
        || value.StartsWith("NO PROGRESS", StringComparison.Ordinal)
        || value.StartsWith("FAILED", StringComparison.Ordinal);

    public static string Head(string name) => $$"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>FastLoss: {{Encode(name)}}</title>
        <style>
        body { margin: 0; background: #f6f7f9; color: #24292f; font: 15px/1.5 system-ui, "Segoe UI", Helvetica, Arial, sans-serif; }
        main { max-width: 1180px; margin: 0 auto; padding: clamp(10px, 3vw, 24px); }
        h1 { font-size: 26px; margin: 0 0 16px; }
        h2 { font-size: 19px; margin: 32px 0 8px; }
        p { margin: 0 0 12px; }
        .facts { background: #fff; border: 1px solid #e6e8eb; border-radius: 8px; border-spacing: 0; padding: 8px 16px; width: 100%; }
        .facts th { text-align: left; font-weight: 600; padding: 3px 24px 3px 0; white-space: nowrap; vertical-align: top; }
        .facts td { width: 100%; padding: 3px 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
        .facts td.bad { color: #cf222e; font-weight: 600; }
        .plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(420px, 100%), 1fr)); gap: 16px; }
        .plots svg { display: block; box-sizing: border-box; width: 100%; height: auto; background: #fff; border: 1px solid #e6e8eb; border-radius: 8px; }
        .table { border-collapse: collapse; background: #fff; font-variant-numeric: tabular-nums; margin: 0 0 16px; }
        .table th, .table td { border: 1px solid #e6e8eb; padding: 3px 10px; text-align: right; }
        .table th:first-child, .table td:first-child { text-align: left; }
        .scroll { overflow-x: auto; }
        .grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(84px, 1fr)); gap: 10px; }
        figure { margin: 0; padding: 6px; background: #fff; border: 2px solid #e6e8eb; border-radius: 8px; text-align: center; }
        figure img { width: 100%; max-width: 84px; min-height: 14px; image-rendering: pixelated; display: block; margin: 0 auto; }
        figcaption { font-size: 13px; line-height: 1.3; margin-top: 4px; }
        figure.wrong { border-color: #cf222e; background: #fff1f0; }
        figure.wrong b { color: #cf222e; }
        </style>
        </head>
        <body>
        <main>
        <h1>FastLoss: {{Encode(name)}}</h1>

        """;
}
