using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using FastLoss.Cli.Data;
using FastLoss.Cli.Reporting;
using FastLoss.Cli.Training;
using Spectre.Console;

namespace FastLoss.Tests.Cli;

public partial class ReportTests
{
    [Fact]
    public void Is_one_page_with_curves_and_the_test_images()
    {
        using var scratch = new Scratch();
        CliRun run = CliRun.Of("train", "--data", "fashion-1k", "--hidden", "8", "--epochs", "4", "--output", scratch.Report);
        Assert.Equal(0, run.Code);
        string page = File.ReadAllText(scratch.Report);

        // Self-contained: nothing is fetched, and no name is used twice.
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<link", page, StringComparison.Ordinal);
        Assert.All(Source().Matches(page), m => Assert.StartsWith("data:image/png;base64,", m.Groups[1].Value, StringComparison.Ordinal));
        string[] ids = [.. Identifier().Matches(page).Select(m => m.Groups[1].Value)];
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(Reference().Matches(page), m => Assert.Contains(m.Groups[1].Value, ids));

        // The first two plots have each a curve of five points for training and for test.
        XElement[] plots = [.. Plot().Matches(page).Select(m => XElement.Parse(m.Value))];
        Assert.Equal(["Loss", "Accuracy", "Calibration", "Confidence"], plots.Select(p => p.Attribute("aria-label")!.Value));
        foreach (XElement plot in plots.Take(2))
        {
            string text = string.Join('\n', plot.Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value));
            Assert.Contains("epoch", text, StringComparison.Ordinal);
            Assert.Contains("training", text, StringComparison.Ordinal);
            Assert.Contains("test", text, StringComparison.Ordinal);
            foreach (string colour in (string[])["rgb(31,111,235)", "rgb(217,72,15)"])
            {
                Assert.Contains(plot.Descendants(), e => e.Name.LocalName == "polyline"
                    && ((string)e.Attribute("style")!).Contains(colour, StringComparison.OrdinalIgnoreCase)
                    && ((string)e.Attribute("points")!).Split(' ', StringSplitOptions.RemoveEmptyEntries).Length == 5);
            }
        }

        // The first 60 test images, then the mistakes, as many as the accuracy leaves, or 60.
        DataSet data = DataSets.Load("fashion-1k", 1);
        Match[] figures = [.. Figure().Matches(page).Cast<Match>()];
        int mistakes = int.Parse(Mistakes().Match(page).Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.Contains($"({500 - mistakes} of 500)", run.Output, StringComparison.Ordinal);
        Assert.Equal(60 + Math.Min(60, mistakes), figures.Length);
        for (int i = 0; i < 60; i++) AssertShows(data, figures[i], i);
        Assert.All(figures[60..], f => Assert.Equal("wrong", f.Groups["mark"].Value));
        foreach (string fact in (string[])["test accuracy", "overfit", "gradient check", "elapsed"]) Assert.Contains($"<th>{fact}</th>", page, StringComparison.Ordinal);
    }

    /// <summary>At any width: the plots have a view box, no size of their own in the page, and columns no wider than it.</summary>
    [Fact]
    public void Plots_take_the_width_of_the_page()
    {
        var images = new Images([0, 1], [0, 1], 1, 1);
        var data = new DataSet("d", images, images, ["0", "1"]);
        TrainingResult result = Trainer.Train(data, new() { Hidden = [2], Epochs = 1 }, new PlainProgress(TextWriter.Null, 1));
        string page = HtmlReport.Compose(data, result, []);
        Assert.Contains("repeat(auto-fit, minmax(min(420px, 100%), 1fr))", page, StringComparison.Ordinal);
        Assert.Contains(".plots svg { display: block; box-sizing: border-box; width: 100%; height: auto;", page, StringComparison.Ordinal);
        foreach (Match plot in Plot().Matches(page)) Assert.Equal("0 0 480 340", XElement.Parse(plot.Value).Attribute("viewBox")!.Value);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(true, 0)]
    [InlineData(false, 0.7)]
    [InlineData(false, 0)]
    public void A_flat_curve_is_seen(bool isShare, double value)
    {
        double[] flat = [value, value, value];
        XElement plot = XElement.Parse(CurvePlot.Svg("Loss", "loss", flat, flat, [], isShare));
        double legend = plot.Descendants().Where(e => e.Name.LocalName == "text" && e.Value is "training" or "test").Max(Height);
        XElement[] curves = [.. plot.Descendants().Where(e => e.Name.LocalName == "polyline" && ((string)e.Attribute("points")!).Split(' ', StringSplitOptions.RemoveEmptyEntries).Length == 3)];
        Assert.Equal(2, curves.Length);
        string[] clip = [.. plot.Descendants().First(e => e.Name.LocalName == "rect" && e.Parent!.Name.LocalName == "clipPath").Attributes().Select(a => $"{a.Name.LocalName} {a.Value}")];
        double top = Of("y"), bottom = top + Of("height");
        foreach (XElement curve in curves)
        {
            double height = double.Parse(((string)curve.Attribute("points")!).Split(' ', ',')[1], CultureInfo.InvariantCulture);
            Assert.InRange(height, top + 2, bottom - 2); // within the plot, not on its edge
            Assert.True(height > legend + 10, "beside the legend");
        }

        double Of(string name) => double.Parse(clip.Single(a => a.StartsWith(name + " ", StringComparison.Ordinal)).Split(' ')[1], CultureInfo.InvariantCulture);

        static double Height(XElement text) =>
            double.Parse(((string?)text.Attribute("y") ?? ((string)text.Attribute("transform")!).Split(',', ')')[1]).Trim(), CultureInfo.InvariantCulture);
    }

