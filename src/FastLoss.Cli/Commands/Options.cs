using System.CommandLine;
using System.Globalization;
using FastLoss.Cli.Data;
using FastLoss.Cli.Reporting;

namespace FastLoss.Cli.Commands;

/// <summary>Options whose complaint names the option, the value given and the values allowed; null where they are not given.</summary>
internal static class Options
{
    public static Option<string> File(string name, string description) => new(name) { Description = description, HelpName = "file" };

    /// <summary>An integer from 1 to <paramref name="largest"/>.</summary>
    public static Option<int?> Count(string name, string description, int value, int largest) => Parsed(
        name,
        description,
        "count",
        value,
        text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count >= 1 && count <= largest ? count : null,
        $"an integer from 1 to {largest}");

    public static Option<ulong?> Seed(string name, string description, ulong value) => Parsed<ulong>(
        name,
        description,
        "integer",
        value,
        text => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed) ? seed : null,
        $"an integer from 0 to {ulong.MaxValue}");

    public static Option<float?> Positive(string name, string description, float value) => Parsed<float>(
        name,
        description,
        "number",
        value,
        text => float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float number) && number > 0 && float.IsFinite(number) ? number : null,
        "a positive number");

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
        return Parsed(
            name,
            description,
            string.Join('|', names),
            value,
            text => Array.IndexOf(names, text) is >= 0 and int index ? Enum.GetValues<T>()[index] : null,
            string.Join(" or ", names));
    }

    private static Option<T?> Parsed<T>(string name, string description, string help, T value, Func<string, T?> parse, string allowed)
        where T : struct
    {
        string shown = value is Enum ? value.ToString()!.ToLowerInvariant() : string.Create(CultureInfo.InvariantCulture, $"{value}");
        return new(name)
        {
            // No default of the library's: it would print an enum's as the code spells it.
            Description = $"{description} [default: {shown}]",
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
