using System.CommandLine;
using System.Reflection;
using FastLoss.Cli.Commands;

namespace FastLoss.Cli;

/// <summary>
/// The `fastloss` tool. Exit codes: 0 done; 1 it failed while running, or ran to its end and what it found is bad (a training
/// that diverged, a gradient that is wrong); 2 it was asked for something that cannot be (an option, a file, more memory than
/// there is). One line on the error stream says what, and nothing half-written stays behind.
/// </summary>
internal static class Tool
{
    public const int Failed = 1;
    public const int BadInput = 2;

    /// <summary>As `--version` says it.</summary>
    public static string Version { get; } = typeof(Tool).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    public static int Run(IReadOnlyList<string> args, TextWriter output, TextWriter error)
    {
        RootCommand root = new("Loss functions, softmax and gradients at work: train and test a small network on images.")
        {
            TrainCommand.Create(),
            EvalCommand.Create(),
            ExportCommand.Create(),
            FindRateCommand.Create(),
            PredictCommand.Create(),
            CheckCommand.Create(),
            CompareFeaturesCommand.Create(),
            CompareRunsCommand.Create(),
            ExplainCommand.Create(),
        };
        try
        {
            if (args.Count == 0) throw new InputException("no command given; `fastloss --help` lists them");
            ParseResult parsed = root.Parse(args);
            if (parsed.Errors.Count > 0) throw new InputException(Cause(parsed));
            return parsed.Invoke(new() { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        }
        catch (InputException e)
        {
            return Fail(error, e.Message, BadInput);
        }
        catch (Exception e) when (e is RunException or IOException or UnauthorizedAccessException or OutOfMemoryException)
        {
            return Fail(error, e.Message, Failed);
        }
        catch (Exception e)
        {
            // A fault of the tool itself; its kind belongs into a report of it.
            return Fail(error, $"unexpected {e.GetType().Name}: {e.Message}", Failed);
        }
    }

    /// <summary>
    /// What is wrong first: of a mistyped option and its value the option. Before words that are no command stands that none was given,
    /// and behind them all that follows from it.
    /// </summary>
    private static string Cause(ParseResult parsed) => parsed.UnmatchedTokens is [{ } first, ..]
        ? $"{first} is neither an option nor a command of `{Path(parsed.CommandResult.Command)}`; `{Path(parsed.CommandResult.Command)} --help` lists them"
        : parsed.CommandResult.Command.Subcommands is [_, ..] and var commands ? $"`{Path(parsed.CommandResult.Command)}` needs one of {string.Join(", ", commands.Select(c => c.Name))}"
        : parsed.Errors[^1].Message;

    private static string Path(Command command) => command.Parents.OfType<Command>().FirstOrDefault() is { } parent
        ? $"{Path(parent)} {command.Name}"
        : "fastloss";

    private static int Fail(TextWriter error, string reason, int code)
    {
        error.WriteLine($"fastloss: {reason.ReplaceLineEndings(" ")}");
        return code;
    }
}
