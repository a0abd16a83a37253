using System.Globalization;
using System.Text.Json;
using FastLoss.Cli.Data;
using FastLoss.Cli.Models;
using FastLoss.Cli.Training;

namespace FastLoss.Tests.Cli;

public class PredictCommandTests
{
    [Fact]
    public void Pictures_of_every_kind_are_grey()
    {
        using var scratch = new Scratch();
        Assert.Equal([0, 1 / 255f, 128 / 255f, 1], Read(PngData.Of(2, 2, 8, 0, [0, 1, 128, 255])));
        Assert.Equal([18 / 255f, 255 / 255f], Read(PngData.Of(2, 1, 16, 0, [18, 52, 255, 255])), (a, b) => Math.Abs(a - b) <= 1 / 255f);
        Assert.Equal([1, 0, 1, 0, 0, 1, 1, 0], Read(PngData.Of(8, 1, 1, 0, [0b10100110])));
        Assert.Equal([0.299f, 0.587f, 0.114f, 7 / 255f], Read(PngData.Of(4, 1, 8, 2, [255, 0, 0, 0, 255, 0, 0, 0, 255, 7, 7, 7])), (a, b) => Math.Abs(a - b) < 1e-6f);
        Assert.Equal([200 / 255f, 10 / 255f], Read(PngData.Of(2, 1, 8, 3, [1, 0], 10, 10, 10, 200, 200, 200)));
        Assert.Equal([1, 0, (0.2f * 100 / 255) + 0.8f], Read(PngData.Of(3, 1, 8, 4, [0, 0, 0, 255, 100, 51])), (a, b) => Math.Abs(a - b) < 1e-6f); // before white paper
        Assert.Equal([1, 50 / 255f], Read(PngData.Of(2, 1, 8, 6, [9, 8, 7, 0, 50, 50, 50, 255])));

        // Interlaced: a pixel of each of the first, sixth and seventh pass, and one more of the seventh.
        Assert.Equal([10 / 255f, 20 / 255f, 30 / 255f, 40 / 255f], Read(PngData.File(PngData.Header(2, 2, 8, 0, 1), [0, 10, 0, 20, 0, 30, 40])));

        float[] Read(byte[] png)
        {
            File.WriteAllBytes(scratch["p.png"], png);
            return PngFile.Read(scratch["p.png"]).Pixels;
        }
    }

    public static TheoryData<byte[], string> Damaged()
    {
        byte[] right = PngData.Of(2, 2, 8, 0, [0, 1, 128, 255]), crc = [.. right];
        crc[47] ^= 1;
        return new()
        {
            { [], "is neither a PNG picture nor IDX images, and not named as a CSV file; it begins with nothing" },
            { [0xFF, 0xD8, 0xFF, 0xE0], "it begins with 0xFFD8FFE0" },
            { right[..^1], "ends within one of its chunks" },
            { right[..40], "ends within one of its chunks" },
            { crc, "is damaged: a checksum is wrong" },
            { PngData.File(PngData.Header(2, 2, 8, 0, 0), [0, 1, 2, 0, 3]), "its pixels are 5 bytes instead of 6 bytes" },
            { PngData.File(PngData.Header(2, 2, 8, 0, 0), new byte[100_000]), "its pixels are more instead of 6 bytes" },
            { PngData.File(PngData.Header(2, 2, 8, 5, 0), [0]), "its header says 8 bits, colours of type 5 and interlacing 0, which PNG does not know" },
            { PngData.File(PngData.Header(100_000, 2, 8, 0, 0), [0]), "its header says 100000x2 pixels; a side has 1 to 16384" },
            { PngData.File(PngData.Header(0, 2, 8, 0, 0), [0]), "its header says 0x2 pixels" },
            { [.. right[..8], .. PngData.Chunk("IDAT", [1, 2, 3]), .. PngData.Chunk("IEND", [])], "does not begin with a header of PNG" },
            { [.. right[..33], .. PngData.Chunk("IDAT", [1, 2, 3, 4, 5, 6]), .. PngData.Chunk("IEND", [])], "its pixels cannot be unpacked" },
            { IdxData.Images(1, 2, 3, _ => 0)[..^1], "but it ends after 21" },
            { PngData.Of(2, 2, 8, 0, [0, 1, 128, 255]), "p: is 2x2; the model expects 8x8 (--resize scales it)" },
            { IdxData.Images(2, 8, 9, _ => 0), "p: picture 1: is 9x8; the model expects 8x8" },
        };
    }

