using System.CommandLine;
using FastLoss.Bench.Readme;
using FastLoss.BenchCompare.Commands;
using FastLoss.BenchCompare.Runs;

namespace FastLoss.Bench.Recording;

/// <summary>`readme`: writes the tables of times in README files from the committed records.</summary>
public static class ReadmeCommand
{
    /// <summary>Below the repository's root: README with what a reader of five minutes looks for, and the whole.</summary>
    internal const string Short = "README.md", Whole = "bench/README.md";

    public static Command Create()
    {
        Option<bool> check = new("--check") { Description = "Change nothing; exit with 1 when a table is stale." };
        Command command = new("readme", "Write the tables of times in README files from the newest records.") { check };
        command.SetAction(parsed => Run(Repository.Root, Repository.Records, parsed.GetValue(check)));
        return command;
    }

    /// <param name="root">Where the files lie.</param>
    /// <param name="recordsFolder">Where the records lie.</param>
    /// <param name="check">Whether to change nothing.</param>
    /// <returns>1 when a table is stale that may not be written, else 0.</returns>
    public static int Run(string root, string recordsFolder, bool check)
    {
        IReadOnlyList<Run> speed = SpeedTable.Newest(recordsFolder), losses = LossTable.Newest(recordsFolder);
        string[] names = [.. speed.Concat(losses).Select(r => r.Name).Distinct()];
        int stale = Update(Path.Combine(root, Short), [(MarkedSection.Summary, SpeedTable.Summary(speed))], names, check);
        return stale | Update(
            Path.Combine(root, Whole), [(MarkedSection.Speed, SpeedTable.Write(speed)), (MarkedSection.Losses, LossTable.Write(losses))], names, check);
    }

    private static int Update(string file, (MarkedSection Section, string Content)[] sections, string[] records, bool check)
    {
        string text = File.ReadAllText(file), updated = text;
        foreach ((MarkedSection section, string content) in sections)
        {
            updated = section.Replace(updated, content)
                ?? throw new BenchException($"{file} lacks the lines {section.Begin} and {section.End}.");
        }
        if (updated == text) return 0;
        if (check)
        {
            Console.Error.WriteLine($"bench: the tables of {file} are stale; run `bench readme`.");
            return 1;
        }
        File.WriteAllText(file, updated);
        Console.WriteLine($"{file}: tables of {string.Join(", ", records)}");
        return 0;
    }
}
