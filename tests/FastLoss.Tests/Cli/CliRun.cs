using System.Diagnostics;
using FastLoss.Cli;

namespace FastLoss.Tests.Cli;

/// <summary>What a call of the tool answered.</summary>
internal sealed record CliRun(int Code, string Output, string Error)
{
    /// <summary>In this process.</summary>
    public static CliRun Of(params string[] args)
    {
        using StringWriter output = new(), error = new();
        int code = Tool.Run(args, output, error);
        return new(code, output.ToString(), error.ToString());
    }

    /// <summary>In a process of its own, with an environment variable set.</summary>
    public static CliRun OfProcess(string variable, string value, params string[] args)
    {
        string tool = Path.Combine(AppContext.BaseDirectory, "FastLoss.Cli.dll");
        var start = new ProcessStartInfo("dotnet", [tool, .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[variable] = value;
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start");
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new(process.ExitCode, output, error.Result);
    }

    /// <summary>The lines that may not depend on the clock or on where the report lies.</summary>
    public string[] Figures => [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Where(line => !line.StartsWith("elapsed", StringComparison.Ordinal) && !line.StartsWith("report", StringComparison.Ordinal))
        .Select(line => line.TrimEnd())];
}

/// <summary>A directory of a test's own, gone afterwards.</summary>
internal sealed class Scratch : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("fastloss-").FullName;

    public string Report => this["report.html"];

    public string this[string name] => Path.Combine(Root, name);

    /// <summary>Names of what lies in it.</summary>
    public string[] Files => [.. Directory.GetFileSystemEntries(Root).Select(Path.GetFileName).Order()!];

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
