using System.CommandLine;
using System.Reflection;
using FastLoss.Bench.Codegen;
using FastLoss.Bench.Gate;
using FastLoss.Bench.Recording;
using FastLoss.Bench.Suites;
using FastLoss.BenchCompare.Commands;

namespace FastLoss.Bench.Commands;

/// <summary>
/// `gate`: what can be said about speed without a clock, for CI. Every routine allocates nothing; no kernel's loop has a
/// call left in it; no kernel's code is another size than recorded.
/// </summary>
internal static class GateCommand
{
    public static Command Create()
    {
        Option<bool> record = new("--record") { Description = "Record the kernels' sizes under bench/codegen instead of checking them." };
        Command command = new("gate", "Check without a clock: no allocation, no calls in kernel loops, code sizes as recorded.") { record };
        command.SetAction(parsed => Run(parsed.GetValue(record)));
        return command;
    }

    /// <summary>The child that `gate` disassembles.</summary>
    public static Command CreateExercise()
    {
        Command command = new(KernelListing.Child, "Call every routine until its code is final.") { Hidden = true };
        command.SetAction(_ =>
        {
            Exercise.Run();
            return 0;
        });
        return command;
    }

    private static int Run(bool record)
    {
        List<string> faults = [.. Allocations()];
        int kernels = 0;
        foreach (InstructionSet set in InstructionSet.Here())
        {
            IReadOnlyList<CompiledMethod> methods = KernelListing.Compile(set);
            CodegenRecord current = CodegenRecord.Of(set.Runtime, set.Features, methods);
            if (current.Bytes.Count == 0) throw new BenchException("the JIT listed no kernel: this runtime cannot disassemble.");
            kernels += current.Bytes.Count;
            string file = RecordOf(set.Name);
            CodegenRecord? recorded = CodegenRecord.Read(file);
            IReadOnlyCollection<string> allowed = recorded is null ? [] : recorded.Allowed.Keys;
            if (record)
            {
                recorded = recorded is null ? current : current with { Allowed = recorded.Allowed };
                recorded.Write(file);
                Console.WriteLine($"Record: {file}");
            }
            string? unrecorded = recorded is null ? "there is no record" : current.NotComparableWith(recorded);
            if (unrecorded is not null) Console.WriteLine($"{set.Name}: code sizes are not checked, {unrecorded}; `bench gate --record` writes one of this machine.");
            faults.AddRange(CodegenRecord.CallsInLoops(methods, allowed).Select(f => $"{set.Name}: {f}"));
            if (unrecorded is null) faults.AddRange(CodegenRecord.SizeFaults(recorded!, current).Select(f => $"{set.Name}: {f}"));
        }
        foreach (string name in InstructionSet.NotHere().Where(name => File.Exists(RecordOf(name))))
            Console.WriteLine($"{name}: not checked, this CPU cannot run it.");
        foreach (string fault in faults) Console.Error.WriteLine($"bench: {fault}");
        if (faults.Count > 0) Console.Error.WriteLine("bench: where a change of code is meant, measure it and run `bench gate --record`.");
        Console.WriteLine($"{kernels} kernels, {Exercise.Routines().Count()} routines and shapes: {faults.Count} faults");
        return faults.Count == 0 ? 0 : 1;
    }

    private static string RecordOf(string name) => Path.Combine(Repository.Root, "bench", "codegen", $"{name}.json");

    private static IEnumerable<string> Allocations()
    {
        foreach ((Type type, Shape shape, string variant) in Exercise.Routines())
        {
            using Exercise.Prepared prepared = new(type, shape, variant);
            foreach (MethodInfo ours in Exercise.SerialContenders(type))
            {
                Func<double> call = Catalog.Invoker(prepared.Suite, ours);
                call();
                call();
                long before = GC.GetAllocatedBytesForCurrentThread();
                call();
                long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
                if (bytes != 0) yield return $"{ours.Name} of {prepared.Suite.Routine} {variant}, {prepared.Suite.Element} {shape}, allocates {bytes} bytes.";
            }
        }
    }
}
