namespace FastLoss.Tests.Cli;

/// <summary>Whatever cannot be: one line on the error stream, code 2 (1 when it fails while running), nothing written.</summary>
public class BadInputTests
{
    [Theory]
    [InlineData("no command given", "")]
    [InlineData("frobnicate is neither an option nor a command of `fastloss`", "frobnicate")]
    [InlineData("--nope is neither an option nor a command of `fastloss train`", "train", "--nope")]
    [InlineData("--hiden is neither", "train", "--hiden", "30")]
    [InlineData("--epochs is neither an option nor a command of `fastloss find-rate`", "find-rate", "--epochs", "3")]
    [InlineData("loss is neither an option nor a command of `fastloss explain`", "explain", "loss")]
    [InlineData("--epochs is 0; it must be an integer from 1 to 1000000.", "train", "--epochs", "0")]
    [InlineData("--epochs is 1e3; it must be", "train", "--epochs", "1e3")]
    [InlineData("--epochs", "train", "--epochs")]
    [InlineData("--hidden is -5; it must be", "train", "--hidden", "-5")]
    [InlineData("--hidden is 99999999999999; it must be none or integers from 1 to 65536, separated by commas.", "train", "--hidden", "99999999999999")]
    [InlineData("--batch is x; it must be", "train", "--batch", "x")]
    [InlineData("--learning-rate is 0; it must be a positive number.", "train", "--learning-rate", "0")]
    [InlineData("--learning-rate is NaN; it must be a positive number.", "train", "--learning-rate", "NaN")]
    [InlineData("--learning-rate is 1e999; it must be a positive number.", "train", "--learning-rate", "1e999")]
    [InlineData("--gradient is guessed; it must be analytic or numerical or nodes.", "train", "--gradient", "guessed")]
    [InlineData("--activation is step; it must be sigmoid or relu or tanh or gelu or gelutanh or silu or softplus.", "train", "--activation", "step")]
    [InlineData("--seed is -1; it must be an integer from 0 to 18446744073709551615.", "train", "--seed", "-1")]
    [InlineData("--data nowhere: neither a directory, a CSV file nor one of the shipped sets mnist-1k, digits8x8, fashion-1k", "train", "--data", "nowhere")]
    [InlineData("'--model' is required", "eval")]
    [InlineData("nowhere.flnn: cannot be read", "eval", "--model", "nowhere.flnn")]
    [InlineData("--model names no file", "eval", "--model", " ")]
    public void Is_refused_in_one_line(string complaint, params string[] args)
    {
        using var scratch = new Scratch();
        string[] given = args is ["train", ..] ? [.. args, "--output", scratch.Report] : [.. args.Where(a => a.Length > 0)];

        // An option whose value is missing must come last.
        if (args is ["train", "--epochs"]) given = ["train", "--output", scratch.Report, "--epochs"];
        AssertRefused(CliRun.Of(given), 2, complaint);
        Assert.Empty(scratch.Files);
    }

    [Fact]
    public void A_directory_without_data_is_refused()
    {
        using var scratch = new Scratch();
        CliRun run = CliRun.Of("train", "--data", scratch.Root, "--output", scratch.Report);
        AssertRefused(run, 2, $"{scratch.Root}: there is no train-images-idx3-ubyte or train-images-idx3-ubyte.gz");
        Assert.Empty(scratch.Files);
    }

    [Fact]
    public void Damaged_data_is_refused_and_an_earlier_report_stays()
    {
        using var scratch = new Scratch();
        IdxData.WriteSet(scratch.Root);
        File.WriteAllText(scratch.Report, "earlier");
        File.WriteAllBytes(scratch["t10k-labels-idx1-ubyte"], [0, 0, 8, 1, 0, 0, 0, 9, 1]);
        CliRun run = CliRun.Of("train", "--data", scratch.Root, "--output", scratch.Report);
        AssertRefused(run, 2, "its header says 9 labels, 17 bytes, but it ends after 9");
        Assert.Equal("earlier", File.ReadAllText(scratch.Report));
        Assert.Equal(5, scratch.Files.Length);
    }

    [Theory]
    [InlineData("--output")]
    [InlineData("--save")]
    public void A_place_that_cannot_be_written_is_found_out_before_the_training(string option)
    {
        using var scratch = new Scratch();
        string[] rest = option == "--save" ? ["--output", scratch.Report] : [];
        string missing = Path.Combine(scratch["no"], "file");
        AssertRefused(CliRun.Of(["train", option, missing, .. rest]), 2, $"{option} {missing}: there is no directory {scratch["no"]}");
        AssertRefused(CliRun.Of(["train", option, scratch.Root, .. rest]), 2, $"{option} {scratch.Root}: is a directory");
        AssertRefused(CliRun.Of(["train", option, " ", .. rest]), 2, $"{option} names no file");
        Assert.Empty(scratch.Files);
    }

    private static void AssertRefused(CliRun run, int code, string complaint)
    {
        Assert.Equal(code, run.Code);
        Assert.Empty(run.Output);
        string line = Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("fastloss: ", line, StringComparison.Ordinal);
        Assert.Contains(complaint, line, StringComparison.Ordinal);
    }
}
