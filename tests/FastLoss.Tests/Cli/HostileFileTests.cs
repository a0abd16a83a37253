using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace FastLoss.Tests.Cli;

/// <summary>Files and calls that were found to mislead the tool, or to cost it more than they are worth.</summary>
public class HostileFileTests
{
    /// <summary>Three labels of Latin-1 became one, the sign of what cannot be read.</summary>
    [Fact]
    public void A_table_that_is_not_UTF8_is_refused()
    {
        using var scratch = new Scratch();
        File.WriteAllBytes(scratch["l.csv"], [.. Enumerable.Range(0, 30).SelectMany(i => (byte[])[.. Encoding.ASCII.GetBytes($"{i},1,"), (byte)(0xE8 + (i % 3)), 10])]);
        Refused("l.csv: is not UTF-8: it has the byte 0xE8", "train", "--data", scratch["l.csv"], "--no-report");
        File.WriteAllText(scratch["u.csv"], string.Concat(Enumerable.Range(0, 30).Select(i => $"{i},1,{"éèö"[i % 3]}\n")), Encoding.Unicode);
        CliRun run = CliRun.Of("train", "--data", scratch["u.csv"], "--no-report", "--epochs", "1", "--hidden", "2", "--no-check");
        Assert.Contains("3 classes", run.Output, StringComparison.Ordinal);
    }

