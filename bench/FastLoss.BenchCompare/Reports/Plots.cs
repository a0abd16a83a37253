using FastLoss.BenchCompare.Comparison;
using FastLoss.BenchCompare.Runs;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace FastLoss.BenchCompare.Reports;

/// <summary>
/// Plots as SVG text to put into a page. OxyPlot measures text by Arial's widths and clips what is wider, so margins are
/// generous and legends are written in HTML.
/// </summary>
internal static class Plots
{
    private const int Width = 1000, RowHeight = 22;

    /// <summary>A label longer than this leaves no room for its row; a plot of more rows is no picture.</summary>
    private const int LongestLabel = 70, MostRows = 200;

    private static readonly OxyColor[] s_lines = [.. new PlotModel().DefaultColors];

    private static readonly OxyColor s_before = OxyColor.FromRgb(0x8a, 0x8a, 0x8a);

    /// <summary>
    /// Every launch (or iteration, where the verdict rests on those) of every benchmark as its ratio to the median before: one row each, the
    /// largest change on top. Empty where no time is above 0 ns.
    /// </summary>
    public static string Distributions(RunComparison comparison)
    {
        BenchmarkComparison[] rows =
        [
            .. comparison.Shown.Where(b => Statistics.Median([.. b.ObservedBefore]) > 0 && b.Ratio > 0 && double.IsFinite(b.Ratio))
                .OrderByDescending(b => Math.Abs(Math.Log(b.Ratio))).Take(MostRows).Reverse(),
        ];
        if (rows.Length == 0) return "";
        // 6.8 units a character hold the wider fonts of a browser at size 11.
        PlotModel model = new()
        {
            PlotAreaBorderThickness = new(0, 0, 0, 1),
            PlotMargins = new(20 + (6.8 * rows.Max(r => Label(r.Id).Length)), 10, 20, 45),
        };
        model.Axes.Add(Categories(rows.Select(r => Label(r.Id))));
        model.Axes.Add(new LogarithmicAxis
        {
            Position = AxisPosition.Bottom,
            Title = "time, over the median before",
            Base = 2,
            LabelFormatter = v => v.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture),
            MajorGridlineStyle = LineStyle.Solid,
            MajorGridlineColor = OxyColor.FromRgb(0xe4, 0xe4, 0xe4),
            MinimumPadding = 0.05,
            MaximumPadding = 0.05,
        });
        model.Annotations.Add(new LineAnnotation { Type = LineAnnotationType.Vertical, X = 1, Color = s_before, LineStyle = LineStyle.Dash });
        ScatterSeries before = Dots("before", s_before);
        model.Series.Add(before);
        Dictionary<Verdict, ScatterSeries> after = Enum.GetValues<Verdict>().ToDictionary(v => v, v => Dots($"after: {Format.Verdict(v)}", Colour(v)));
        foreach (ScatterSeries series in after.Values) model.Series.Add(series);
        for (int i = 0; i < rows.Length; i++)
        {
            double unit = Statistics.Median([.. rows[i].ObservedBefore]);
            foreach (double time in rows[i].ObservedBefore.Where(t => t > 0)) before.Points.Add(new(time / unit, i + 0.18));
            foreach (double time in rows[i].ObservedAfter.Where(t => t > 0)) after[rows[i].Verdict].Points.Add(new(time / unit, i - 0.18));
        }
        return Legend(model.Series.OfType<ScatterSeries>().Where(s => s.Points.Count > 0).Select(s => (s.Title, s.MarkerFill)))
            + Export(model, rows.Length);
    }

    /// <summary>A line a suite: the geometric mean of the ratios to the first run that has each benchmark.</summary>
    public static string Trend(Trend trend)
    {
        PlotModel model = new() { PlotAreaBorderThickness = new(1, 0, 0, 1), PlotMargins = new(70, 10, 20, 80) };
        CategoryAxis runs = new() { Position = AxisPosition.Bottom, Angle = -20 };
        runs.Labels.AddRange(trend.Runs.Select(r => r.Name));
        model.Axes.Add(runs);
        model.Axes.Add(new LinearAxis
        {
            Position = AxisPosition.Left,
            MajorGridlineStyle = LineStyle.Solid,
            MajorGridlineColor = OxyColor.FromRgb(0xe4, 0xe4, 0xe4),
        });
        foreach (IGrouping<string, TrendLine> suite in trend.Lines.GroupBy(l => l.Group))
        {
            LineSeries line = new() { Title = suite.Key, Color = s_lines[model.Series.Count % s_lines.Length], MarkerType = MarkerType.Circle, MarkerSize = 3 };
            for (int i = 0; i < trend.Runs.Count; i++)
            {
                double mean = Statistics.GeometricMean(suite.Where(l => l.Medians[i] is not null).Select(l => l.Medians[i]!.Value / l.First));
                if (!double.IsNaN(mean)) line.Points.Add(new(i, mean));
            }
            model.Series.Add(line);
        }
        return Legend(model.Series.OfType<LineSeries>().Select(l => (l.Title, l.Color))) + Export(model, 16);
    }

    private static string Legend(IEnumerable<(string Title, OxyColor Colour)> entries) =>
        "<p>" + string.Join(" &nbsp; ", entries.Select(e =>
            $"<span style=\"color:#{e.Colour.R:x2}{e.Colour.G:x2}{e.Colour.B:x2}\">&#9679;</span> {System.Net.WebUtility.HtmlEncode(e.Title)}")) + "</p>\n";

    private static string Label(string id) =>
        id.Length <= LongestLabel ? id : $"{id[..(LongestLabel / 2)]}...{id[^((LongestLabel / 2) - 3)..]}";

    private static CategoryAxis Categories(IEnumerable<string> labels)
    {
        CategoryAxis axis = new() { Position = AxisPosition.Left, TickStyle = TickStyle.None, GapWidth = 0.2, FontSize = 11 };
        axis.Labels.AddRange(labels);
        return axis;
    }

    private static ScatterSeries Dots(string title, OxyColor colour) => new()
    {
        Title = title,
        MarkerType = MarkerType.Circle,
        MarkerSize = 3.2,
        MarkerFill = OxyColor.FromAColor(170, colour),
    };

    private static OxyColor Colour(Verdict verdict) => verdict switch
    {
        Verdict.Faster => OxyColor.FromRgb(0x1b, 0x7a, 0x3d),
        Verdict.Slower => OxyColor.FromRgb(0xb3, 0x26, 0x1e),
        Verdict.Same => OxyColor.FromRgb(0x1f, 0x5f, 0xbf),
        _ => OxyColor.FromRgb(0xd0, 0x8a, 0x00),
    };

    private static string Export(PlotModel model, int rows)
    {
        model.Background = OxyColors.White;
        model.DefaultFont = "Arial";
        model.Padding = new(0);
        string svg = new SvgExporter { Width = Width, Height = 70 + (rows * RowHeight) }.ExportToString(model);
        // Inside a page the XML prologue is not allowed.
        return svg[svg.IndexOf("<svg", StringComparison.Ordinal)..] + "\n";
    }
}
