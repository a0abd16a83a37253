namespace FastLoss.Bench.Analysis.Runs;

/// <summary>What decides how fast code runs, beside the code. Two runs are comparable when all of it is equal.</summary>
/// <param name="InstructionSet">As BenchmarkDotNet writes it; null when the report does not tell.</param>
public sealed record Machine(
    string Cpu, string OperatingSystem, string Architecture, string Runtime, string? InstructionSet)
{
    /// <summary>What differs in a way that makes times incomparable, as sentences.</summary>
    public IEnumerable<string> DifferencesFrom(Machine other)
    {
        if (Cpu != other.Cpu) yield return $"the CPU is {other.Cpu} in one and {Cpu} in the other";
        if (Architecture != other.Architecture) yield return $"the architecture is {other.Architecture} and {Architecture}";
        if (Runtime != other.Runtime) yield return $"the runtime is {other.Runtime} and {Runtime}";
        if (InstructionSet is not null && other.InstructionSet is not null && InstructionSet != other.InstructionSet)
            yield return $"the instruction sets are {other.InstructionSet} and {InstructionSet}";
    }
}

/// <summary>One execution of benchmarks on one machine.</summary>
/// <param name="Name">As the user named it: a file, a folder or a record.</param>
/// <param name="Commit">The code that was measured, when known.</param>
public sealed record Run(string Name, DateTime? Date, string? Commit, Machine Machine, IReadOnlyList<BenchmarkResult> Benchmarks)
{
    private Dictionary<string, BenchmarkResult>? _byId;

    public IReadOnlyList<BenchmarkResult> Benchmarks
    {
        get;
        init
        {
            field = value;
            _byId = null;
        }
    } = Benchmarks;

    public IReadOnlyDictionary<string, BenchmarkResult> ById => _byId ??= Benchmarks.ToDictionary(b => b.Id);

    public BenchmarkResult? Find(string type, string method, string parameters) =>
        Benchmarks.FirstOrDefault(b => b.Type == type && b.Method == method && b.Parameters == parameters);
}

/// <summary>What the user named is no run, or not one that can be used; the message says why.</summary>
public sealed class RunFormatException(string message, Exception? inner = null) : Exception(message, inner);
