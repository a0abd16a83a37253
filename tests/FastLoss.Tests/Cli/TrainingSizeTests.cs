using FastLoss.Cli;
using FastLoss.Cli.Data;
using FastLoss.Cli.Models;
using FastLoss.Cli.Training;

namespace FastLoss.Tests.Cli;

/// <summary>What a training needs is counted before it begins, at every size that can be asked for.</summary>
public class TrainingSizeTests
{
    private const long Available = 4_000_000_000;

    [Fact]
    public void The_memory_needed_stands_in_the_refusal()
    {
        var options = new TrainingOptions { Hidden = [65_536], Threads = 1 };
        TrainingMemory memory = TrainingMemory.Of(4200, 1000, 500, 10, options);
        Assert.Equal(65_536L * 4211 + 10, memory.Parameters);
        memory.Require("a network 4200-65536-10", options, Available); // 3.4 GB: parameters, gradient and a block's gradient, of 275,972,106 floats each, and the images
        string message = Assert.Throws<InputException>(() => memory.Require("a network 4200-65536-10", options, 1_000_000_000)).Message;
        Assert.Equal("--hidden 65536: training a network 4200-65536-10 in batches of 100 needs 3.4 GB of memory; there are 1.0 GB", message);

        TrainingMemory more = TrainingMemory.Of(40_000, 10, 10, 10, options);
        Assert.Equal(
            "--hidden 65536: a network 40000-65536-10 has 2622160906 weights, 10.5 GB; a network has at most 2147483591",
            Assert.Throws<InputException>(() => more.Require("a network 40000-65536-10", options, long.MaxValue)).Message);
    }

    [Fact]
    public void Batches_that_no_array_holds_are_refused()
    {
        var options = new TrainingOptions { Hidden = [65_536], Batch = 1_000_000, Gradient = GradientMode.Numerical };
        string message = Assert.Throws<InputException>(
            () => TrainingMemory.Of(784, 60_000, 10_000, 10, options).Require("a network 784-65536-10", options, long.MaxValue)).Message;
        Assert.Contains("--batch 1000000: with --gradient numerical and a network 784-65536-10 it keeps 3933208576 numbers at once", message, StringComparison.Ordinal);
    }

