using System.Diagnostics;
using System.Text.Json;
using FastLoss.Cli;
using FastLoss.Cli.Commands;
using FastLoss.Cli.Data;
using FastLoss.Cli.Models;
using FastLoss.Cli.Reporting;
using FastLoss.Cli.Training;

namespace FastLoss.Tests.Cli;

/// <summary>Validation, early stopping, checkpoints and logs of `fastloss train`.</summary>
public class TrainingLoopTests
{
    private static readonly string[] s_small = ["train", "--data", "digits8x8", "--hidden", "12,8", "--no-report", "--no-check", "--epochs", "4"];

    [Theory]
    [InlineData("sgd")]
    [InlineData("momentum")]
    [InlineData("nesterov")]
    [InlineData("adagrad")]
    [InlineData("rmsprop")]
    [InlineData("adam")]
    [InlineData("adamw")]
    public void Every_optimizer_learns_with_its_usual_rate(string optimizer)
    {
        CliRun run = CliRun.Of("train", "--data", "digits8x8", "--hidden", "40", "--activation", "relu", "--optimizer", optimizer, "--learning-rate", optimizer switch
        {
            "sgd" => "0.3",
            "momentum" or "nesterov" => "0.05",
            "adagrad" => "0.05",
            _ => "0.003",
        }, "--epochs", "12", "--no-report", "--no-check");
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.InRange(Accuracy(run), 0.93, 1);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("30")]
    [InlineData("30,20,10")]
    public void Any_depth_learns_and_is_saved(string hidden)
    {
        using var scratch = new Scratch();
        CliRun run = CliRun.Of(
            "train", "--data", "digits8x8", "--hidden", hidden, "--activation", "gelu", "--optimizer", "adam", "--learning-rate", "0.01", "--epochs", "15", "--no-report", "--save", scratch["m"]);
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains("gradient check  passed", run.Output, StringComparison.Ordinal);
        Assert.InRange(Accuracy(run), 0.93, 1);
        CliRun eval = CliRun.Of("eval", "--model", scratch["m"], "--data", "digits8x8");
        Assert.Equal((0, ""), (eval.Code, eval.Error));
        string[] sizes = hidden == "none" ? ["64", "10"] : ["64", .. hidden.Split(','), "10"];
        Assert.Contains($"network         {string.Join('-', sizes)}, gelu", eval.Output, StringComparison.Ordinal);
    }

    /// <summary>The file is what other programs read: W1 and b1 under their names, of the sizes and at the places that the header says.</summary>
    [Fact]
    public void A_saved_network_is_a_safetensors_file()
    {
        using var scratch = new Scratch();
        Assert.Equal(0, CliRun.Of([.. s_small, "--save", scratch["m"]]).Code);
        byte[] file = File.ReadAllBytes(scratch["m"]);
        int length = (int)BitConverter.ToInt64(file);
        using JsonDocument header = JsonDocument.Parse(file.AsMemory(8, length));
        JsonElement first = header.RootElement.GetProperty("W1"), said = header.RootElement.GetProperty("__metadata__");
        Assert.Equal("[64,12]", first.GetProperty("shape").GetRawText());
        Assert.Equal("F32", first.GetProperty("dtype").GetString());
        Assert.Equal(("fastloss network 1", "sigmoid", "digits8x8", "8"), (Text("format"), Text("activation"), Text("data"), Text("width")));
        int start = first.GetProperty("data_offsets")[0].GetInt32();
        Assert.Equal(ModelFile.Read(scratch["m"]).Network.Weights(0)[0], BitConverter.ToSingle(file, 8 + length + start));

        string Text(string name) => said.GetProperty(name).GetString()!;
    }

    /// <summary>The certificate: the same bits whatever the threads, the pieces of the evaluation and the register.</summary>
    [Fact]
    public void Hashes_do_not_depend_on_threads_or_registers()
    {
        string[] hashes = Hashes(CliRun.Of([.. s_small, "--batch", "300", "--threads", "1"]));
        Assert.Equal(2, hashes.Length);
        Assert.All(hashes, h => Assert.Equal(64, h.Length));
        foreach (string threads in (string[])["2", "3", "0"]) Assert.Equal(hashes, Hashes(CliRun.Of([.. s_small, "--batch", "300", "--threads", threads])));
        foreach (string off in (string[])["DOTNET_EnableAVX512", "DOTNET_EnableAVX2"])
            Assert.Equal(hashes, Hashes(CliRun.OfProcess(off, "0", [.. s_small, "--batch", "300"])));
    }