    /// <summary>A million epochs make no page of 100 MB, and no peak is lost.</summary>
    [Fact]
    public void A_long_training_is_drawn_thinned()
    {
        double[] loss = [.. Enumerable.Range(0, 1_000_000).Select(i => i == 777_777 ? 5.0 : 1 + ((i % 2) * 0.1))];
        string svg = CurvePlot.Svg("Loss", "loss", loss, loss, [], isShare: false);
        Assert.InRange(svg.Length, 1000, 100_000);
        XElement curve = XElement.Parse(svg).Descendants().First(e => e.Name.LocalName == "polyline");
        double[] heights = [.. ((string)curve.Attribute("points")!).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(p => double.Parse(p.Split(',')[1], CultureInfo.InvariantCulture))];
        Assert.Equal(1, heights.Count(h => h < heights.Max() - 100));
    }

    [Fact]
    public void Images_survive_the_file_format()
    {
        byte[] pixels = [0, 1, 2, 253, 254, 255];
        (int width, int height, byte[] decoded) = Decode(PngImage.Encode(pixels, 3));
        Assert.Equal((3, 2), (width, height));
        Assert.Equal(pixels, decoded);
    }

    [Fact]
    public void Text_is_text_and_no_markup()
    {
        var images = new Images([0, 1], [0, 1], 1, 1);
        var data = new DataSet("a<b>&\"c\"", images, images, ["<zero>", "o&e"]);
        TrainingResult result = Trainer.Train(data, new() { Hidden = [2], Epochs = 1 }, new PlainProgress(TextWriter.Null, 1));
        string page = HtmlReport.Compose(data, result, [("<name>", "1 < 2")]);
        Assert.Contains("<title>FastLoss: a&lt;b&gt;&amp;&quot;c&quot;</title>", page, StringComparison.Ordinal);
        Assert.Contains("<th>&lt;name&gt;</th><td>1 &lt; 2</td>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<zero>", page, StringComparison.Ordinal);
        Assert.Contains("&lt;zero&gt;", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100, 100, 86, 100, true)]
    [InlineData(1000, 1000, 431, 500, true)]
    [InlineData(90, 100, 88, 100, false)]
    [InlineData(100, 100, 100, 100, false)]
    [InlineData(80, 100, 90, 100, false)]
    [InlineData(59_700, 60_000, 9_725, 10_000, true)]
    public void Overfitting_is_a_gap_that_chance_does_not_explain(int trainRight, int train, int testRight, int test, bool expected)
    {
        var overfit = new Overfit(new(trainRight, train), new(testRight, test));
        Assert.Equal(expected, overfit.IsShown);
        Assert.StartsWith(expected ? "yes: " : "no: ", overfit.ToString(), StringComparison.Ordinal);
    }

