using System.CommandLine;
using FastLoss.Cli.Data;

namespace FastLoss.Cli.Commands;

/// <summary>The options that say which data, the same in every command that reads some.</summary>
internal sealed class DataOptions
{
    private readonly Option<string> _data = new("--data")
    {
        Description = $"A shipped data set ({string.Join(", ", DataSets.Names)}) or a directory of IDX files, .gz or not: of MNIST, Fashion-MNIST, QMNIST or EMNIST (DIRECTORY/emnist-letters).",
        HelpName = "name or directory",
        DefaultValueFactory = _ => DataSets.Names[0],
    };

    private readonly Option<double?> _testFraction = Options.TestFraction();

    public void AddTo(Command command)
    {
        command.Add(_data);
        command.Add(_testFraction);
    }

    public DataSource Of(ParseResult parsed) =>
        new(parsed.GetRequiredValue(_data)) { TestFraction = parsed.GetValue(_testFraction) };
}
