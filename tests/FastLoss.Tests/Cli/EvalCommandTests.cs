namespace FastLoss.Tests.Cli;

public class EvalCommandTests
{
    [Fact]
    public void A_saved_network_scores_as_it_did()
    {
        using var scratch = new Scratch();
        string model = scratch["digits.flnn"];
        CliRun train = CliRun.Of(
            "train", "--data", "digits8x8", "--hidden", "10", "--epochs", "5", "--seed", "7", "--output", scratch.Report, "--save", model);
        Assert.Equal((0, ""), (train.Code, train.Error));
        Assert.Contains($"model           {model}", train.Output, StringComparison.Ordinal);

        // The split is the training's own: its seed lies in the file.
        CliRun eval = CliRun.Of("eval", "--model", model, "--data", "digits8x8");
        Assert.Equal((0, ""), (eval.Code, eval.Error));
        string last = train.Figures.Last(line => line.StartsWith("epoch 5/5", StringComparison.Ordinal));
        string Score(string name) => eval.Figures.Single(l => l.StartsWith(name + ' ', StringComparison.Ordinal))[16..];
        Assert.Equal(last, $"epoch 5/5  train {Score("train")}  test {Score("test")}");

        int[][] classes = [.. eval.Figures.Where(l => l.StartsWith("class ", StringComparison.Ordinal))
            .Select(l => l[16..].Split(' ')).Select(w => (int[])[int.Parse(w[0]), int.Parse(w[2])])];
        Assert.Equal(10, classes.Length);
        Assert.Equal(359, classes.Sum(c => c[1]));
        Assert.Contains($"test accuracy   {classes.Sum(c => c[0]) / 359.0:F4} ({classes.Sum(c => c[0])} of 359)", train.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_for_other_images_is_refused()
    {
        using var scratch = new Scratch();
        string model = Train(scratch);
        CliRun run = CliRun.Of("eval", "--model", model, "--data", "mnist-1k");
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.Contains("is for images of 64 pixels in 10 classes; mnist-1k has 28x28 = 784 pixels and 10 classes", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Damage_anywhere_in_the_file_is_found()
    {
        using var scratch = new Scratch();
        string model = Train(scratch);
        byte[] whole = File.ReadAllBytes(model);
        for (int position = 0; position < whole.Length; position += position < 48 ? 1 : 97)
        {
            byte[] damaged = [.. whole];
            damaged[position] ^= 0x10;
            AssertRefused(damaged, $"byte {position}");
            AssertRefused(whole[..position], $"cut at {position}");
        }

        AssertRefused([.. whole, 0], "one byte more");

        void AssertRefused(byte[] content, string what)
        {
            File.WriteAllBytes(model, content);
            CliRun run = CliRun.Of("eval", "--model", model, "--data", "digits8x8");
            Assert.True(run.Code == 2 && run.Output.Length == 0, what);
            Assert.StartsWith($"fastloss: {model}: ", run.Error, StringComparison.Ordinal);
            Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }
    }

    private static string Train(Scratch scratch)
    {
        string model = scratch["digits.flnn"];
        CliRun run = CliRun.Of("train", "--data", "digits8x8", "--hidden", "4", "--epochs", "1", "--output", scratch.Report, "--save", model);
        Assert.Equal(0, run.Code);
        return model;
    }
}