    [Theory]
    [MemberData(nameof(Damaged))]
    public void Damage_is_named(byte[] content, string complaint)
    {
        using var scratch = new Scratch();
        File.WriteAllBytes(scratch["p"], content);
        AssertRefused(CliRun.Of("predict", "--model", Untrained(scratch), scratch["p"]), complaint);
    }

    [Fact]
    public void Other_refusals()
    {
        using var scratch = new Scratch();
        string model = Untrained(scratch), zeros = string.Join(',', Enumerable.Repeat("0", 63));
        AssertRefused(CliRun.Of("predict", "--model", model), "files");
        AssertRefused(CliRun.Of("predict", scratch["p"]), "'--model' is required");
        AssertRefused(CliRun.Of("predict", "--model", model, scratch["none"]), "none: cannot be read");
        AssertRefused(CliRun.Of("predict", "--model", model, scratch.Root), $"{scratch.Root}: is a directory");
        if (!OperatingSystem.IsWindows()) AssertRefused(CliRun.Of("predict", "--model", model, "/dev/null"), "/dev/null: is a device or a pipe; pictures are read from files");
        AssertRefused(CliRun.Of("predict", "--model", model, "--size", "8", "x"), "--size is 8; it must be a width and a height in pixels, as 28x28.");
        AssertRefused(CliRun.Of("predict", "--model", model, "--size", "8x7", "x"), "--size 8x7: is 56 pixels; the model expects 64");
        Csv($"{zeros},256\n", "p.csv: row 1, pixel 64 is 256; pixels are 0 to 255 (--largest)");
        Csv($"{zeros},17\n", "pixel 64 is 17; pixels are 0 to 16", "--largest", "16");
        Csv($"{zeros},1,5\n", "has rows of 65 values, which are no square; the model expects 8x8 = 64; a column of labels is left out by --label-column");
        Csv("1,2\n", "has rows of 2 values, which are no square");
        Csv("1,2,3,4\n", "is 2x2; the model expects 8x8 (--resize scales it)");
        Csv("1,x\n2,y\n", "column 2 (x): \"y\" is no finite number");

        void Csv(string text, string complaint, params string[] more)
        {
            File.WriteAllText(scratch["p.csv"], text);
            AssertRefused(CliRun.Of(["predict", "--model", model, scratch["p.csv"], .. more]), complaint);
        }
    }

