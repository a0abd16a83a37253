using System.CommandLine;
using FastLoss.Cli.Data;

namespace FastLoss.Cli.Commands;

/// <summary>The options that say which data, the same in every command that reads some.</summary>
internal sealed class DataOptions
{
    private readonly Option<string> _data = new("--data")
    {
        Description = $"A shipped data set ({string.Join(", ", DataSets.Names)}) or a directory of IDX files, .gz or not: of MNIST, Fashion-MNIST, QMNIST or EMNIST (DIRECTORY/emnist-letters), or a CSV file of numbers and a label a line.",
        HelpName = "name, directory or file",
        DefaultValueFactory = _ => DataSets.Names[0],
    };

    private readonly Option<double?> _testFraction = Options.TestFraction();

    private readonly Option<string> _labelColumn = new("--label-column")
    {
        Description = "The column of a CSV file that holds the labels. [default: the last]",
        HelpName = "name or number from 1",
    };

    private readonly Option<ScalingKind?> _scaling = Options.Choice(
        "--scaling",
        "How a CSV file's features are scaled, by its training rows: each one's range to 0..1, to mean 0 and deviation 1, all as pixels by the largest, or not; auto takes pixels for squares of whole numbers up to 255, range for others.",
        ScalingKind.Auto);

    private readonly Option<bool> _all = new("--all") { Description = "Test with all of data that has no test images of its own, as of a file that the training has not seen." };

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_data, _testFraction, _labelColumn, _scaling]) command.Add(option);
    }

    /// <summary>For a network that is trained: how features are scaled it knows.</summary>
    public void AddTestTo(Command command)
    {
        foreach (Option option in (Option[])[_data, _testFraction, _all, _labelColumn]) command.Add(option);
    }

    public DataSource Of(ParseResult parsed)
    {
        DataSource source = new(parsed.GetRequiredValue(_data))
        {
            TestFraction = parsed.GetValue(_testFraction),
            LabelColumn = parsed.GetValue(_labelColumn),
            Scaling = parsed.GetValue(_scaling),
            IsAllTest = parsed.GetValue(_all),
        };
        return source is { IsAllTest: true, TestFraction: { } fraction }
            ? throw new InputException(FormattableString.Invariant($"--all and --test-fraction {fraction} exclude each other"))
            : source;
    }
}
