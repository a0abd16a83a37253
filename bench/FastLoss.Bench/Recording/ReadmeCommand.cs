using System.CommandLine;
using FastLoss.Bench.Readme;
using FastLoss.BenchCompare.Commands;
using FastLoss.BenchCompare.Runs;

namespace FastLoss.Bench.Recording;

/// <summary>`readme`: writes README's tables of times from the committed records.</summary>
public static class ReadmeCommand
{
    public static Command Create()
    {
        Option<bool> check = new("--check") { Description = "Change nothing; exit with 1 when a table is stale." };
        Command command = new("readme", "Write README's tables of times from the newest records.") { check };
        command.SetAction(parsed => Run(Path.Combine(Repository.Root, "README.md"), Repository.Records, parsed.GetValue(check)));
        return command;
    }

    public static int Run(string readme, string recordsFolder, bool check)
    {
        IReadOnlyList<Run> speed = SpeedTable.Newest(recordsFolder), losses = LossTable.Newest(recordsFolder);
        string text = File.ReadAllText(readme), updated = text;
        foreach ((MarkedSection section, string content) in ((MarkedSection, string)[])
            [(MarkedSection.Speed, SpeedTable.Write(speed)), (MarkedSection.Losses, LossTable.Write(losses))])
        {
            updated = section.Replace(updated, content)
                ?? throw new BenchException($"{readme} lacks the lines {section.Begin} and {section.End}.");
        }
        if (updated == text) return 0;
        if (check)
        {
            Console.Error.WriteLine($"bench: the tables of {readme} are stale; run `bench readme`.");
            return 1;
        }
        File.WriteAllText(readme, updated);
        Console.WriteLine($"{readme}: tables of {string.Join(", ", speed.Concat(losses).Select(r => r.Name).Distinct())}");
        return 0;
    }
}
