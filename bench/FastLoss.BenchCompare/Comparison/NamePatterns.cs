using System.IO.Enumeration;
using FastLoss.BenchCompare.Runs;

namespace FastLoss.BenchCompare.Comparison;

/// <summary>
/// Which benchmarks a user means: globs (<c>*Softmax*(N=10*)</c>; * for any text, ? for one character) over the whole name, with or without
/// the namespace; or words, which the name holds anywhere. Case does not matter.
/// </summary>
/// <param name="Only">One of these must fit; empty for all.</param>
/// <param name="Not">None of these may fit.</param>
public sealed record NamePatterns(IReadOnlyList<string> Only, IReadOnlyList<string> Not)
{
    public Run Of(Run run) => Only.Count + Not.Count == 0 ? run : run with
    {
        Benchmarks = [.. run.Benchmarks.Where(Fits)],
        Failed = [.. run.Failed.Where(Fits)],
    };

    private bool Fits(BenchmarkResult benchmark) =>
        (Only.Count == 0 || Only.Any(p => Fits(p, benchmark))) && !Not.Any(p => Fits(p, benchmark));

    private static bool Fits(string pattern, BenchmarkResult benchmark) =>
        Fits(pattern, benchmark.Id) || Fits(pattern, $"{benchmark.Namespace}.{benchmark.PlainId}");

    private static bool Fits(string pattern, string name) => pattern.AsSpan().ContainsAny('*', '?')
        // A backslash would escape the next character, and in a name it is a backslash.
        ? FileSystemName.MatchesSimpleExpression(pattern.Replace(@"\", @"\\", StringComparison.Ordinal), name, ignoreCase: true)
        : name.Contains(pattern, StringComparison.OrdinalIgnoreCase);
}
