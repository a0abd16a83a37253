using System.Text;
using System.Text.Json;

namespace FastLoss.BenchCompare.Runs;

/// <summary>
/// Reads JSON as programs leave it on disk: with the byte order mark of an editor or a shell, in UTF-8 or UTF-16, and with the
/// bare <c>NaN</c> and <c>Infinity</c> that BenchmarkDotNet writes for statistics of a single iteration.
/// </summary>
internal static class JsonText
{
    private static readonly string[] s_bare = ["NaN", "-Infinity", "Infinity"];

    /// <exception cref="RunFormatException">The text is no JSON; the message names the file.</exception>
    public static JsonDocument Read(string file)
    {
        try
        {
            return JsonDocument.Parse(WithoutBareNumbers(File.ReadAllText(file)));
        }
        catch (JsonException error)
        {
            throw new RunFormatException($"{file} is not JSON: {error.Message}", error);
        }
    }

    /// <summary>The text with null for numbers that JSON does not have; what stands inside strings stays.</summary>
    internal static string WithoutBareNumbers(string text)
    {
        if (!Array.Exists(s_bare, bare => text.Contains(bare, StringComparison.Ordinal))) return text;
        StringBuilder clean = new(text.Length);
        bool inString = false;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (inString && c == '\\' && i + 1 < text.Length)
            {
                clean.Append(c).Append(text[++i]);
                continue;
            }
            if (c == '"') inString = !inString;
            string? bare = inString ? null : BareAt(text, i);
            if (bare is null)
            {
                clean.Append(c);
                continue;
            }
            clean.Append("null");
            i += bare.Length - 1;
        }
        return clean.ToString();
    }

    private static string? BareAt(string text, int at) =>
        Array.Find(s_bare, bare => string.CompareOrdinal(text, at, bare, 0, bare.Length) == 0);
}
