using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace FastLoss.Cli.Reporting;

/// <summary>Whether a line's points are marked.</summary>
internal enum PlotDots
{
    None,

    /// <summary>On the line.</summary>
    OnLine,

    /// <summary>Points alone.</summary>
    Alone,

    /// <summary>Points alone, as rings: what lies within is seen.</summary>
    Rings,
}

/// <summary>A line of a plot.</summary>
/// <param name="Title">Its name in the legend.</param>
/// <param name="Colour">As #rrggbb.</param>
/// <param name="Points">In the order they are joined; what is not finite, or not positive on a logarithmic axis, is left out.</param>
internal sealed record PlotLine(string Title, string Colour, IReadOnlyList<(double X, double Y)> Points)
{
    public double Width { get; init; } = 2;

    public PlotDots Dots { get; init; }
}

/// <summary>Lines over a horizontal axis, either axis logarithmic or not.</summary>
/// <param name="Title">What is drawn; no two of a page are the same.</param>
/// <param name="XTitle">What the horizontal axis counts.</param>
/// <param name="YTitle">What the vertical axis counts.</param>
/// <param name="Lines">Drawn in this order.</param>
internal sealed record LinePlot(string Title, string XTitle, string YTitle, IReadOnlyList<PlotLine> Lines)
{
    public bool IsXLogarithmic { get; init; }

    public bool IsYLogarithmic { get; init; }

    /// <summary>The vertical axis' ends, where it shall not be those of the lines.</summary>
    public (double Least, double Largest)? YRange { get; init; }

    public string Svg()
    {
        PlotModel plot = PlotStyle.Model(Columns.Plain(Title));
        (double X, double Y)[] points = [.. Lines.SelectMany(l => l.Points).Where(IsDrawn)];
        plot.Axes.Add(Axis(AxisPosition.Bottom, XTitle, IsXLogarithmic, points.Select(p => p.X), null));
        plot.Axes.Add(Axis(AxisPosition.Left, YTitle, IsYLogarithmic, points.Select(p => p.Y), YRange));
        if (Lines.Count > 1) plot.Legends.Add(PlotStyle.Legend());
        foreach (PlotLine line in Lines)
        {
            var colour = OxyColor.Parse(line.Colour);
            bool isRing = line.Dots == PlotDots.Rings;
            var series = new LineSeries
            {
                // Blanks that do not break: the exporter takes the last title for a little shorter than it is, and clips it.
                Title = Columns.Plain(line.Title) + new string('\u00A0', 3 + (line.Title.Length / 4)),
                Color = colour,
                StrokeThickness = line.Width,
                LineStyle = line.Dots is PlotDots.Alone or PlotDots.Rings ? LineStyle.None : LineStyle.Solid,
                MarkerType = line.Dots == PlotDots.None ? MarkerType.None : MarkerType.Circle,
                MarkerSize = isRing ? 7 : line.Dots == PlotDots.Alone ? 5 : 3.5,
                MarkerFill = isRing ? OxyColors.Transparent : colour,
                MarkerStroke = colour,
                MarkerStrokeThickness = isRing ? 2 : 0,
            };
            series.Points.AddRange(line.Points.Where(IsDrawn).Select(p => new DataPoint(p.X, p.Y)));
            plot.Series.Add(series);
        }

        return PlotStyle.Svg(plot);
    }

    private static Axis Axis(AxisPosition position, string title, bool isLogarithmic, IEnumerable<double> values, (double Least, double Largest)? range)
    {
        (double least, double largest) = range ?? (values.DefaultIfEmpty(isLogarithmic ? 1 : 0).Min(), values.DefaultIfEmpty(1).Max());
        if (isLogarithmic)
        {
            double factor = Math.Max(1.1, Math.Pow(largest / least, 0.04));
            return PlotStyle.Logarithmic(position, title, least / factor, largest * factor);
        }

        double room = largest > least ? (largest - least) / 40 : Math.Max(Math.Abs(least) / 10, 1e-3);
        return PlotStyle.Linear(position, title, least - room, largest + room);
    }

    private bool IsDrawn((double X, double Y) point) =>
        double.IsFinite(point.X) && double.IsFinite(point.Y) && (!IsXLogarithmic || point.X > 0) && (!IsYLogarithmic || point.Y > 0);
}
