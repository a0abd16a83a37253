using System.CommandLine;
using FastLoss.Cli.Files;

namespace FastLoss.Cli.Commands;

/// <summary>Where a command's page goes, or that there is none.</summary>
/// <param name="usual">The file if none is named.</param>
internal sealed class PageOptions(string usual)
{
    private readonly Option<string> _output = Options.File("--output", $"Where the report goes, a self-contained page. [default: {usual}]");

    private readonly Option<bool> _noReport = new("--no-report") { Description = "Write no report." };

    public void AddTo(Command command)
    {
        command.Add(_output);
        command.Add(_noReport);
    }

    /// <returns>Null where none is wanted. Whoever asks sees to it that it is no other file of the call.</returns>
    public OutputFile? Of(ParseResult parsed)
    {
        string? file = parsed.GetValue(_output);
        if (!parsed.GetValue(_noReport)) return new("--output", file ?? usual);
        return file is null ? null : throw new InputException($"--no-report and --output {file} exclude each other");
    }

    /// <summary>The same for a command that writes nothing else.</summary>
    /// <param name="parsed">The call.</param>
    /// <param name="inputs">Paths of what is read.</param>
    public OutputFile? Alone(ParseResult parsed, IEnumerable<string> inputs)
    {
        OutputFile? report = Of(parsed);
        OutputFile.RefuseCollisions(report is null ? [] : [report], inputs);
        return report;
    }
}
