using System.CommandLine;
using FastLoss.Bench.Analysis.Readme;
using FastLoss.Bench.Analysis.Runs;

namespace FastLoss.Bench.Analysis.Commands;

/// <summary>`readme`: writes README's speed table from the committed records.</summary>
public static class ReadmeCommand
{
    public static Command Create()
    {
        Option<bool> check = new("--check") { Description = "Change nothing; exit with 1 when the table is stale." };
        Command command = new("readme", "Write README's speed table from the newest records.") { check };
        command.SetAction(parsed => Run(Path.Combine(Repository.Root, "README.md"), Repository.Records, parsed.GetValue(check)));
        return command;
    }

    public static int Run(string readme, string recordsFolder, bool check)
    {
        IReadOnlyList<Run> records = SpeedTable.Newest(recordsFolder);
        if (records.Count == 0) throw new BenchException($"there is no record below {recordsFolder}; `bench run --record` makes one.");
        string text = File.ReadAllText(readme);
        string updated = MarkedSection.Replace(text, SpeedTable.Write(records))
            ?? throw new BenchException($"{readme} lacks the lines {MarkedSection.Begin} and {MarkedSection.End}.");
        if (updated == text) return 0;
        if (check)
        {
            Console.Error.WriteLine($"bench: the speed table of {readme} is stale; run `bench readme`.");
            return 1;
        }
        File.WriteAllText(readme, updated);
        Console.WriteLine($"{readme}: speed table of {string.Join(", ", records.Select(r => r.Name))}");
        return 0;
    }
}
