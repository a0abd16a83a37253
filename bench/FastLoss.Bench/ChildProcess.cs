using System.Diagnostics;
using FastLoss.BenchCompare.Commands;

namespace FastLoss.Bench;

/// <summary>This program again, in a process of its own that cannot outlive its time limit.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process _process;
    private readonly string _what;

    private ChildProcess(Process process, string what) => (_process, _what) = (process, what);

    public static ChildProcess Start(string[] arguments, IReadOnlyDictionary<string, string> environment)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardOutput = true };
        // Under `dotnet FastLoss.Bench.dll` the process is the host, and its first argument is the program.
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet") start.ArgumentList.Add(typeof(ChildProcess).Assembly.Location);
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        string what = $"the process for `{string.Join(' ', arguments)}`";
        return new(Process.Start(start) ?? throw new BenchException($"{what} did not start."), what);
    }

    /// <summary>Waits for its end and returns what it printed.</summary>
    public string Complete(TimeSpan limit)
    {
        Task<string> output = _process.StandardOutput.ReadToEndAsync();
        if (!_process.WaitForExit(limit))
        {
            _process.Kill(entireProcessTree: true);
            throw new BenchException($"{_what} was stopped: it had not ended after {limit.TotalSeconds:F0} s.");
        }
        if (_process.ExitCode != 0) throw new BenchException($"{_what} ended with {_process.ExitCode}.");
        return output.GetAwaiter().GetResult();
    }

    public void Dispose() => _process.Dispose();
}