    [Fact]
    public void Early_stopping_keeps_the_best_epoch()
    {
        using var scratch = new Scratch();
        CliRun run = CliRun.Of(
            "train", "--data", "digits8x8", "--hidden", "60", "--activation", "relu", "--optimizer", "adam", "--learning-rate", "0.02", "--epochs", "200",
            "--validation", "0.2", "--early-stopping", "3", "--no-report", "--no-check", "--save", scratch["m"], "--log", scratch["log.csv"]);
        Assert.Equal((0, ""), (run.Code, run.Error));
        string[][] rows = [.. File.ReadAllLines(scratch["log.csv"]).Skip(1).Select(l => l.Split(','))];
        double[] losses = [.. rows.Select(r => double.Parse(r[5]))];
        int best = Array.IndexOf(losses, losses.Min());
        Assert.Equal(best + 3, rows.Length - 1);
        Assert.Contains($"chosen          epoch {best} of {best + 3}, validation", run.Output, StringComparison.Ordinal);

        // What is saved is the best epoch's network.
        CliRun eval = CliRun.Of("eval", "--model", scratch["m"], "--data", "digits8x8");
        Assert.Contains($"accuracy {double.Parse(rows[best][8]):F4}", eval.Figures.Single(l => l.StartsWith("test ", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void Folds_test_with_every_training_image_once()
    {
        CliRun run = CliRun.Of([.. s_small, "--folds", "3"]);
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Equal(3, run.Figures.Count(l => l.StartsWith("fold ", StringComparison.Ordinal)));
        Assert.Contains("folds           accuracy 0.", run.Output, StringComparison.Ordinal);

        int[] labels = [.. Enumerable.Range(0, 103).Select(i => i % 7 == 0 ? 2 : i % 3)];
        int[][] folds = CrossValidation.Folds(labels, 4, 1);
        Assert.Equal(Enumerable.Range(0, 103), folds.SelectMany(f => f).Order());
        Assert.True(folds.Max(f => f.Length) - folds.Min(f => f.Length) <= 1);
        for (int c = 0; c < 3; c++)
        {
            int[] counts = [.. folds.Select(f => f.Count(row => labels[row] == c))];
            Assert.True(counts.Max() - counts.Min() <= 1);
        }
    }

    /// <summary>Killed at any batch: every state that could be on the disk leads to the same network and the same lines.</summary>
    [Theory]
    [InlineData("adam", false)]
    [InlineData("sgd", true)]
    public void A_training_resumed_anywhere_has_the_same_bits(string optimizer, bool validates)
    {
        using var scratch = new Scratch();
        string[] options = [.. s_small, "--optimizer", optimizer, "--batch", "200", .. validates ? (string[])["--validation", "0.2", "--early-stopping", "2"] : []];
        CliRun whole = CliRun.Of([.. options, "--save", scratch["whole"], "--log", scratch["whole.jsonl"]]);
        Assert.Equal((0, ""), (whole.Code, whole.Error));

        // The states a killed process leaves are those that were written: one after each batch.
        string checkpoint = scratch["c"];
        string[] kept = [.. options, "--checkpoint", checkpoint, "--checkpoint-every", "1"];
        List<byte[]> states = StatesOf(
            new()
            {
                Hidden = [12, 8],
                Epochs = 4,
                Batch = 200,
                Optimizer = Enum.Parse<OptimizerKind>(optimizer, ignoreCase: true),
                Validation = validates ? 0.2 : 0,
                Patience = validates ? 2 : null,
            },
            checkpoint);
        Assert.InRange(states.Count, 8, 100);
        foreach (byte[] state in states)
        {
            File.WriteAllBytes(checkpoint, state);
            CliRun resumed = CliRun.Of([.. kept, "--resume", "--save", scratch["resumed"], "--log", scratch["resumed.jsonl"]]);
            Assert.Equal((0, ""), (resumed.Code, resumed.Error));
            Assert.Equal(Hashes(whole), Hashes(resumed));
            Assert.Equal(File.ReadAllBytes(scratch["whole"]), File.ReadAllBytes(scratch["resumed"]));
            Assert.Equal(Epochs(whole), Epochs(resumed));
        }

        static string[] Epochs(CliRun run) => [.. run.Figures.Where(l => l.StartsWith("epoch ", StringComparison.Ordinal))];
    }

    /// <summary>For real: the process is killed, and what lies on the disk goes on.</summary>
    [Fact]
    public async Task A_killed_process_goes_on()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals");
        using var scratch = new Scratch();
        string[] options = ["train", "--data", "mnist-1k", "--hidden", "50", "--epochs", "40", "--no-report", "--no-check", "--checkpoint", scratch["c"], "--checkpoint-every", "3"];
        CliRun whole = CliRun.Of("train", "--data", "mnist-1k", "--hidden", "50", "--epochs", "40", "--no-report", "--no-check");
        foreach (string signal in (string[])["KILL", "TERM", "INT", "KILL"])
        {
            DateTime before = File.Exists(scratch["c"]) ? File.GetLastWriteTimeUtc(scratch["c"]) : default;
            using Process process = Start([.. options, "--resume"]);
            Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            Task output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            while (!process.HasExited && (!File.Exists(scratch["c"]) || File.GetLastWriteTimeUtc(scratch["c"]) == before)) Thread.Sleep(1);
            using (Process kill = Process.Start("kill", [$"-{signal}", process.Id.ToString()])) kill.WaitForExit();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            await output;
            string said = await error;
            if (signal != "KILL" && process.ExitCode != 0) Assert.Contains("interrupted", said, StringComparison.Ordinal);
        }

        CliRun resumed = CliRun.Of([.. options, "--resume"]);
        Assert.Equal((0, ""), (resumed.Code, resumed.Error));
        Assert.Equal(Hashes(whole), Hashes(resumed));
        Assert.Equal(["c"], scratch.Files.Where(f => !f.EndsWith(".tmp", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_checkpoint_of_something_else_is_refused()
    {
        using var scratch = new Scratch();
        string[] kept = [.. s_small, "--checkpoint", scratch["c"]];
        Assert.Equal(0, CliRun.Of(kept).Code);
        byte[] state = File.ReadAllBytes(scratch["c"]);

        Refused("exists; --resume goes on from it", kept);
        Refused("is of a training with --epochs 4, and 5 is asked for", [.. s_small[..^1], "5", "--checkpoint", scratch["c"], "--resume"]);
        Refused("is of a training with --optimizer sgd, and adam is asked for", [.. kept, "--resume", "--optimizer", "adam"]);
        Refused("is of a training on other images than mnist-1k", ["train", "--data", "mnist-1k", .. kept[3..], "--resume"]);
        Refused("--resume goes with --checkpoint FILE", [.. s_small, "--resume"]);
        Refused("--checkpoint-every 3 goes with --checkpoint FILE", [.. s_small, "--checkpoint-every", "3"]);
        Assert.Equal(0, CliRun.Of([.. s_small, "--save", scratch["model"]]).Code);
        Refused("it is a network whose training is over", [.. s_small, "--checkpoint", scratch["model"], "--resume"]);
        Assert.Equal(state, File.ReadAllBytes(scratch["c"]));
        for (int position = 0; position < state.Length; position += 997)
        {
            File.WriteAllBytes(scratch["c"], state[..position]);
            Refused(scratch["c"], [.. kept, "--resume"]);
        }

        static void Refused(string reason, string[] args)
        {
            CliRun run = CliRun.Of(args);
            Assert.Equal((2, ""), (run.Code, run.Output));
            Assert.Contains(reason, run.Error, StringComparison.Ordinal);
            Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }
    }

    [Fact]
    public void Runs_are_shown_side_by_side()
    {
        using var scratch = new Scratch();
        Assert.Equal(0, CliRun.Of([.. s_small, "--log", scratch["slow.csv"], "--learning-rate", "0.1"]).Code);
        Assert.Equal(0, CliRun.Of([.. s_small, "--log", scratch["fast.jsonl"], "--validation", "0.1", "--optimizer", "adam", "--learning-rate", "0.02"]).Code);
        CliRun run = CliRun.Of("compare-runs", scratch["slow.csv"], scratch["fast.jsonl"], "--output", scratch.Report);
        Assert.Equal((0, ""), (run.Code, run.Error));
        string accuracy = double.Parse(File.ReadAllLines(scratch["slow.csv"])[^1].Split(',')[8], System.Globalization.CultureInfo.InvariantCulture).ToString("F4", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Contains(run.Figures, l => l.StartsWith("slow", StringComparison.Ordinal));
        Assert.Contains(accuracy, run.Output, StringComparison.Ordinal);
        Assert.Contains("fast ends with the highest test accuracy", run.Output, StringComparison.Ordinal);
        Assert.Contains("aria-label=\"Test accuracy\"", File.ReadAllText(scratch.Report), StringComparison.Ordinal);

        File.WriteAllText(scratch["bad.csv"], File.ReadAllText(scratch["slow.csv"]).Replace("\n2,", "\n1,", StringComparison.Ordinal));
        Refused("line 4 is not an epoch after the one before: 1,", scratch["slow.csv"], scratch["bad.csv"]);
        File.WriteAllText(scratch["empty.jsonl"], "");
        Refused("holds no epoch", scratch["slow.csv"], scratch["empty.jsonl"]);
        File.WriteAllText(scratch["other.csv"], "a,b\n1,2\n");
        Refused("line 1 is not epoch,learning_rate", scratch["slow.csv"], scratch["other.csv"]);
        Refused("must end in .csv or .jsonl", scratch["slow.csv"], scratch.Report);
        Refused("1 logs are given; it takes 2 to 12", scratch["slow.csv"]);

        void Refused(string reason, params string[] logs)
        {
            CliRun refused = CliRun.Of(["compare-runs", .. logs, "--no-report"]);
            Assert.Equal((2, ""), (refused.Code, refused.Output));
            Assert.Contains(reason, refused.Error, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("--hidden 0", "--hidden is 0; it must be none or integers from 1 to 65536, separated by commas.")]
    [InlineData("--hidden 3,,4", "--hidden is 3,,4; it must be none or integers")]
    [InlineData("--optimizer newton", "--optimizer is newton; it must be sgd or momentum or")]
    [InlineData("--validation 1", "--validation is 1; it must be a number from 0 to below 1.")]
    [InlineData("--validation 0.0001", "--validation 0.0001: leaves 1438 of digits8x8's 1438 training images to train on and 0 to validate with")]
    [InlineData("--early-stopping 3", "--early-stopping 3: needs images to judge by")]
    [InlineData("--warm-up 4", "--warm-up 4: must be less than the 4 --epochs")]
    [InlineData("--folds 1", "--folds is 1; it must be an integer from 2 to 1000.")]
    [InlineData("--log x.txt", "--log x.txt: must end in .csv or .jsonl")]
    [InlineData("--threads -1", "--threads is -1; it must be an integer from 0 to 1024.")]
    public void What_cannot_be_is_refused_in_one_line(string options, string reason)
    {
        string[] said = options.Split(' ');

        // An option is said once.
        string[] small = [.. s_small.Take(1), .. s_small.Skip(1).Chunk(2).Where(pair => pair[0] != said[0]).SelectMany(pair => pair)];
        CliRun run = CliRun.Of([.. small, .. said]);
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.Contains(reason, run.Error, StringComparison.Ordinal);
    }

    /// <summary>The checkpoint as it is after every batch.</summary>
    private static List<byte[]> StatesOf(TrainingOptions options, string checkpoint)
    {
        DataSet data = DataSets.Load("digits8x8", options.Seed).WithValidation(options.Validation, options.Seed);
        using TrainingKeeper keeper = new(new("--checkpoint", checkpoint), 1);
        keeper.Begin(data, options, state => new(state.Network, options.Seed));
        Copies copies = new(keeper, checkpoint);
        Trainer.Train(data, options, new PlainProgress(TextWriter.Null, options.Epochs), copies);
        return copies.States;
    }

    private sealed class Copies(TrainingKeeper keeper, string checkpoint) : ITrainingKeeper
    {
        public List<byte[]> States { get; } = [];

        public bool IsStopped(TrainingState state)
        {
            Assert.False(keeper.IsStopped(state));
            States.Add(File.ReadAllBytes(checkpoint));
            return false;
        }

        public void Keep(TrainingState state)
        {
            keeper.Keep(state);
            States.Add(File.ReadAllBytes(checkpoint));
        }

        public void Tell(TrainingState state) => keeper.Tell(state);
    }

    private static Process Start(string[] args)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "FastLoss.Cli.dll"), .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start");
    }

    private static double Accuracy(CliRun run) => double.Parse(
        run.Figures.Single(l => l.StartsWith("test accuracy", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[2], System.Globalization.CultureInfo.InvariantCulture);

    private static string[] Hashes(CliRun run) => [.. run.Figures.Where(l => l.StartsWith("sha256", StringComparison.Ordinal)).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1])];
}
