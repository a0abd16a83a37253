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

    private const double Width = 560;
    private const double Height = 360;

    private static readonly OxyColor s_ink = OxyColor.Parse("#24292f");
    private static readonly OxyColor s_grid = OxyColor.Parse("#e6e8eb");

    /// <param name="title">What is drawn.</param>
    /// <param name="axis">What the vertical axis counts.</param>
    /// <param name="train">A value for each epoch, from epoch 0.</param>
    /// <param name="test">As many.</param>
    /// <param name="rising">Whether the curve rises, and the legend has its room below.</param>
    public static string Svg(string title, string axis, IReadOnlyList<double> train, IReadOnlyList<double> test, bool rising)
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
        plot.Axes.Add(Axis(AxisPosition.Bottom, "epoch", 0, train.Count - 1));
        double highest = rising ? 1 : Math.Max(train.Max(), test.Max());
        plot.Axes.Add(Axis(AxisPosition.Left, axis, 0, rising ? 1.02 : highest * 1.05, rising ? 0.2 : double.NaN));
        plot.Legends.Add(new Legend
        {
            LegendPosition = rising ? LegendPosition.RightBottom : LegendPosition.RightTop,
            LegendBackground = OxyColors.White,
            LegendBorder = s_grid,
            LegendPadding = 14,
            LegendLineSpacing = 6,
        });
        plot.Series.Add(Line("training", TrainColour, train));
        plot.Series.Add(Line("test", TestColour, test));

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
        AxisTitleDistance = 14,
    };

    private static LineSeries Line(string title, string colour, IReadOnlyList<double> values)
    {
        var series = new LineSeries { Title = title, Color = OxyColor.Parse(colour), StrokeThickness = 2 };
        for (int epoch = 0; epoch < values.Count; epoch++) series.Points.Add(new DataPoint(epoch, values[epoch]));
        return series;
    }
}
