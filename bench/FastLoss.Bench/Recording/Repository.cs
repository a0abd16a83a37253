using System.Diagnostics;
using FastLoss.BenchCompare.Commands;

namespace FastLoss.Bench.Recording;

/// <summary>Where the sources lie: records and README belong to them, wherever the program was started.</summary>
public static class Repository
{
    private const string Solution = "FastLoss.sln";

    public static string Root =>
        Above(Environment.CurrentDirectory) ?? Above(AppContext.BaseDirectory)
        ?? throw new BenchException($"neither the current folder nor the program lies below {Solution}.");

    public static string Records => Path.Combine(Root, "bench", "results");

    /// <summary>The commit measured, with a mark when the files are not those of the commit.</summary>
    public static string Commit()
    {
        string commit = Git("rev-parse", "--short=9", "HEAD");
        return Git("status", "--porcelain", "--untracked-files=no", "--", "src").Length == 0 ? commit : commit + "-dirty";
    }

    private static string? Above(string folder)
    {
        for (DirectoryInfo? at = new(folder); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, Solution)))
                return at.FullName;
        return null;
    }

    private static string Git(params string[] arguments)
    {
        ProcessStartInfo start = new("git", arguments) { WorkingDirectory = Root, RedirectStandardOutput = true };
        using Process git = Process.Start(start) ?? throw new BenchException("git did not start.");
        string output = git.StandardOutput.ReadToEnd().Trim();
        git.WaitForExit();
        return git.ExitCode == 0 ? output : throw new BenchException($"git {string.Join(' ', arguments)} failed with {git.ExitCode}.");
    }
}
