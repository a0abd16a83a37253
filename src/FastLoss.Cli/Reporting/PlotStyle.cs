using System.Globalization;
using System.Text.RegularExpressions;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;

namespace FastLoss.Cli.Reporting;

/// <summary>How every plot of a page looks, and how it gets into the page.</summary>
internal static partial class PlotStyle
{
    public const double Width = 480;
    public const double Height = 340;

    private static readonly OxyColor s_ink = OxyColor.Parse("#24292f");
    private static readonly OxyColor s_grid = OxyColor.Parse("#e6e8eb");

    public static PlotModel Model(string title) => new()
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

    /// <summary>Beside the curves: within the plot it would hide one that is flat there.</summary>
    public static Legend Legend() => new()
    {
        LegendPlacement = LegendPlacement.Outside,
        LegendPosition = LegendPosition.TopCenter,
        LegendOrientation = LegendOrientation.Horizontal,
        LegendBorderThickness = 0,
        LegendItemSpacing = 24,
        LegendLineSpacing = 5,
    };

    public static LinearAxis Linear(AxisPosition position, string title, double minimum, double maximum, double step = double.NaN)
    {
        var axis = new LinearAxis { MajorStep = step };
        Dress(axis, position, title, minimum, maximum);
        return axis;
    }

    public static LogarithmicAxis Logarithmic(AxisPosition position, string title, double minimum, double maximum)
    {
        var axis = new LogarithmicAxis { UseSuperExponentialFormat = false, StringFormat = maximum / minimum > 1e4 ? "0e+0" : "G4" };
        Dress(axis, position, title, minimum, maximum);
        return axis;
    }

    /// <summary>
    /// With a view box the page may scale it, and a reader is told what it is. The exporter counts its clips from 1 in every plot, and
    /// a page has only one element of a name.
    /// </summary>
    public static string Svg(PlotModel plot)
    {
        string title = plot.Title, name = NotOfNames().Replace(title, "") + "Clip";
        string svg = new SvgExporter { Width = Width, Height = Height, IsDocument = false }.ExportToString(plot);
        string label = HtmlPage.Encode(title);
        string size = string.Create(CultureInfo.InvariantCulture, $"viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{label}\" ");
        return svg.Replace("<svg ", "<svg " + size, StringComparison.Ordinal)
            .Replace("clipPath", name, StringComparison.Ordinal)
            .Replace($"<{name}", "<clipPath", StringComparison.Ordinal)
            .Replace($"</{name}", "</clipPath", StringComparison.Ordinal);
    }

    private static void Dress(Axis axis, AxisPosition position, string title, double minimum, double maximum)
    {
        axis.Position = position;
        axis.Title = title;
        axis.Minimum = minimum;
        axis.Maximum = maximum;
        axis.MajorGridlineStyle = LineStyle.Solid;
        axis.MajorGridlineColor = s_grid;
        axis.TicklineColor = s_grid;
        axis.MinorTickSize = 0;
        axis.AxisTitleDistance = position == AxisPosition.Left ? 22 : 14;
    }

    [GeneratedRegex("[^A-Za-z0-9]+")]
    private static partial Regex NotOfNames();
}
