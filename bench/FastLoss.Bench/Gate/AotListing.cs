using System.Diagnostics;
using System.Reflection;
using FastLoss.Bench.Codegen;
using FastLoss.BenchCompare.Commands;

namespace FastLoss.Bench.Gate;

/// <summary>A register width that the AOT compiler lists on any machine of the architecture.</summary>
/// <param name="Name">Of the record's file.</param>
/// <param name="Target">As the compiler names it.</param>
internal sealed record AotSet(string Name, string Target);

/// <summary>
/// The kernels' code for registers that this machine lacks, by the AOT compiler, which has the JIT's code generator and compiles for
/// any processor. Nothing is linked or run: one set takes 14 to 25 seconds of one core.
/// </summary>
internal static class AotListing
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    public static IReadOnlyList<AotSet> Sets { get; } = [new("x64-avx512-aot", "x86-64-v4"), new("x64-sse-aot", "x86-64-v2")];

    /// <summary>Why nothing can be listed; null where it can.</summary>
    public static string? Missing =>
        Metadata("AotCompiler") is not { } compiler || Metadata("AotLibrary") is null ? "the AOT compiler's package is for Linux on x64"
        : !File.Exists(compiler) ? $"{compiler} is not there"
        : !File.Exists(Program) ? $"{Program} is not built"
        : null;

    /// <summary>The program that calls every routine, built in the same configuration.</summary>
    private static string Program => Path.Combine(
        AppContext.BaseDirectory.Replace(
            Path.Combine("bench", "FastLoss.Bench", "bin"), Path.Combine("tests", "FastLoss.Digest", "bin"), StringComparison.Ordinal),
        "FastLoss.Digest.dll");

    public static IReadOnlyList<CompiledMethod> Compile(AotSet set)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("fastloss-aot");
        try
        {
            string listing = Path.Combine(folder.FullName, "listing.txt");
            Run(set, listing, Path.Combine(folder.FullName, "kernels.o"));
            return File.Exists(listing) ? Disassembly.Read(File.ReadLines(listing)) : [];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Run(AotSet set, string listing, string output)
    {
        ProcessStartInfo start = new(Metadata("AotCompiler")!) { RedirectStandardOutput = true, RedirectStandardError = true };
        string library = Metadata("AotLibrary")!;
        string[] references =
        [
            .. Directory.EnumerateFiles(Path.GetDirectoryName(Program)!, "*.dll").Where(f => f != Program),
            Path.Combine(library, "native", "*.dll"),
            Path.Combine(library, "lib", "net10.0", "*.dll"),
        ];
        foreach (string argument in (string[])[
            Program, .. references.Select(r => $"-r:{r}"), $"-o:{output}", "--targetos:linux", "--targetarch:x64", $"--instruction-set:{set.Target}",
            "-O", "--parallelism:1", $"--codegenopt:JitDisasm={KernelListing.Kernels}", $"--codegenopt:JitStdOutFile={listing}"])
            start.ArgumentList.Add(argument);
        using Process compiler = Process.Start(start) ?? throw new BenchException("the AOT compiler did not start.");
        Task<string> errors = compiler.StandardError.ReadToEndAsync(), text = compiler.StandardOutput.ReadToEndAsync();
        if (!compiler.WaitForExit(s_limit))
        {
            compiler.Kill(entireProcessTree: true);
            throw new BenchException($"the AOT compiler was stopped: it had not ended after {s_limit.TotalMinutes} minutes.");
        }
        if (compiler.ExitCode != 0)
            throw new BenchException($"the AOT compiler ended with {compiler.ExitCode}: {(errors.GetAwaiter().GetResult() + text.GetAwaiter().GetResult()).Trim()}");
    }

    private static string? Metadata(string name) => typeof(AotListing).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(a => a.Key == name)?.Value;
}
