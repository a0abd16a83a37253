using System.Text.RegularExpressions;

namespace FastLoss.BenchCompare.Runs;

/// <summary>
/// What decides how fast code runs, beside the code. Two runs are comparable when CPU, architecture, instruction set and the runtime's
/// major and minor version are equal. Servicing releases (10.0.11 and 10.0.12) keep the JIT, and what one does not tell is not different.
/// </summary>
/// <param name="InstructionSet">As BenchmarkDotNet writes it; null when the report does not tell.</param>
public sealed partial record Machine(
    string Cpu, string OperatingSystem, string Architecture, string Runtime, string? InstructionSet)
{
    /// <summary>What differs in a way that makes times incomparable, as sentences.</summary>
    public IEnumerable<string> DifferencesFrom(Machine other)
    {
        if (IsKnown(Cpu) && IsKnown(other.Cpu) && Cpu != other.Cpu) yield return $"the CPU is {other.Cpu} in one and {Cpu} in the other";
        if (IsKnown(Architecture) && IsKnown(other.Architecture) && Architecture != other.Architecture) yield return $"the architecture is {other.Architecture} and {Architecture}";
        if (IsKnown(Runtime) && IsKnown(other.Runtime) && Release(Runtime) != Release(other.Runtime))
            yield return $"the runtime is {other.Runtime} and {Runtime}";
        if (InstructionSet is not null && other.InstructionSet is not null && InstructionSet != other.InstructionSet)
            yield return $"the instruction sets are {other.InstructionSet} and {InstructionSet}";
    }

    /// <summary>What differs and does not forbid to compare, as a sentence; null where nothing does.</summary>
    public string? RemarkOn(Machine other) => IsKnown(Runtime) && IsKnown(other.Runtime) && Runtime != other.Runtime
        ? $"The runtimes are {other.Runtime} and {Runtime}: servicing releases of one version count as the same machine."
        : null;

    /// <summary>".NET 10.0.12 (10.0.12, ...)" is ".NET 10.0"; ".NET Framework 4.8.1 (...)" is ".NET Framework 4.8".</summary>
    private static string Release(string runtime) =>
        ReleasePattern().Match(runtime) is { Success: true } match ? match.Value : runtime;

    private static bool IsKnown(string text) => text.Length > 0 && !text.StartsWith("Unknown", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"^\D*\d+\.\d+")]
    private static partial Regex ReleasePattern();
}

/// <summary>One execution of benchmarks on one machine.</summary>
/// <param name="Name">As the user named it: a file, a folder or a record.</param>
/// <param name="Commit">The code that was measured, when known.</param>
/// <param name="Benchmarks">Those that have times.</param>
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

    /// <summary>Benchmarks that were started and gave no time, each with its reason.</summary>
    public IReadOnlyList<BenchmarkResult> Failed { get; init; } = [];

    /// <summary>With times or without.</summary>
    public IEnumerable<BenchmarkResult> All => Benchmarks.Concat(Failed);

    /// <summary>What a reader of the run must know, as sentences: files left out, times without launches.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    public IReadOnlyDictionary<string, BenchmarkResult> ById => _byId ??= Benchmarks.ToDictionary(b => b.Id);

    public BenchmarkResult? Find(string type, string method, string parameters) =>
        Benchmarks.FirstOrDefault(b => b.Type == type && b.Method == method && b.Parameters == parameters);
}

/// <summary>What the user named is no run, or not one that can be used; the message says why.</summary>
public sealed class RunFormatException(string message, Exception? inner = null) : Exception(message, inner);
