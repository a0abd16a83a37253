using System.Globalization;
using System.Text.RegularExpressions;

namespace FastLoss.Tests.Cli;

public partial class TrainCommandTests
{
    /// <summary>The main job: the first command a newcomer types.</summary>
    [Fact]
    public void Learns_the_shipped_digits()
    {
        using var scratch = new Scratch();
        CliRun run = CliRun.Of("train", "--output", scratch.Report);
        Assert.Equal((0, ""), (run.Code, run.Error));
        (double trainAccuracy, double testAccuracy) = Accuracies(run);
        Assert.InRange(trainAccuracy, 0.995, 1);
        Assert.InRange(testAccuracy, 0.85, 0.95);
        Assert.Equal("data            mnist-1k: 1000 training and 500 test images, 28x28, 10 classes", run.Figures[0]);
        Assert.Equal("network         784-50-10, sigmoid, 39760 parameters", run.Figures[1]);
        Assert.Equal(51, run.Figures.Count(line => line.StartsWith("epoch ", StringComparison.Ordinal)));
        Assert.Contains(run.Figures, line => line.StartsWith("overfit         yes: training 1.0000 - test 0.8", StringComparison.Ordinal));
        Assert.Contains(run.Figures, line => line.StartsWith("gradient check  passed: 85 weights at 32 images", StringComparison.Ordinal));
        Assert.Contains($"report          {scratch.Report}", run.Output, StringComparison.Ordinal);
        Assert.Equal(["report.html"], scratch.Files);
    }

    /// <summary>
    /// What a seed prints, on any machine. The gradient check's figure, pure rounding, changes when a kernel rounds otherwise.
    /// </summary>
    [Fact]
    public void A_seed_prints_these_numbers()
    {
        using var scratch = new Scratch();
        CliRun run = CliRun.Of(Small(scratch.Report));
        Assert.Equal(Pinned, run.Figures[..^1]);
        string readme = File.ReadAllText(Path.Combine(FastLoss.Bench.Recording.Repository.Root, "src", "FastLoss.Cli", "README.md"));
        foreach (string line in Pinned[^2..]) Assert.Contains(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], readme, StringComparison.Ordinal);
        Assert.StartsWith("gradient check  passed: 66 weights at 32 images, ", run.Figures[^1], StringComparison.Ordinal);
    }

    private static readonly string[] Pinned =
    [
        "data            digits8x8: 1438 training and 359 test images, 8x8, 10 classes",
        "network         64-6-10, sigmoid, 460 parameters",
        "training        analytic gradient, batches of 250, learning rate 1, seed 1",
        "epoch 0/2  train loss 2.3458 accuracy 0.0987  test loss 2.3446 accuracy 0.1003",
        "epoch 1/2  train loss 2.2650 accuracy 0.2024  test loss 2.2637 accuracy 0.2173",
        "epoch 2/2  train loss 2.2190 accuracy 0.3755  test loss 2.2171 accuracy 0.3872",
        "outcome         training loss 2.3458 -> 2.2190; guessing has 2.3026",
        "test accuracy   0.3872 (139 of 359)",
        "overfit         no: training 0.3755 - test 0.3872 = -0.0117; chance explains up to 0.0572",
        "sha256          19a9f7e3b86ed8724e62051d73fca1338cede2f3248c1b5c89759d996a0cd0a4 of the parameters",
        "sha256          9214e6c7ab9915f719d6d5010caa983f4cdad2bf5103ed112f1807ea8e35f5a5 of the test images' logits",
    ];

    [Theory]
    [InlineData("DOTNET_EnableAVX512", "0")]
    [InlineData("DOTNET_EnableAVX2", "0")]
    [InlineData("DOTNET_TieredCompilation", "0")]
    public void Narrower_vectors_print_the_same_numbers(string variable, string value)
    {
        using var scratch = new Scratch();
        CliRun run = CliRun.OfProcess(variable, value, Small(scratch.Report));
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Equal(CliRun.Of(Small(scratch.Report)).Figures, run.Figures);
    }

    /// <summary>By differences alone, from the same seed: the same accuracy, to a few images in 359.</summary>
    [Theory]
    [InlineData("sigmoid", 0.002)]
    [InlineData("relu", 0.02)]
    public void The_numerical_gradient_trains_as_well_as_the_analytic_one(string activation, double noise)
    {
        using var scratch = new Scratch();
        string[] args =
            ["train", "--data", "digits8x8", "--hidden", "12", "--epochs", "20", "--activation", activation, "--output", scratch.Report, "--learning-rate", "0.5"];
        var analytic = Accuracies(CliRun.Of([.. args, "--gradient", "analytic"]));
        var numerical = Accuracies(CliRun.Of([.. args, "--gradient", "numerical"]));
        Assert.InRange(analytic.Test, 0.9, 1);
        Assert.Equal(analytic.Test, numerical.Test, noise);
        Assert.Equal(analytic.Train, numerical.Train, noise);
    }

    [Fact]
    public void Another_seed_prints_other_numbers()
    {
        using var scratch = new Scratch();
        CliRun one = CliRun.Of([.. Small(scratch.Report), "--seed", "2"]);
        Assert.Equal(0, one.Code);
        Assert.NotEqual(Pinned[3..], one.Figures[3..]);
    }

    [Fact]
    public void Reads_a_directory_and_keeps_the_ragged_batch()
    {
        using var scratch = new Scratch();
        IdxData.WriteSet(scratch.Root);
        CliRun run = CliRun.Of("train", "--data", scratch.Root, "--batch", "3", "--epochs", "2", "--hidden", "4", "--output", scratch.Report);
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains($"data            {scratch.Root}: 4 training and 2 test images, 3x2, 3 classes", run.Output, StringComparison.Ordinal);
    }

    private static string[] Small(string report) =>
        ["train", "--data", "digits8x8", "--hidden", "6", "--epochs", "2", "--batch", "250", "--output", report];

    private static (double Train, double Test) Accuracies(CliRun run)
    {
        Assert.Equal(0, run.Code);
        Match last = EpochLine().Matches(run.Output)[^1];
        return (Number(last.Groups[1]), Number(last.Groups[2]));

        static double Number(Group group) => double.Parse(group.Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"epoch +\d+/\d+  train loss \d+\.\d{4} accuracy (\d\.\d{4})  test loss \d+\.\d{4} accuracy (\d\.\d{4})")]
    private static partial Regex EpochLine();
}
