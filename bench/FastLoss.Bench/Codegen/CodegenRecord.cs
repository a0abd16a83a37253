using System.Text.Json;

namespace FastLoss.Bench.Codegen;

/// <summary>The size of every kernel's code on one instruction set, kept in the repository.</summary>
/// <param name="Runtime">Whose JIT compiled it.</param>
/// <param name="Features">What the CPU has beyond the instruction set's name that changes code.</param>
/// <param name="Bytes">By the method's name and generic arguments; overloads together.</param>
public sealed record CodegenRecord(string Runtime, string Features, SortedDictionary<string, int> Bytes)
{
    /// <summary>
    /// Calls that may stay in a loop over vectors, each with its reason: a part of the target's name, such as
    /// <c>Chunk:Repair</c>, and why the loop is not slower for it (a path that data seldom takes). Written by hand; recording keeps them.
    /// </summary>
    public SortedDictionary<string, string> Allowed { get; init; } = new(StringComparer.Ordinal);

    /// <summary>
    /// Calls that were in loops over vectors when a listing of the AOT compiler was recorded, by method; those alone may be there. Empty for the JIT's.
    /// </summary>
    public SortedDictionary<string, string[]> Left { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Vectors stored to the frame in innermost loops over vectors, by method; only where there are any.</summary>
    public SortedDictionary<string, int> FrameStores { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Scalar conversions there, by method; only where there are any.</summary>
    public SortedDictionary<string, int> Conversions { get; init; } = new(StringComparer.Ordinal);

    /// <summary>So many more than recorded are no fault: which registers are spilled changes with little.</summary>
    public const int Slack = 2;

    /// <summary>A kernel this much larger or smaller than recorded is other code than the one that was measured.</summary>
    public const double Tolerance = 0.10;

    private static readonly JsonSerializerOptions s_json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>
    /// Kernels are compiled optimised at once; their size is the same in every run. A method that reaches Tier1 by way of
    /// counters is compiled by what the run happened to count, and its size is not recorded.
    /// </summary>
    public static CodegenRecord Of(string runtime, string features, IEnumerable<CompiledMethod> methods)
    {
        CodegenRecord record = new(runtime, features, new(StringComparer.Ordinal));
        foreach (CompiledMethod method in methods.Where(IsKernel).Reverse().DistinctBy(m => m.Method))
        {
            Add(record.Bytes, method.Method, method.Bytes);
            Add(record.FrameStores, method.Method, method.FrameStores);
            Add(record.Conversions, method.Method, method.Conversions);
        }
        return record;
    }

    private static void Add(SortedDictionary<string, int> numbers, string method, int number)
    {
        if (number > 0) numbers[Short(method)] = numbers.GetValueOrDefault(Short(method)) + number;
    }

    public static bool IsKernel(CompiledMethod method) => method.Tier.Contains("FullOpts", StringComparison.Ordinal);

    /// <summary>Final code: neither the slow first version nor one that counts.</summary>
    public static bool IsFinal(CompiledMethod method) => IsKernel(method) || method.Tier == "Tier1";

    public static CodegenRecord? Read(string file) =>
        File.Exists(file) ? JsonSerializer.Deserialize<CodegenRecord>(File.ReadAllText(file), s_json) : null;

    public void Write(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, JsonSerializer.Serialize(this, s_json) + "\n");
    }

    /// <summary>Why sizes recorded elsewhere say nothing here; null when they do. Servicing releases keep the JIT.</summary>
    public string? NotComparableWith(CodegenRecord recorded)
    {
        if (Release(Runtime) != Release(recorded.Runtime)) return $"the record is of {recorded.Runtime} and this is {Runtime}";
        return Features == recorded.Features ? null : $"the record is of a CPU with [{recorded.Features}] and this one has [{Features}]";
    }

    /// <summary>The calls left in the kernels' loops over vectors, one sentence a method; empty when all is well.</summary>
    /// <remarks>
    /// A loop over rows may do vector arithmetic and call the kernel of a row. What must not be left are the small pieces
    /// that were to be inlined: where the JIT gives up on one, its caller is slower tenfold and everything still works.
    /// </remarks>
    public static IEnumerable<string> CallsInLoops(IReadOnlyCollection<CompiledMethod> methods, IReadOnlyCollection<string> allowed)
    {
        HashSet<string> kernels = [.. methods.Where(IsKernel).Select(m => m.Method)];
        foreach (CompiledMethod method in methods.Where(IsFinal).DistinctBy(m => m.Method))
        {
            string[] calls = Calls(method, kernels, allowed);
            if (calls.Length > 0)
                yield return $"{Short(method.Method)} ({method.Tier}) has calls left in loops over vectors: {string.Join(", ", calls)}.";
        }
    }

    /// <summary>The same of a listing of the AOT compiler, which optimises everything: there a kernel is what has a loop of its own.</summary>
    public static SortedDictionary<string, string[]> CallsLeft(IReadOnlyCollection<CompiledMethod> methods, IReadOnlyCollection<string> allowed)
    {
        HashSet<string> kernels = [.. methods.Where(m => m.HasLoop).Select(m => m.Method)];
        SortedDictionary<string, string[]> left = new(StringComparer.Ordinal);
        foreach (IGrouping<string, CompiledMethod> namesakes in methods.GroupBy(m => Short(m.Method)))
        {
            string[] calls = [.. namesakes.SelectMany(m => Calls(m, kernels, allowed)).Distinct().Order(StringComparer.Ordinal)];
            if (calls.Length > 0) left[namesakes.Key] = calls;
        }
        return left;
    }

    /// <summary>The calls that a record does not know, one sentence a method.</summary>
    public static IEnumerable<string> NewCalls(CodegenRecord? recorded, IReadOnlyDictionary<string, string[]> left)
    {
        foreach ((string method, string[] calls) in left)
        {
            string[] more = [.. calls.Except(recorded?.Left.GetValueOrDefault(method) ?? [])];
            if (more.Length > 0) yield return $"{method} has calls left in loops over vectors that were not recorded: {string.Join(", ", more)}.";
        }
    }

    private static string[] Calls(CompiledMethod method, HashSet<string> kernels, IReadOnlyCollection<string> allowed) =>
        [.. method.LoopCalls.Where(c => !kernels.Contains(c) && !allowed.Any(a => c.Contains(a, StringComparison.Ordinal))).Select(Short).Distinct()];

    /// <summary>How the sizes differ from the recorded ones, one sentence a method.</summary>
    public static IEnumerable<string> SizeFaults(CodegenRecord recorded, CodegenRecord current)
    {
        foreach ((string method, int before) in recorded.Bytes)
        {
            if (!current.Bytes.TryGetValue(method, out int now))
                yield return $"{method} is recorded but was not compiled: renamed, removed, or no longer reached.";
            else if (Math.Abs(now - before) > Tolerance * before)
                yield return $"{method} has {now} bytes of code; recorded are {before} (on {recorded.Runtime}).";
        }
        foreach (string method in current.Bytes.Keys.Where(m => !recorded.Bytes.ContainsKey(m))) yield return $"{method} is not recorded.";
    }

    /// <summary>What the innermost loops do more often than recorded, one sentence a method.</summary>
    public static IEnumerable<string> LoopFaults(CodegenRecord recorded, CodegenRecord current)
    {
        foreach ((string method, int now) in current.FrameStores)
        {
            int before = recorded.FrameStores.GetValueOrDefault(method);
            if (now > before + Slack) yield return $"{method} stores {now} vectors to its frame in its innermost loops; recorded are {before}.";
        }
        foreach ((string method, int now) in current.Conversions)
        {
            int before = recorded.Conversions.GetValueOrDefault(method);
            if (now > before + Slack)
                yield return $"{method} has {now} scalar conversions in its innermost loops; recorded are {before} (see IVector.Parameter).";
        }
    }

    /// <summary>".NET 10.0.7" is ".NET 10.0".</summary>
    private static string Release(string runtime) => string.Join('.', runtime.Split('.').Take(3));

    /// <summary>Without parameter types and with the namespaces that fill a line cut off.</summary>
    private static string Short(string method)
    {
        int parameters = method.IndexOf('(', StringComparison.Ordinal);
        return (parameters > 0 ? method[..parameters] : method)
            .Replace("FastLoss.Kernels.", "", StringComparison.Ordinal)
            .Replace("System.Runtime.Intrinsics.", "", StringComparison.Ordinal);
    }
}