    /// <summary>A header of many tensors took minutes, and of many strings a gigabyte.</summary>
    [Fact]
    public void Headers_of_many_entries_are_refused_at_once()
    {
        using var scratch = new Scratch();
        long start = Stopwatch.GetTimestamp();
        Header("{" + string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"\"t{i}\":{{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}")) + "}");
        Refused("has more than 1000 tensors", "eval", "--data", "digits8x8", "--model", scratch["m"]);
        Header("{\"__metadata__\":{" + string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"\"s{i}\":\"\"")) + "}}");
        Refused("has more than 1000 strings", "eval", "--data", "digits8x8", "--model", scratch["m"]);
        Header("{\"\\ud800\":{}}");
        Refused("its header is no JSON", "eval", "--data", "digits8x8", "--model", scratch["m"]);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 30);

        void Header(string json)
        {
            byte[] bytes = [.. new byte[8], .. Encoding.UTF8.GetBytes(json)];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, bytes.Length - 8);
            File.WriteAllBytes(scratch["m"], bytes);
        }
    }

    /// <summary>A megabyte of packed line ends was five gigabytes of lines.</summary>
    [Fact]
    public void A_log_that_unpacks_without_end_is_refused()
    {
        using var scratch = new Scratch();
        using (GZipStream packed = new(File.Create(scratch["a.csv"]), CompressionLevel.Fastest))
        {
            packed.Write(Encoding.UTF8.GetBytes("epoch,learning_rate,seconds,train_loss,train_accuracy,validation_loss,validation_accuracy,test_loss,test_accuracy\n"));
            byte[] lines = Enumerable.Repeat((byte)10, 1 << 20).ToArray();
            for (int i = 0; i < 40; i++) packed.Write(lines);
        }

        Log("b.csv", "0,1,0,2,0.1,,,2,0.1");
        Refused("a.csv: is longer than 16777216 bytes, which no log is", "compare-runs", scratch["a.csv"], scratch["b.csv"], "--no-report");

        void Log(string name, string line) => File.WriteAllText(scratch[name], $"epoch,learning_rate,seconds,train_loss,train_accuracy,validation_loss,validation_accuracy,test_loss,test_accuracy\n{line}\n");
    }

    [Theory]
    [InlineData("0,1,0,2,0.1,,,2,99", "line 2: its test_accuracy is 99, no share")]
    [InlineData("0,1,0,2,0.1,,,1e999,0.5", "line 2: its test_loss is Infinity")]
    [InlineData("0.5,1,0,2,0.1,,,2,0.5", "line 2: its epoch is no number from 0 to")]
    [InlineData("1,1,-5,2,0.1,,,2,0.5", "line 2: its seconds is -5")]
    [InlineData("1,1,5,,,,,,", "line 2: it has no score")]
    [InlineData("1,1", "line 2 is no epoch of numbers")]
    public void A_log_of_what_no_training_writes_is_refused(string line, string reason)
    {
        using var scratch = new Scratch();
        const string Head = "epoch,learning_rate,seconds,train_loss,train_accuracy,validation_loss,validation_accuracy,test_loss,test_accuracy\n";
        File.WriteAllText(scratch["a.csv"], "\uFEFF" + Head + "0,1,0,2,0.1,,,2,0.5\n");
        File.WriteAllText(scratch["b.csv"], Head + line + "\n");
        Refused(reason, "compare-runs", scratch["a.csv"], scratch["b.csv"], "--no-report");
        CliRun twice = CliRun.Of("compare-runs", scratch["a.csv"], scratch["a.csv"], "--no-report");
        Assert.Equal((0, ""), (twice.Code, twice.Error));
        Assert.Contains("end with the highest test accuracy, 0.5000", twice.Output.ReplaceLineEndings(" "), StringComparison.Ordinal);
    }

    /// <summary>Of batches the loss changed by more than by small rates: 1.6e-6 was advised, which trains nothing.</summary>
    [Theory]
    [InlineData("--data", "digits8x8", "--batch", "10")]
    [InlineData("--data", "digits8x8")]
    public void The_rate_found_trains(params string[] options)
    {
        CliRun run = CliRun.Of(["find-rate", .. options]);
        Assert.Equal((0, ""), (run.Code, run.Error));
        double rate = double.Parse(run.Output.Split("--learning-rate ")[1].Split(' ')[0], CultureInfo.InvariantCulture);
        Assert.InRange(rate, 1e-3, 20);
    }

    [Theory]
    [InlineData("--hidden' expects a single argument", "train", "--hidden", "20", "--hidden", "10")]
    [InlineData("a file to read has no name", "export", "--model", "", "--onnx", "never.onnx")]
    [InlineData("a file to read has no name", "compare-runs", "", "")]
    [InlineData("--tensorboard names no directory", "train", "--tensorboard", "")]
    [InlineData("--largest 3: is for CSV files", "eval", "--model", "{m}", "--data", "digits8x8", "--largest", "3")]
    [InlineData("--invert: the network was trained on the rows of a table", "predict", "--model", "{t}", "{csv}", "--invert")]
    [InlineData("--resize: the network was trained on the rows of a table", "predict", "--model", "{t}", "{csv}", "--resize")]
    [InlineData("--size 2x1: the network was trained on the rows of a table", "predict", "--model", "{t}", "{csv}", "--size", "2x1")]
    [InlineData("--largest 20: the network knows how", "predict", "--model", "{t}", "{csv}", "--largest", "20")]
    [InlineData("is no table; the network was trained on the rows of one, of 2 features", "predict", "--model", "{t}", "{png}")]
    [InlineData("has two columns of that name", "train", "--data", "{twice}", "--label-column", "x", "--no-report")]
    [InlineData("has one class; there is nothing to tell apart", "compare-features", "--data", "{one}", "--no-report")]
    [InlineData("has one class: neither its loss nor its accuracy changes", "explain", "accuracy", "--data", "{one}", "--no-report")]
    [InlineData("has 48 training images to make them of", "train", "--data", "{csv}", "--folds", "1000", "--no-report")]
    [InlineData("nosuch: neither a directory", "train", "--data", "nosuch", "--tensorboard", "{board}")]
    public void What_means_nothing_is_refused(string reason, params string[] arguments)
    {
        using var scratch = new Scratch();
        File.WriteAllLines(scratch["t.csv"], Enumerable.Range(0, 60).Select(i => $"{i % 7},{i % 5},{"ab"[i % 2]}"));
        File.WriteAllLines(scratch["o.csv"], Enumerable.Range(0, 60).Select(i => $"{i % 7},{i % 5},a"));
        File.WriteAllLines(scratch["w.csv"], ["x,y,x", .. Enumerable.Range(0, 60).Select(i => $"{i % 7},{i % 5},{i % 3}")]);
        File.WriteAllBytes(scratch["p.png"], PngData.Of(2, 1, 8, 0, [1, 2]));
        string[] train = ["train", "--hidden", "3", "--epochs", "1", "--no-report", "--no-check", "--save"];
        if (arguments.Contains("{t}")) Assert.Equal(0, CliRun.Of([.. train, scratch["t"], "--data", scratch["t.csv"]]).Code);
        if (arguments.Contains("{m}")) Assert.Equal(0, CliRun.Of([.. train, scratch["m"], "--data", "digits8x8"]).Code);
        string[] before = scratch.Files;
        Refused(reason, [.. arguments.Select(a => a switch
        {
            "{t}" => scratch["t"], "{m}" => scratch["m"], "{csv}" => scratch["t.csv"], "{one}" => scratch["o.csv"], "{twice}" => scratch["w.csv"], "{png}" => scratch["p.png"], "{board}" => scratch["board"], _ => a,
        })]);
        Assert.Equal(before, scratch.Files);
        Assert.False(Directory.Exists(scratch["board"]));
    }

    /// <summary>The same pictures as a table of values from 0 to 16 scored .30 for .89, and nothing was said.</summary>
    [Fact]
    public void Dark_pictures_are_told_of()
    {
        using var scratch = new Scratch();
        Assert.Equal(0, CliRun.Of("train", "--data", "digits8x8", "--epochs", "10", "--no-report", "--no-check", "--save", scratch["m"]).Code);
        var digits = FastLoss.Cli.Data.DataSets.Load("digits8x8", 1);
        File.WriteAllLines(scratch["d.csv"], Enumerable.Range(0, digits.Test.Count).Select(i => string.Join(',', digits.Test[i].ToArray().Select(p => Math.Round(p * 16))) + $",{digits.Test.Labels[i]}"));
        CliRun dark = CliRun.Of("eval", "--model", scratch["m"], "--data", scratch["d.csv"], "--all");
        Assert.Contains("DARK: the largest is 16, where 255 is white; --largest says otherwise", string.Join(' ', dark.Output.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        CliRun light = CliRun.Of("eval", "--model", scratch["m"], "--data", scratch["d.csv"], "--all", "--largest", "16"), whole = CliRun.Of("eval", "--model", scratch["m"], "--data", "digits8x8");
        Assert.DoesNotContain("DARK", light.Output, StringComparison.Ordinal);
        Assert.Equal(whole.Figures.Single(l => l.StartsWith("test ", StringComparison.Ordinal)), light.Figures.Single(l => l.StartsWith("test ", StringComparison.Ordinal)));
    }

    /// <summary>What an earlier training left in the log, or a killed one beside a file, is none of this one's.</summary>
    [Fact]
    public void Nothing_of_an_earlier_run_stays()
    {
        using var scratch = new Scratch();
        File.WriteAllText(scratch["old.csv"], "somebody's");
        File.WriteAllText(scratch[".fastloss-old.csv.tmp"], "half of somebody's");
        CliRun run = CliRun.Of("train", "--data", "digits8x8", "--learning-rate", "1e38", "--weight-decay", "1e38", "--log", scratch["old.csv"], "--no-report");
        Assert.Equal(1, run.Code);
        Assert.StartsWith("epoch,", File.ReadAllText(scratch["old.csv"]), StringComparison.Ordinal);
        Assert.Equal(["old.csv"], scratch.Files);
    }

    /// <summary>The classes of a table may hold what a terminal obeys.</summary>
    [Fact]
    public void Control_characters_are_shown_not_obeyed()
    {
        using var scratch = new Scratch();
        File.WriteAllLines(scratch["t.csv"], Enumerable.Range(0, 60).Select(i => $"{i % 2},{i % 5},{(i % 2 == 0 ? "\u001b[31mred\u0007" : "b")}"));
        CliRun run = CliRun.Of("train", "--data", scratch["t.csv"], "--hidden", "3", "--epochs", "2", "--output", scratch.Report, "--save", scratch["m"]);
        Assert.Equal(0, run.Code);
        CliRun eval = CliRun.Of("eval", "--model", scratch["m"], "--data", scratch["t.csv"], "--output", scratch["e.html"]);
        foreach (string text in (string[])[run.Output, eval.Output, File.ReadAllText(scratch.Report), File.ReadAllText(scratch["e.html"])])
            Assert.DoesNotContain(text, c => char.IsControl(c) && c is not ('\n' or '\r' or '\t'));
        Assert.Contains("\uFFFD[31mred\uFFFD", eval.Output, StringComparison.Ordinal);
    }

    private static void Refused(string reason, params string[] arguments)
    {
        CliRun run = CliRun.Of(arguments);
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
