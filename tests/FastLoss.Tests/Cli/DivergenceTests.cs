using FastLoss.Cli.Data;
using FastLoss.Cli.Training;

namespace FastLoss.Tests.Cli;

/// <summary>A training that came to nothing says so: in its lines, in the report and by its code.</summary>
public class DivergenceTests
{
    [Fact]
    public void A_loss_of_1e30_is_not_fine()
    {
        using var scratch = new Scratch();
        CliRun run = CliRun.Of("train", "--learning-rate", "1e30", "--epochs", "2", "--output", scratch.Report, "--save", scratch["m"]);
        Assert.Equal(1, run.Code);
        const string Complaint = "training loss 2.4027 -> 2.117e+30; guessing has 2.3026; a smaller --learning-rate may help";
        Assert.Equal($"fastloss: training diverged: {Complaint}", run.Error.TrimEnd());
        Assert.Contains($"outcome         DIVERGED: {Complaint}", run.Output, StringComparison.Ordinal);
        Assert.Contains("<td class=\"bad\">DIVERGED: training loss 2.4027 -&gt; 2.117e+30", File.ReadAllText(scratch.Report), StringComparison.Ordinal);

        // Its weights are numbers, and it was asked for.
        Assert.Equal(["m", "report.html"], scratch.Files);
        Assert.Equal(0, CliRun.Of("eval", "--model", scratch["m"]).Code);
    }

    [Fact]
    public void A_loss_that_is_not_finite_ends_the_training_and_saves_no_network()
    {
        using var scratch = new Scratch();
        File.WriteAllText(scratch["m"], "an earlier model");
        CliRun run = CliRun.Of(
            "train", "--data", "digits8x8", "--activation", "relu", "--learning-rate", "1e30", "--epochs", "3", "--hidden", "5",
            "--output", scratch.Report, "--save", scratch["m"]);
        Assert.Equal(1, run.Code);
        Assert.Equal("fastloss: training diverged: the loss is NaN in epoch 1; a smaller --learning-rate may help", run.Error.TrimEnd());
        Assert.Contains("outcome         DIVERGED: the loss is NaN in epoch 1", run.Output, StringComparison.Ordinal);
        Assert.Contains("model           not saved: its loss is not finite", run.Output, StringComparison.Ordinal);
        Assert.Contains("gradient check  not done: the loss is not finite", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("test accuracy", run.Output, StringComparison.Ordinal);
        Assert.Equal("an earlier model", File.ReadAllText(scratch["m"]));
        string page = File.ReadAllText(scratch.Report);
        Assert.Contains("<td class=\"bad\">DIVERGED: the loss is NaN in epoch 1", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<figure", page, StringComparison.Ordinal);
        Assert.Contains("<svg ", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2.4, 0.1, OutcomeKind.Learned, "training loss 2.4000 -> 0.1000; guessing has 2.3026")]
    [InlineData(2.4, 2.4, OutcomeKind.NoProgress, "NO PROGRESS: training loss 2.4000 -> 2.4000; guessing has 2.3026; a larger --learning-rate may help")]
    [InlineData(2.4, 4.7, OutcomeKind.NoProgress, "NO PROGRESS: training loss 2.4000 -> 4.7000; guessing has 2.3026; a smaller --learning-rate may help")]
    [InlineData(2.4, 4.9, OutcomeKind.Diverged, "DIVERGED: training loss 2.4000 -> 4.9000; guessing has 2.3026; a smaller --learning-rate may help")]
    [InlineData(0.5, 4.5, OutcomeKind.NoProgress, "NO PROGRESS: training loss 0.5000 -> 4.5000; guessing has 2.3026; a smaller --learning-rate may help")]
    [InlineData(0, 0, OutcomeKind.Learned, "training loss 0.0000 -> 0.0000; guessing has 2.3026")]
    [InlineData(2.4, 8e30, OutcomeKind.Diverged, "DIVERGED: training loss 2.4000 -> 8.000e+30; guessing has 2.3026; a smaller --learning-rate may help")]
    public void An_outcome_is_judged_by_start_and_by_guessing(double start, double end, object kind, string text)
    {
        EpochScore[] epochs = [new(0, Score(start), Score(0)), new(1, Score(end), Score(0))];
        Assert.Equal(new Outcome((OutcomeKind)kind, text), Outcome.Of(epochs, 10, null));

        static Score Score(double loss) => new(new(loss, 1, 1), new(0, 1));
    }

    /// <summary>A wrong gradient is an error of the run, whatever the accuracy.</summary>
    [Fact]
    public void The_check_finds_a_wrong_gradient_and_says_where()
    {
        DataSet data = DataSets.Load("digits8x8", 1);
        var network = new Network<float>(new(64, 4, 10));
        network.Initialize(1);
        GradientFinding right = GradientComparison.Of(network, data.Train, 1, 0, 1);
        Assert.StartsWith("passed: 64 weights at 32 images, ", right.Text, StringComparison.Ordinal);
        GradientCheckElement element = new(5, 1, 2, 1e-9, 1e-8, 2, 2, GradientVerdict.Fail);
        GradientFinding wrong = GradientComparison.Finding(network.Shape, [element], 20, "", 32);
        Assert.Equal(new(true, "FAILED: 1 of 1 weights at 32 images, 20 evaluations; at W1[1, 1] analytic 1, numerical 2 +- 1e-09 (Fail)."), wrong);
        GradientFinding unsure = GradientComparison.Finding(network.Shape, [element with { Verdict = GradientVerdict.Inconclusive }], 20, "Why.", 32);
        Assert.Equal(new(false, "inconclusive: 1 of 1 weights at 32 images, 20 evaluations; at W1[1, 1] analytic 1, numerical 2 +- 1e-09 (Inconclusive). Why."), unsure);

        // Equal, but by chance: the numerical derivative is known to 5.1e14 only, as where the loss is 1e30.
        GradientCheckElement fine = new(6, 1, 1, 1e-12, 1e-8, 1, 1, GradientVerdict.Pass), vague = new(5, 0, 0, 5.1e14, 5.1e14, 0, 0, GradientVerdict.Inconclusive);
        GradientFinding chance = GradientComparison.Finding(network.Shape, [fine, vague], 20, "", 32);
        Assert.Equal(new(false, "inconclusive: 1 of 2 weights at 32 images, 20 evaluations; at W1[1, 1] analytic 0, numerical 0 +- 5.1e+14 (Inconclusive)."), chance);
    }
}
