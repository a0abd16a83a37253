using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;
using FastLoss.Bench.Codegen;
using FastLoss.Bench.Gate;
using FastLoss.Bench.Recording;
using FastLoss.Bench.Suites;
using FastLoss.BenchCompare.Commands;

namespace FastLoss.Bench.Commands;

/// <summary>
/// `gate`: what can be said about speed without a clock, for CI. Every routine allocates nothing; no kernel's loop has a
/// call left in it, or more vectors stored to the frame than recorded; no kernel's code is another size than recorded.
/// </summary>
internal static class GateCommand
{
    public static Command Create()
    {
        Option<bool> record = new("--record") { Description = "Record the kernels' sizes, and what their loops store to the frame and convert, under bench/codegen instead of checking them." };
        Option<bool> aot = new("--aot") { Description = "Only the kernels' code for AVX-512 and SSE, as the AOT compiler lists it on any machine." };
        Command command = new("gate", "Check without a clock: no allocation, no calls in kernel loops, code sizes and stores to the frame as recorded.") { record, aot };
        command.SetAction(parsed => Run(parsed.GetValue(record), parsed.GetValue(aot)));
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

    private static int Run(bool record, bool aotOnly)
    {
        List<string> faults = [];
        int kernels = 0;
        if (!aotOnly)
        {
            faults.AddRange(Allocations());
            foreach (InstructionSet set in InstructionSet.Here()) kernels += Jit(set, record, faults);
            foreach (string name in InstructionSet.NotHere().Where(name => File.Exists(RecordOf(name))))
                Console.WriteLine($"{name}: not checked, this CPU cannot run it.");
        }
        if (AotListing.Missing is { } missing)
        {
            if (aotOnly) throw new BenchException($"{missing}.");
            Console.WriteLine($"{string.Join(", ", AotListing.Sets.Select(s => s.Name))}: not checked, {missing}.");
        }
        else
        {
            foreach (AotSet set in AotListing.Sets) kernels += Aot(set, record, faults);
        }
        foreach (string fault in faults) Console.Error.WriteLine($"bench: {fault}");
        if (faults.Count > 0) Console.Error.WriteLine("bench: where a change of code is meant, measure it and run `bench gate --record`.");
        Console.WriteLine($"{kernels} kernels, {Exercise.Routines().Count()} routines and shapes: {faults.Count} faults");
        return faults.Count == 0 ? 0 : 1;
    }

    /// <summary>Checks one instruction set of this machine, as the JIT compiles for it; returns how many kernels it has.</summary>
    private static int Jit(InstructionSet set, bool record, List<string> faults)
    {
        IReadOnlyList<CompiledMethod> methods = KernelListing.Compile(set);
        CodegenRecord current = CodegenRecord.Of(set.Runtime, set.Features, methods);
        if (current.Bytes.Count == 0) throw new BenchException("the JIT listed no kernel: this runtime cannot disassemble.");
        CodegenRecord? recorded = Recorded(set.Name, current, record);
        faults.AddRange(CodegenRecord.CallsInLoops(methods, recorded is null ? [] : recorded.Allowed.Keys).Select(f => $"{set.Name}: {f}"));
        faults.AddRange(Changes(set.Name, current, recorded).Select(f => $"{set.Name}: {f}"));
        return current.Bytes.Count;
    }

    /// <summary>The same for registers that this machine may lack, as the AOT compiler compiles for them.</summary>
    private static int Aot(AotSet set, bool record, List<string> faults)
    {
        IReadOnlyList<CompiledMethod> methods = AotListing.Compile(set);
        CodegenRecord? before = CodegenRecord.Read(RecordOf(set.Name));
        CodegenRecord current = CodegenRecord.Of(RuntimeInformation.FrameworkDescription, "", methods) with
        {
            Left = CodegenRecord.CallsLeft(methods, before is null ? [] : before.Allowed.Keys),
        };
        if (current.Bytes.Count == 0) throw new BenchException("the AOT compiler listed no kernel.");
        CodegenRecord? recorded = Recorded(set.Name, current, record);
        faults.AddRange(CodegenRecord.NewCalls(recorded, current.Left).Select(f => $"{set.Name}: {f}"));
        faults.AddRange(Changes(set.Name, current, recorded).Select(f => $"{set.Name}: {f}"));
        Console.WriteLine($"{set.Name}: {current.Bytes.Count} kernels, {current.Left.Count} of them with calls left in loops over vectors, as recorded or as named below");
        return current.Bytes.Count;
    }

    /// <summary>What was recorded, or is now, with the calls that were allowed by hand.</summary>
    private static CodegenRecord? Recorded(string name, CodegenRecord current, bool record)
    {
        string file = RecordOf(name);
        CodegenRecord? recorded = CodegenRecord.Read(file);
        if (!record) return recorded;
        recorded = recorded is null ? current : current with { Allowed = recorded.Allowed };
        recorded.Write(file);
        Console.WriteLine($"Record: {file}");
        return recorded;
    }

    private static IEnumerable<string> Changes(string name, CodegenRecord current, CodegenRecord? recorded)
    {
        string? unrecorded = recorded is null ? "there is no record" : current.NotComparableWith(recorded);
        if (unrecorded is null) return [.. CodegenRecord.SizeFaults(recorded!, current), .. CodegenRecord.LoopFaults(recorded!, current)];
        Console.WriteLine($"{name}: code sizes, stores to the frame and conversions are not checked, {unrecorded}; `bench gate --record` writes one of this machine.");
        return [];
    }

    private static string RecordOf(string name) => Path.Combine(Repository.Root, "bench", "codegen", $"{name}.json");

    private static IEnumerable<string> Allocations()
    {
        foreach ((Type type, Shape shape, string variant) in Exercise.Routines())
        {
            using Exercise.Prepared prepared = new(type, shape, variant);
            foreach (MethodInfo ours in Exercise.SerialContenders(type))
            {
                Func<double> call = SuiteList.Invoker(prepared.Suite, ours);
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
