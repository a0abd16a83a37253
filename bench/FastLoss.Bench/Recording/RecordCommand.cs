using System.CommandLine;
using FastLoss.BenchCompare.Commands;
using FastLoss.BenchCompare.Runs;

namespace FastLoss.Bench.Recording;

/// <summary>`record REPORT`: keeps a run's results in the repository.</summary>
public static class RecordCommand
{
    public static Command Create()
    {
        Argument<string> report = new("report") { Description = "A report (-report-full.json) or a folder of them." };
        Option<string?> commit = new("--commit") { Description = "The commit that was measured. Default: the one checked out." };
        Command command = new("record", "Keep a run's trimmed results under bench/results, to compare with later.") { report, commit };
        command.SetAction(parsed =>
        {
            string path = Keep(parsed.GetRequiredValue(report), parsed.GetValue(commit) ?? Repository.Commit(), Repository.Records);
            Console.WriteLine(path);
            return 0;
        });
        return command;
    }

    /// <summary>Writes the record and returns its path.</summary>
    public static string Keep(string report, string commit, string recordsFolder)
    {
        try
        {
            Run run = Trimmed(RunSource.Load(report, recordsFolder)) with { Commit = commit };
            string path = Path.Combine(recordsFolder, RecordFile.PathFor(run));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            // One commit is measured in parts, each of them within minutes: what was measured again replaces.
            if (File.Exists(path)) run = run with { Benchmarks = [.. RunSource.LoadFile(path).Benchmarks.Where(b => !run.ById.ContainsKey(b.Id)), .. run.Benchmarks] };
            File.WriteAllText(path, RecordFile.Write(run));
            return path;
        }
        catch (RunFormatException error)
        {
            throw new BenchException(error.Message);
        }
    }

    /// <summary>Namespace and job are kept where they tell benchmarks apart, and say nothing elsewhere.</summary>
    private static Run Trimmed(Run run) => run with
    {
        Benchmarks = [.. run.Benchmarks.Select(b => b.Id == b.PlainId ? b with { Namespace = null, Job = null } : b)],
    };
}
