using System.Globalization;
using System.Text;

namespace FastLoss.Cli.Reporting;

/// <summary>Text within the width of a terminal, or 80 columns where there is none.</summary>
internal static class Columns
{
    private const int Usual = 80;
    private const int Narrowest = 60;

    /// <summary>Of a fact's name.</summary>
    private const int Label = 15;

    /// <summary>The terminal's width; of a pipe or a file what the variable COLUMNS says, or 80.</summary>
    public static int Width(TextWriter output)
    {
        if (ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected) return Math.Max(Narrowest, Console.WindowWidth);
        string? said = Environment.GetEnvironmentVariable("COLUMNS");
        return int.TryParse(said, NumberStyles.None, CultureInfo.InvariantCulture, out int width) && width > 0
            ? Math.Max(Narrowest, width)
            : Usual;
    }

    /// <summary>A text whose characters all show: what a file calls its classes may hold a terminal's commands.</summary>
    public static string Plain(string text) => text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '\uFFFD' : c)) : text;

    /// <summary>A name and a value a line, the value's further lines below its first.</summary>
    public static void WriteFacts(TextWriter output, IEnumerable<(string Name, string Value)> facts)
    {
        int width = Width(output) - Label - 1;
        foreach ((string name, string value) in facts)
        {
            string label = name;
            foreach (string line in Wrap(value, width))
            {
                WriteFact(output, label, line);
                label = "";
            }
        }
    }

    /// <summary>A name and a value as it is: a path in two lines could not be copied.</summary>
    public static void WriteFact(TextWriter output, string name, string value) => output.WriteLine($"{name.PadRight(Label)} {Plain(value)}");

    /// <summary>A text in lines of the terminal's width, after an empty one.</summary>
    public static void WriteParagraph(TextWriter output, string text)
    {
        output.WriteLine();
        foreach (string line in Wrap(text, Width(output))) output.WriteLine(line);
    }

    /// <summary>The words of a text in lines of at most so many characters, longer words as they are.</summary>
    /// <param name="text">Words between blanks.</param>
    /// <param name="width">Characters of a line.</param>
    /// <param name="indent">Blanks before all lines but the first.</param>
    public static IEnumerable<string> Wrap(string text, int width, int indent = 0)
    {
        var line = new StringBuilder();
        foreach (string word in Plain(text).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > indent && line.Length + 1 + word.Length > width)
            {
                yield return line.ToString();
                line.Clear().Append(' ', indent);
            }

            if (line.Length > 0 && line[^1] != ' ') line.Append(' ');
            line.Append(word);
        }

        if (line.Length > 0) yield return line.ToString();
    }
}
