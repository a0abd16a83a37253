using System.Globalization;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace FastLoss.Cli.Reporting;

/// <summary>A curve over the epochs for training and for test, as SVG to put into a page.</summary>
internal static class CurvePlot
{
    public const string TrainColour = "#1f6feb";
    public const string TestColour = "#d9480f";

    private const double Width = 480;
    private const double Height = 340;

    /// <summary>As many as the plot is wide: of more points some would lie on one pixel.</summary>
    private const int Columns = 480;

    private static readonly OxyColor s_ink = OxyColor.Parse("#24292f");
    private static readonly OxyColor s_grid = OxyColor.Parse("#e6e8eb");

    /// <param name="title">What is drawn.</param>
    /// <param name="axis">What the vertical axis counts.</param>
    /// <param name="train">A value for each epoch, from epoch 0.</param>
    /// <param name="test">As many.</param>
    /// <param name="isShare">Whether the axis goes from 0 to 1; from 0 to the largest value if not.</param>
    public static string Svg(string title, string axis, IReadOnlyList<double> train, IReadOnlyList<double> test, bool isShare)
    {
        var plot = new PlotModel
        {
            Title = title,
            TitleFontSize = 15,
            Padding = new OxyThickness(8, 8, 16, 8),
            DefaultFont = "Arial",
            DefaultFontSize = 12,
            TextColor = s_ink,
            PlotAreaBorderColor = s_grid,
            Background = OxyColors.White,
        };
        double highest = isShare ? 1 : train.Concat(test).Where(double.IsFinite).DefaultIfEmpty().Max();
        if (highest <= 0) highest = 1;

        // A little room on all sides: a curve that lies on the edge is seen too.
        double room = highest / 40, last = Math.Max(1, train.Count - 1);
        plot.Axes.Add(Axis(AxisPosition.Bottom, "epoch", -last / 80, last * 81 / 80));
        plot.Axes.Add(Axis(AxisPosition.Left, axis, -room, highest + room, isShare ? 0.2 : double.NaN));
        plot.Legends.Add(new Legend
        {
            // Beside the curves: within the plot it would hide one that is flat there.
            LegendPlacement = LegendPlacement.Outside,
            LegendPosition = LegendPosition.TopCenter,
            LegendOrientation = LegendOrientation.Horizontal,
            LegendBorderThickness = 0,
            LegendItemSpacing = 24,
        });
        plot.Series.Add(Line("training", TrainColour, train, 4));
        plot.Series.Add(Line("test", TestColour, test, 1.5));

        var exporter = new SvgExporter { Width = Width, Height = Height, IsDocument = false };
        string svg = exporter.ExportToString(plot);

        // With a view box the page may scale it, and a reader is told what it is. The exporter counts its clips from 1 in
        // every plot, and a page has only one element of a name.
        string size = string.Create(CultureInfo.InvariantCulture, $"viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{title}\" ");
        return svg.Replace("<svg ", "<svg " + size, StringComparison.Ordinal)
            .Replace("clipPath", title + "Clip", StringComparison.Ordinal)
            .Replace($"<{title}Clip", "<clipPath", StringComparison.Ordinal)
            .Replace($"</{title}Clip", "</clipPath", StringComparison.Ordinal);
    }

    private static LinearAxis Axis(AxisPosition position, string title, double minimum, double maximum, double step = double.NaN) => new()
    {
        Position = position,
        Title = title,
        Minimum = minimum,
        Maximum = maximum,
        MajorStep = step,
        MinimumMajorStep = position == AxisPosition.Bottom ? 1 : 0,
        MajorGridlineStyle = LineStyle.Solid,
        MajorGridlineColor = s_grid,
        TicklineColor = s_grid,
        MinorTickSize = 0,
        AxisTitleDistance = position == AxisPosition.Left ? 22 : 14,
    };

    /// <summary>The first is wide and the second narrow: where they coincide both are seen.</summary>
    private static LineSeries Line(string title, string colour, IReadOnlyList<double> values, double width)
    {
        var series = new LineSeries { Title = title, Color = OxyColor.Parse(colour), StrokeThickness = width };
        foreach (int epoch in Drawn(values)) series.Points.Add(new DataPoint(epoch, values[epoch]));
        if (series.Points.Count == 1) (series.MarkerType, series.MarkerSize, series.MarkerFill) = (MarkerType.Circle, 1.5 * width, series.Color);
        return series;
    }

    /// <summary>All epochs or, of more than can be told apart, the lowest and the highest of each column.</summary>
    private static IEnumerable<int> Drawn(IReadOnlyList<double> values)
    {
        int[] finite = [.. Enumerable.Range(0, values.Count).Where(i => double.IsFinite(values[i]))];
        return finite.Length <= 2 * Columns
            ? finite
            : finite.Chunk((finite.Length + Columns - 1) / Columns)
                .SelectMany(column => ((int[])[column.MinBy(i => values[i]), column.MaxBy(i => values[i])]).Distinct().Order());
    }
}