    /// <summary>On a terminal: the epochs' lines stay, the bar shows loss and rate and goes.</summary>
    [Fact]
    public void A_terminal_gets_a_bar_with_loss_and_rate()
    {
        using var screen = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.Yes,
            Out = new AnsiConsoleOutput(screen),
        });
        console.Profile.Width = 120;
        var score = new EpochScore(1, new(new(23, 10, 10), new(1, 10)), new(new(24, 10, 10), new(2, 10)));
        TrainingResult result = LiveProgress.Run(console, 3, progress =>
        {
            progress.Batch(1, 2, 1, 2.25, 12345.6);
            Thread.Sleep(300); // long enough for the refreshing thread to draw
            progress.Epoch(score);
            progress.Batch(2, 2, 2, 1.5, 23456.7);
            return new(new(new(1, 1, 1)), [score], TimeSpan.Zero, 0);
        });
        Assert.Equal(score, result.Final);
        Assert.Contains("epoch 1/3 ━", screen.ToString(), StringComparison.Ordinal);
        Assert.Contains("50% loss 2.2500  12,346 images/s", screen.ToString(), StringComparison.Ordinal);
        Assert.Contains("epoch 1/3  train loss 2.3000 accuracy 0.1000  test loss 2.4000 accuracy 0.2000", screen.ToString(), StringComparison.Ordinal);
    }

    private static void AssertShows(DataSet data, Match figure, int index)
    {
        string truth = data.ClassNames[data.Test.Labels[index]];
        Assert.StartsWith($"test image {index}: truth {truth}, prediction ", figure.Groups["title"].Value, StringComparison.Ordinal);
        string caption = figure.Groups["caption"].Value;
        if (figure.Groups["mark"].Value == "right") Assert.Equal(truth, caption);
        else Assert.EndsWith($"</b>, is {truth}", caption, StringComparison.Ordinal);

        (int width, int height, byte[] pixels) = Decode(Convert.FromBase64String(figure.Groups["png"].Value));
        Assert.Equal((28, 28), (width, height));
        Assert.Equal(data.Test[index].ToArray().Select(p => (byte)(255 - (int)Math.Round(p * 255))), pixels);
    }

    /// <summary>Width, height and pixels of a grey PNG whose lines are not filtered.</summary>
    private static (int Width, int Height, byte[] Pixels) Decode(byte[] png)
    {
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], png[..8]);
        int width = 0, height = 0;
        var pixels = new List<byte>();
        for (int position = 8; position < png.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(position));
            string name = System.Text.Encoding.ASCII.GetString(png, position + 4, 4);
            byte[] content = png[(position + 8)..(position + 8 + length)];
            uint crc = BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(position + 8 + length));
            Assert.Equal(crc, Crc(png.AsSpan(position + 4, 4 + length)));
            if (name == "IHDR")
            {
                (width, height) = (BinaryPrimitives.ReadInt32BigEndian(content), BinaryPrimitives.ReadInt32BigEndian(content.AsSpan(4)));
                Assert.Equal([8, 0, 0, 0, 0], content[8..]);
            }
            else if (name == "IDAT")
            {
                using var zlib = new ZLibStream(new MemoryStream(content), CompressionMode.Decompress);
                using var raw = new MemoryStream();
                zlib.CopyTo(raw);
                foreach (byte[] line in raw.ToArray().Chunk(width + 1))
                {
                    Assert.Equal(0, line[0]);
                    pixels.AddRange(line[1..]);
                }
            }

            position += 12 + length;
        }

        return (width, height, [.. pixels]);
    }

    /// <summary>Bit by bit, as the PNG specification's annex D defines it.</summary>
    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }

        return ~crc;
    }

    [GeneratedRegex("<svg .*?</svg>", RegexOptions.Singleline)]
    private static partial Regex Plot();

    [GeneratedRegex(" src=\"([^\"]{0,22})")]
    private static partial Regex Source();

    [GeneratedRegex(" id=\"([^\"]*)\"")]
    private static partial Regex Identifier();

    [GeneratedRegex("url\\(#([^)]*)\\)")]
    private static partial Regex Reference();

    [GeneratedRegex("Mistakes: (\\d+) of 500")]
    private static partial Regex Mistakes();

    [GeneratedRegex("<figure class=\"(?<mark>right|wrong)\" title=\"(?<title>[^\"]*)\"><img alt=\"[^\"]*\" src=\"data:image/png;base64,(?<png>[^\"]*)\"><figcaption>(?<caption>.*?)</figcaption></figure>")]
    private static partial Regex Figure();
}