    /// <summary>The test's digits as IDX, as CSV with and without labels, and as PNG: the same answers, which are the network's own.</summary>
    [Fact]
    public void One_picture_has_one_answer_whatever_its_file()
    {
        using var scratch = new Scratch();
        DataSet data = DataSets.Load("digits8x8", 1);
        CliRun train = CliRun.Of("train", "--data", "digits8x8", "--hidden", "12", "--epochs", "20", "--no-report", "--no-check", "--save", scratch["m"]);
        Assert.Equal(0, train.Code);
        const int Count = 5;
        int[][] pixels = [.. Enumerable.Range(0, Count).Select(i => data.Test[i].ToArray().Select(p => (int)(p * 16)).ToArray())];
        byte[] bytes = [.. pixels.SelectMany(p => p).Select(p => (byte)(p * 15))];
        File.WriteAllBytes(scratch["i.idx"], IdxData.Images(Count, 8, 8, i => bytes[i]));
        File.WriteAllText(scratch["i.csv"], string.Concat(pixels.Select(p => string.Join(',', p) + '\n')));
        File.WriteAllText(scratch["l.csv"], string.Concat(pixels.Select(p => string.Join(',', p) + ",9\n")));
        string[] pngs = [.. Enumerable.Range(0, Count).Select(i => scratch[$"{i}.png"])];
        for (int i = 0; i < Count; i++) File.WriteAllBytes(pngs[i], PngData.Of(8, 8, 8, 0, bytes[(64 * i)..(64 * (i + 1))]));

        JsonElement csv = Json("--largest", "16", scratch["i.csv"]);
        Ranked[][] expected = [.. Ranking.Of(NetworkClassifier.Read(scratch["m"]).Classifier, data.Test, 3).Take(Count)];
        for (int i = 0; i < Count; i++)
        {
            JsonElement classes = csv[i].GetProperty("classes");
            Assert.Equal(i + 1, csv[i].GetProperty("number").GetInt32());
            Assert.Equal(expected[i].Select(r => r.Class), classes.EnumerateArray().Select(c => c.GetProperty("class").GetInt32()));
            Assert.Equal(expected[i].Select(r => r.Probability), classes.EnumerateArray().Select(c => (float)c.GetProperty("probability").GetDouble()));
            Assert.True(expected[i][0].Probability >= expected[i][1].Probability && expected[i][1].Probability >= expected[i][2].Probability);
        }

        Assert.Equal(Answers(csv), Answers(Json("--largest", "16", "--label-column", "65", scratch["l.csv"])));
        string[] idx = Answers(Json(scratch["i.idx"]));
        Assert.Equal(idx, Answers(Json(pngs)));

        // Dark on light, and told so: the same again.
        for (int i = 0; i < Count; i++) File.WriteAllBytes(pngs[i], PngData.Of(8, 8, 8, 0, [.. bytes[(64 * i)..(64 * (i + 1))].Select(b => (byte)(255 - b))]));
        Assert.Equal(idx.Select(a => a[..6]), Answers(Json(["--invert", .. pngs])).Select(a => a[..6]));
        CliRun dark = CliRun.Of(["predict", "--model", scratch["m"], .. pngs]);
        Assert.Contains("5 of 5 pictures are light at their edges. A network that", dark.Output, StringComparison.Ordinal);
        CliRun table = CliRun.Of(["predict", "--invert", "--model", scratch["m"], .. pngs]);
        Assert.Equal((0, ""), (table.Code, table.Error));
        Assert.Equal(1 + Count, table.Figures.Length);
        Assert.All(table.Figures, line => Assert.InRange(line.Length, 1, 80));
        Assert.Contains(expected[0][0].Class.ToString(CultureInfo.InvariantCulture), table.Figures[1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], StringComparison.Ordinal);

        JsonElement Json(params string[] args)
        {
            CliRun run = CliRun.Of(["predict", "--json", "--model", scratch["m"], .. args]);
            Assert.Equal((0, ""), (run.Code, run.Error));
            return JsonDocument.Parse(run.Output).RootElement;
        }

        static string[] Answers(JsonElement json) => [.. json.EnumerateArray().Select(e => string.Join(' ', e.GetProperty("classes").EnumerateArray()
            .Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.GetProperty("class").GetInt32()} {c.GetProperty("probability").GetDouble():F3}"))))];
    }

    [Fact]
    public void Scaling_keeps_the_shape_and_the_mean()
    {
        var wide = new GreyImage([.. Enumerable.Repeat(1f, 8 * 4)], 8, 4);
        GreyImage small = wide.FittedTo(4, 4);
        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0], small.Pixels);

        // A ramp stays a ramp, smaller or larger, but for the last pixels of an edge.
        var ramp = new GreyImage([.. Enumerable.Range(0, 64 * 64).Select(i => (i % 64) / 63f)], 64, 64);
        foreach (int side in (int[])[8, 28, 96])
        {
            float[] line = ramp.FittedTo(side, side).Pixels[..side];
            for (int x = 2; x < side - 2; x++) Assert.Equal((((x + 0.5) * 64 / side) - 0.5) / 63, line[x], 0.003);
            Assert.Equal(0.5, line.Average(), 0.01);
        }

        Assert.Equal(ramp.Pixels, ramp.FittedTo(64, 64).Pixels);
        Assert.Equal([1, 0.75f], new GreyImage([0, 0.25f], 2, 1).Inverted().Pixels);
    }

    [Fact]
    public void A_larger_picture_is_scaled_when_asked()
    {
        using var scratch = new Scratch();
        DataSet data = DataSets.Load("digits8x8", 1);
        string model = Untrained(scratch);
        byte[] large = new byte[32 * 32];
        for (int i = 0; i < large.Length; i++) large[i] = (byte)(data.Test[0][((i / 32 / 4) * 8) + (i % 32 / 4)] * 240);
        File.WriteAllBytes(scratch["l.png"], PngData.Of(32, 32, 8, 0, large));
        CliRun run = CliRun.Of("predict", "--model", model, "--resize", scratch["l.png"]);
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Equal(2, run.Figures.Length);
    }

    private static string Untrained(Scratch scratch)
    {
        CliRun run = CliRun.Of("train", "--data", "digits8x8", "--hidden", "2", "--epochs", "1", "--no-report", "--no-check", "--save", scratch["m"]);
        Assert.Equal(0, run.Code);
        return scratch["m"];
    }

    private static void AssertRefused(CliRun run, string complaint)
    {
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.Contains(complaint, Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }
}
