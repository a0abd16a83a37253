using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace FastLoss.Cli.Reporting;

/// <summary>A curve over the epochs for training and for test, as SVG to put into a page.</summary>
internal static class CurvePlot
{
    public const string TrainColour = "#1f6feb";
    public const string TestColour = "#d9480f";
    public const string HeldColour = "#2da44e";

    /// <summary>As many as the plot is wide: of more points some would lie on one pixel.</summary>
    private const int Columns = (int)PlotStyle.Width;

    /// <param name="title">What is drawn.</param>
    /// <param name="axis">What the vertical axis counts.</param>
    /// <param name="train">A value for each epoch, from epoch 0.</param>
    /// <param name="test">As many.</param>
    /// <param name="held">As many of validation, or none.</param>
    /// <param name="isShare">Whether the axis goes from 0 to 1; from 0 to the largest value if not.</param>
    public static string Svg(string title, string axis, IReadOnlyList<double> train, IReadOnlyList<double> test, IReadOnlyList<double> held, bool isShare)
    {
        PlotModel plot = PlotStyle.Model(title);
        double highest = isShare ? 1 : train.Concat(test).Concat(held).Where(double.IsFinite).DefaultIfEmpty().Max();
        if (highest <= 0) highest = 1;

        // A little room on all sides: a curve that lies on the edge is seen too.
        double room = highest / 40, last = Math.Max(1, train.Count - 1);
        LinearAxis epochs = PlotStyle.Linear(AxisPosition.Bottom, "epoch", -last / 80, last * 81 / 80);
        epochs.MinimumMajorStep = 1;
        plot.Axes.Add(epochs);
        plot.Axes.Add(PlotStyle.Linear(AxisPosition.Left, axis, -room, highest + room, isShare ? 0.2 : double.NaN));
        plot.Legends.Add(PlotStyle.Legend());
        plot.Series.Add(Line("training", TrainColour, train, 4));
        if (held.Count > 0) plot.Series.Add(Line("validation", HeldColour, held, 2.5));
        plot.Series.Add(Line("test", TestColour, test, 1.5));
        return PlotStyle.Svg(plot);
    }

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
