using System.Globalization;
using FastLoss.Bench.Codegen;
using FastLoss.BenchCompare.Commands;

namespace FastLoss.Bench.Gate;

/// <summary>Has the JIT print the code of the kernels, in a child process: it does so only from a process's start.</summary>
internal static class KernelListing
{
    public const string Child = "exercise";

    /// <summary>The methods that are listed.</summary>
    public const string Kernels = "FastLoss.Kernels.*:* FastLoss.Called*:*";

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(90);

    public static IReadOnlyList<CompiledMethod> Compile(InstructionSet set)
    {
        string listing = Path.Combine(Path.GetTempPath(), $"fastloss-codegen-{Environment.ProcessId}-{set.Name}.txt");
        Dictionary<string, string> environment = new()
        {
            ["DOTNET_JitStdOutFile"] = listing,
            ["DOTNET_JitDisasm"] = Kernels,
            // The second call compiles fully, and by the code alone, not by what earlier calls happened to do.
            ["DOTNET_TieredPGO"] = "0",
            ["DOTNET_TC_CallCountThreshold"] = "2",
            // Not while the exercise still meets new code: two threads that compile at once mix their listings line by line.
            ["DOTNET_TC_CallCountingDelayMs"] = Exercise.QuietMilliseconds.ToString("X", CultureInfo.InvariantCulture),
        };
        if (set.Off is not null) environment[set.Off] = "0";
        try
        {
            using ChildProcess child = ChildProcess.Start([Child], environment);
            child.Complete(s_limit);
            return Disassembly.Read(File.ReadLines(listing));
        }
        finally
        {
            File.Delete(listing);
        }
    }
}
