using System.CommandLine;
using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using FastLoss.Bench.Analysis.Codegen;
using FastLoss.Bench.Analysis.Commands;
using FastLoss.Bench.Suites;

namespace FastLoss.Bench.Commands;

/// <summary>
/// `gate`: what can be said about speed without a clock, for CI. Every routine allocates nothing; no kernel's loop has a
/// call left in it; no kernel's code is another size than recorded.
/// </summary>
internal static class GateCommand
{
    private const string Kernels = "FastLoss.Kernels.";

    /// <summary>Small rows, a row in registers, rows in cache, and one past it where stores bypass the caches.</summary>
    private static readonly Shape[] s_shapes =
        [new(37, 3), new(37, 10), new(16, 100), new(1, 128), new(1, 1_000), new(1, 70_000), new(1, 1 << 21)];

    public static Command Create()
    {
        Option<bool> record = new("--record") { Description = "Record the kernels' sizes under bench/codegen instead of checking them." };
        Command command = new("gate", "Check without a clock: no allocation, no calls in kernel loops, code sizes as recorded.") { record };
        command.SetAction(parsed => Run(parsed.GetValue(record)));
        return command;
    }

    /// <summary>The child that `gate` disassembles: it calls every routine until its code is final.</summary>
    public static Command CreateExercise()
    {
        Command command = new("exercise", "Call every routine until its code is final.") { Hidden = true };
        command.SetAction(_ => Exercise());
        return command;
    }

    private static int Run(bool record)
    {
        List<string> faults = [.. Allocations()];
        int kernels = 0;
        foreach ((string set, string? variable) in InstructionSets())
        {
            IReadOnlyList<CompiledMethod> methods = Compile(variable);
            CodegenRecord current = CodegenRecord.Of(RuntimeInformation.FrameworkDescription, methods);
            if (current.Bytes.Count == 0) throw new BenchException("the JIT listed no kernel: this runtime cannot disassemble.");
            kernels += current.Bytes.Count;
            string file = Path.Combine(Repository.Root, "bench", "codegen", $"{set}.json");
            if (record)
            {
                current.Write(file);
                Console.WriteLine(file);
            }
            CodegenRecord? recorded = CodegenRecord.Read(file);
            if (recorded is null) faults.Add($"{file} does not exist; `bench gate --record` writes it.");
            faults.AddRange(CodegenRecord.Faults(recorded ?? current, current, methods).Select(f => $"{set}: {f}"));
        }
        foreach (string fault in faults) Console.Error.WriteLine($"bench: {fault}");
        if (faults.Count > 0) Console.Error.WriteLine("bench: where a change of code is meant, measure it and run `bench gate --record`.");
        Console.WriteLine($"{kernels} kernels, {Calls().Count()} routines and shapes: {faults.Count} faults");
        return faults.Count == 0 ? 0 : 1;
    }

    private static IEnumerable<string> Allocations()
    {
        foreach ((ISuite suite, Func<double> call) in Calls())
        {
            call();
            call();
            long before = GC.GetAllocatedBytesForCurrentThread();
            call();
            long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            if (bytes != 0) yield return $"{suite.Routine} of {Catalog.ElementName(suite)} {suite.Shape} allocates {bytes} bytes.";
        }
    }

    private static int Exercise()
    {
        for (int pass = 0; pass < 4; pass++)
        {
            foreach ((ISuite suite, Func<double> call) in Calls())
                for (int i = 0; i < (suite.Shape.Elements > 100_000 ? 2 : 35); i++)
                    call();
            Thread.Sleep(150);
        }
        return 0;
    }

    /// <summary>Our routine of every suite at every shape it has; each suite's memory lives until the next.</summary>
    private static IEnumerable<(ISuite Suite, Func<double> Call)> Calls()
    {
        foreach (Type type in Catalog.Suites)
        {
            bool batches = Catalog.Create(type).Shapes.Any(s => s.Rows > 1);
            foreach (Shape shape in s_shapes.Where(s => batches || s.Rows == 1))
            {
                ISuite suite = Catalog.Create(type);
                suite.Shape = shape;
                suite.Prepare();
                MethodInfo ours = Catalog.Contenders(type).First(m => m.Name == Quick.QuickResult.Ours);
                yield return (suite, Catalog.Invoker(suite, ours));
                suite.Cleanup();
            }
        }
    }

    private static IEnumerable<(string Name, string? Off)> InstructionSets()
    {
        string architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        if (Vector512.IsHardwareAccelerated) yield return ($"{architecture}-avx512", null);
        if (System.Runtime.Intrinsics.X86.Avx2.IsSupported) yield return ($"{architecture}-avx2", "DOTNET_EnableAVX512");
        else if (!Vector512.IsHardwareAccelerated) yield return ($"{architecture}-128", null);
    }

    private static IReadOnlyList<CompiledMethod> Compile(string? off)
    {
        string listing = Path.Combine(Path.GetTempPath(), $"fastloss-codegen-{Environment.ProcessId}-{off}.txt");
        ProcessStartInfo start = new(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            Environment =
            {
                ["DOTNET_JitStdOutFile"] = listing,
                ["DOTNET_JitDisasm"] = Kernels + "*:*",
            },
        };
        // Under `dotnet FastLoss.Bench.dll` the process is the host, and its first argument is the program.
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet") start.ArgumentList.Add(typeof(GateCommand).Assembly.Location);
        start.ArgumentList.Add("exercise");
        if (off is not null) start.Environment[off] = "0";
        try
        {
            using Process child = Process.Start(start) ?? throw new BenchException("the process to disassemble did not start.");
            child.StandardOutput.ReadToEnd();
            child.WaitForExit();
            if (child.ExitCode != 0) throw new BenchException($"the process to disassemble ended with {child.ExitCode}.");
            return Disassembly.Read(File.ReadLines(listing));
        }
        finally
        {
            File.Delete(listing);
        }
    }
}
