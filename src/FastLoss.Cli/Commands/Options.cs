using System.CommandLine;
using System.Globalization;
using FastLoss.Cli.Data;
using FastLoss.Cli.Reporting;

namespace FastLoss.Cli.Commands;

/// <summary>Options whose complaint names the option, the value given and the values allowed; null where they are not given.</summary>
internal static class Options
{
    public static Option<string> File(string name, string description) => new(name) { Description = description, HelpName = "file" };

    /// <summary>An integer from 1, or another number, to <paramref name="largest"/>.</summary>
    public static Option<int?> Count(string name, string description, int? value, int largest, int least = 1) => Parsed<int>(
        name,
        description,
        "count",
        value,
        text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count >= least && count <= largest ? count : null,
        $"an integer from {least} to {largest}");

    public static Option<ulong?> Seed(string name, string description, ulong value) => Parsed<ulong>(
        name,
        description,
        "integer",
        value,
        text => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed) ? seed : null,
        $"an integer from 0 to {ulong.MaxValue}");

    public static Option<float?> Positive(string name, string description, float? value) => Parsed<float>(
        name,
        description,
        "number",
        value,
        text => float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float number) && number > 0 && float.IsFinite(number) ? number : null,
        "a positive number");

    /// <summary>Units of hidden layers, separated by commas, or none.</summary>
    public static Option<IReadOnlyList<int>?> Layers(string name, string description, IReadOnlyList<int> value, int largest) => new(name)
    {
        Description = $"{description} [default: {string.Join(',', value)}]",
        HelpName = "counts",
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = result =>
        {
            string text = result.Tokens[^1].Value;
            if (text == "none") return [];
            List<int> units = [];
            foreach (string part in text.Split(','))
            {
                if (int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count >= 1 && count <= largest && units.Count < 100) units.Add(count);
                else
                {
                    result.AddError($"{name} is {text}; it must be none or integers from 1 to {largest}, separated by commas.");
                    return null;
                }
            }

            return units;
        },
    };

    /// <summary>How many threads: 0 means one a processor.</summary>
    public static Option<int?> Threads() => Parsed<int>(
        "--threads",
        "How many threads may work; they change the time alone. 0 is one for each processor.",
        "count",
        0,
        text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count <= 1024 ? count : (int?)null,
        "an integer from 0 to 1024");

    /// <summary>A number from 0 on.</summary>
    public static Option<float?> NotNegative(string name, string description, float value) => Parsed<float>(
        name,
        description,
        "number",
        value,
        text => float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float number) && number >= 0 && float.IsFinite(number) ? number : null,
        "0 or a positive number");

    /// <summary>A share from 0 to below 1.</summary>
    public static Option<double?> Share(string name, string description) => Parsed<double>(
        name,
        description,
        "share",
        0,
        text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double share) && share is >= 0 and < 1 ? share : null,
        "a number from 0 to below 1");

    /// <summary>What to hold back of data without test images.</summary>
    public static Option<double?> TestFraction() => Parsed<double>(
        "--test-fraction",
        "The share of each class held back for the test, where the data has no test images of its own.",
        "share",
        DataSets.UsualTestFraction,
        text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double share) && share is > 0 and < 1 ? share : null,
        "a number between 0 and 1");

    public static Option<T?> Choice<T>(string name, string description, T value)
        where T : struct, Enum
    {
        string[] names = [.. Enum.GetValues<T>().Select(Lines.Name)];
        return Parsed<T>(
            name,
            description,
            string.Join('|', names),
            value,
            text => Array.IndexOf(names, text) is >= 0 and int index ? Enum.GetValues<T>()[index] : null,
            string.Join(" or ", names));
    }

    private static Option<T?> Parsed<T>(string name, string description, string help, T? value, Func<string, T?> parse, string allowed)
        where T : struct
    {
        string shown = value is Enum choice ? choice.ToString().ToLowerInvariant() : string.Create(CultureInfo.InvariantCulture, $"{value}");
        return new(name)
        {
            // No default of the library's: it would print an enum's as the code spells it.
            Description = value is null ? description : $"{description} [default: {shown}]",
            HelpName = help,
            CustomParser = result =>
            {
                string text = result.Tokens[^1].Value;
                if (parse(text) is { } parsed) return parsed;
                result.AddError($"{name} is {text}; it must be {allowed}.");
                return null;
            },
        };
    }
}