    /// <summary>Whatever is let through has sizes that arrays can have.</summary>
    [Fact]
    public void No_combination_overflows()
    {
        int[] pixels = [1, 64, 784, 4200, 33_000, Array.MaxLength], counts = [1, 1000, 60_000, int.MaxValue], batches = [1, 100, 1_000_000];
        foreach (int pixel in pixels)
        {
            foreach (int count in counts)
            {
                foreach (int batch in batches)
                {
                    foreach (GradientMode mode in Enum.GetValues<GradientMode>()) AssertCounted(pixel, count, batch, mode);
                }
            }
        }

        static void AssertCounted(int pixels, int count, int batch, GradientMode mode)
        {
            var options = new TrainingOptions { Hidden = [65_536], Batch = batch, Gradient = mode };
            TrainingMemory memory = TrainingMemory.Of(pixels, count, count, 256, options);
            Assert.True(memory.Bytes > 0 && memory.CheckBytes > 8 * memory.Parameters);
            try
            {
                memory.Require("", options, Available);
                Assert.True(memory.Bytes <= Available);
                Assert.Equal(memory.Parameters, new NetworkShape(pixels, options.Hidden[0], 256).ParameterCount);
            }
            catch (InputException e)
            {
                Assert.Contains(" GB", e.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Images_too_large_for_the_network_are_refused_by_the_tool()
    {
        using var scratch = new Scratch();
        IdxData.WriteSet(scratch.Root);
        File.WriteAllBytes(scratch["train-images-idx3-ubyte"], IdxData.Images(4, 200, 200, _ => 1));
        File.WriteAllBytes(scratch["t10k-images-idx3-ubyte"], IdxData.Images(2, 200, 200, _ => 1));
        CliRun run = CliRun.Of("train", "--data", scratch.Root, "--hidden", "65536", "--no-report");
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.Contains("a network 40000-65536-3 has 2621702147 weights, 10.5 GB", run.Error, StringComparison.Ordinal);
    }

    /// <summary>65,536 units ran for ten minutes when a difference redid the whole network, and the trained network was lost.</summary>
    [Fact]
    public void The_largest_hidden_layer_is_saved_first_and_checked_in_bounds()
    {
        using var scratch = new Scratch();
        IdxData.WriteSet(scratch.Root);
        CliRun run = CliRun.Of("train", "--data", scratch.Root, "--hidden", "65536", "--epochs", "1", "--learning-rate", "0.00001", "--no-report", "--save", scratch["m"]);
        Assert.Equal((0, ""), (run.Code, run.Error));
        int saved = Array.FindIndex(run.Figures, l => l.StartsWith("model", StringComparison.Ordinal));
        int check = Array.FindIndex(run.Figures, l => l.StartsWith("gradient check", StringComparison.Ordinal));
        Assert.InRange(saved, 0, check - 1);
        string[] words = run.Figures[check].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["passed:", "78", "weights", "at", "4", "images,"], words[2..8]);
        Assert.InRange(int.Parse(words[8]), 78, 78 * 60);
        Assert.Equal(65_536, ModelFile.Read(scratch["m"]).Network.Shape.Sizes[1]);
    }

    [Fact]
    public void The_check_says_when_it_has_no_memory_and_when_it_is_not_wanted()
    {
        DataSet data = DataSets.Load("digits8x8", 1);
        var network = new Network<float>(new(64, 2, 10));
        GradientFinding finding = GradientComparison.Of(network, data.Train, 1, 5_000_000_000, 4_000_000_000);
        Assert.Equal(new(false, "not done: it needs 5.0 GB of memory; there are 4.0 GB"), finding);
        CliRun run = CliRun.Of("train", "--data", "digits8x8", "--hidden", "3", "--epochs", "1", "--no-report", "--no-check");
        Assert.Contains("gradient check  not done: --no-check", run.Output, StringComparison.Ordinal);
    }

    /// <summary>All 0 where the network is saturated: equal, and no proof.</summary>
    [Fact]
    public void A_check_of_zeros_says_nothing()
    {
        DataSet data = DataSets.Load("digits8x8", 1);
        Images one = data.Train.Select([data.Train.Labels.IndexOf(3)]);
        var network = new Network<float>(new(64, 2, 10), HiddenActivation.Relu, 1);
        network.Biases(1)[3] = 1e6f;
        GradientFinding finding = GradientComparison.Of(network, one, 1, 0, 1);
        Assert.False(finding.Failed);
        Assert.StartsWith("says nothing: all gradients are 0", finding.Text, StringComparison.Ordinal);
    }

    /// <summary>The loss falls to 0 and takes the gradients with it, below what rounding leaves of a difference: no fault of theirs.</summary>
    [Theory]
    [InlineData(HiddenActivation.Relu)]
    [InlineData(HiddenActivation.Sigmoid)]
    public void A_nearly_perfect_network_does_not_fail(HiddenActivation activation)
    {
        DataSet data = DataSets.Load("digits8x8", 1);
        for (int seed = 1; seed <= 3; seed++)
        {
            for (float confidence = 0; confidence <= 60; confidence += 4)
            {
                int label = data.Train.Labels[seed];
                var network = new Network<float>(new(64, 5, 10), activation, 1);
                network.Initialize((ulong)seed);
                network.Biases(1)[label] = confidence;
                GradientFinding finding = GradientComparison.Of(network, data.Train.Select([seed]), (ulong)seed, 0, 1);
                Assert.False(finding.Failed, $"{confidence}: {finding.Text}");
            }
        }
    }

    /// <summary>One class: nothing to learn, nothing to be wrong.</summary>
    [Theory]
    [InlineData("analytic")]
    [InlineData("numerical")]
    public void One_class_is_no_failure(string gradient)
    {
        using var scratch = new Scratch();
        IdxData.WriteSet(scratch.Root);
        File.WriteAllBytes(scratch["train-labels-idx1-ubyte"], IdxData.Labels(0, 0, 0, 0));
        File.WriteAllBytes(scratch["t10k-labels-idx1-ubyte"], IdxData.Labels(0, 0));
        CliRun run = CliRun.Of("train", "--data", scratch.Root, "--epochs", "3", "--gradient", gradient, "--output", scratch.Report);
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains("gradient check  says nothing: all gradients are 0 or below 1.0e-13", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(64, 6, 10, 66)]
    [InlineData(784, 50, 10, 85)]
    [InlineData(3, 4, 2, 26)]
    [InlineData(10, 10, 10, 70)]
    [InlineData(1, 1, 1, 4)]
    public void The_sample_names_no_weight_twice(int pixels, int hidden, int classes, int expected)
    {
        var shape = new NetworkShape(pixels, hidden, classes);
        double[] images = [.. Enumerable.Repeat(1.0, 2 * pixels)];
        int[] sample = WeightSample.Of(shape, images, 1);
        Assert.Equal(expected, sample.Length);
        Assert.Equal(expected, sample.Distinct().Count());
        Assert.All(sample, i => Assert.InRange(i, 0, shape.ParameterCount - 1));
        Assert.Equal(Math.Min(25, hidden * classes), sample.Count(i => shape.NameOf(i).StartsWith("W2", StringComparison.Ordinal)));
        Assert.Equal(sample, WeightSample.Of(shape, images, 1));
        Assert.All(WeightSample.Of(shape, new double[pixels], 1), i => Assert.False(shape.NameOf(i).StartsWith("W1", StringComparison.Ordinal)));
    }
}
