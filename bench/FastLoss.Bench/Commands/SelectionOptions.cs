using System.CommandLine;
using FastLoss.Bench.Suites;

namespace FastLoss.Bench.Commands;

/// <summary>Which benchmarks a user means; the same words for `quick` and `run`.</summary>
internal sealed class SelectionOptions
{
    private readonly Option<string[]> _routines = new("--routine", "-r")
    {
        Description = "Only routines whose name holds this word, such as softmax (repeat for more).",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<Shape[]> _shapes = new("--size", "-s")
    {
        Description = "A row's length such as 4096, or rows x classes such as 4000x10 (repeat for more).",
        DefaultValueFactory = _ => [],
        CustomParser = result =>
        {
            try
            {
                return [.. result.Tokens.Select(t => Shape.Parse(t.Value))];
            }
            catch (Exception error) when (error is FormatException or OverflowException)
            {
                result.AddError(error.Message);
                return [];
            }
        },
    };

    private readonly Option<string[]> _types = new("--type", "-t")
    {
        Description = "half, float or double (repeat for more).",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string[]> _contenders = new("--contender", "-c")
    {
        Description = "Only contenders whose name holds this word, such as FastLoss or Limit (repeat for more).",
        DefaultValueFactory = _ => [],
    };

    public SelectionOptions(Command command)
    {
        _types.AcceptOnlyFromAmong("half", "float", "double");
        command.Options.Add(_routines);
        command.Options.Add(_shapes);
        command.Options.Add(_types);
        command.Options.Add(_contenders);
    }

    public Selection Of(ParseResult parsed) => new(
        parsed.GetRequiredValue(_routines),
        parsed.GetRequiredValue(_shapes),
        parsed.GetRequiredValue(_types),
        parsed.GetRequiredValue(_contenders));
}

internal sealed record Selection(string[] Routines, Shape[] Shapes, string[] Types, string[] Contenders)
{
    /// <summary>No word on what to measure, beside against whom.</summary>
    public bool IsEverything => Routines.Length == 0 && Shapes.Length == 0 && Types.Length == 0;

    public IEnumerable<Type> Suites => SuiteList.Suites.Where(suite =>
    {
        ISuite instance = SuiteList.Create(suite);
        return (Routines.Length == 0 || Routines.Any(r => Holds(instance.Routine, r) || Holds(suite.Name, r)))
            && (Types.Length == 0 || Types.Contains(instance.Element, StringComparer.Ordinal));
    });

    public bool HasContender(string name) => Contenders.Length == 0 || Contenders.Any(c => Holds(name, c));

    private static bool Holds(string text, string word) => text.Contains(word, StringComparison.OrdinalIgnoreCase);
}
