using FastLoss.BenchCompare.Runs;

namespace FastLoss.Bench.Readme;

internal static class Records
{
    /// <summary>The newest record of each folder that has what a table shows, in the folders' order.</summary>
    public static IReadOnlyList<Run> Newest(string recordsFolder, Func<Run, bool> hasRows) => !Directory.Exists(recordsFolder) ? [] :
    [
        .. RunSource.Records(recordsFolder)
            .GroupBy(Path.GetDirectoryName)
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => g.Select(RunSource.LoadFile).Where(hasRows).MaxBy(r => r.Date))
            .OfType<Run>(),
    ];
}
