using System.Globalization;
using System.Text.RegularExpressions;

namespace FastLoss.Bench.Codegen;

/// <summary>One method as the JIT compiled it.</summary>
/// <param name="Method">With its generic arguments and parameter types.</param>
/// <param name="Tier">Such as FullOpts (compiled optimised at once), Tier1 or Tier0.</param>
/// <param name="Bytes">The size of the code.</param>
/// <param name="LoopCalls">The targets of calls in the innermost loops that work on vectors.</param>
public sealed record CompiledMethod(string Method, string Tier, int Bytes, IReadOnlyList<string> LoopCalls)
{
    /// <summary>Whether the code jumps back: a kernel of a row does, and the pieces that were to be inlined do not.</summary>
    public bool HasLoop { get; init; }

    /// <summary>
    /// Vectors that the innermost loops over vectors store to the stack frame: results that take a detour through memory, or registers
    /// that did not suffice.
    /// </summary>
    public int FrameStores { get; init; }

    /// <summary>Scalar conversions in those loops; they leave the rest of their register as it is, so they wait for what it held.</summary>
    public int Conversions { get; init; }
}

/// <summary>Reads what DOTNET_JitDisasm prints, and the AOT compiler's <c>--codegenopt:JitDisasm</c>.</summary>
public static partial class Disassembly
{
    /// <summary>Every listing in order; a method that was compiled twice is there twice.</summary>
    public static IReadOnlyList<CompiledMethod> Read(IEnumerable<string> lines)
    {
        List<CompiledMethod> methods = [];
        string? method = null, tier = null;
        List<string> body = [];
        foreach (string line in lines)
        {
            if (Header().Match(line) is { Success: true } header)
            {
                (method, tier) = (header.Groups[1].Value, header.Groups[2].Value);
                body.Clear();
            }
            else if (method is not null && Size().Match(line) is { Success: true } size)
            {
                List<(int Start, int End)> loops = Loops(body);
                List<string> inner = VectorLoops(body, loops);
                methods.Add(new(method, tier!, int.Parse(size.Groups[1].Value, CultureInfo.InvariantCulture), Calls(inner))
                {
                    HasLoop = loops.Count > 0,
                    FrameStores = inner.Count(line => FrameStore().IsMatch(line)),
                    Conversions = inner.Count(line => Conversion().IsMatch(line)),
                });
                method = null;
            }
            else
            {
                body.Add(line);
            }
        }
        return methods;
    }

    /// <summary>A jump to a label above it closes a loop.</summary>
    private static List<(int Start, int End)> Loops(List<string> body)
    {
        Dictionary<string, int> labels = [];
        List<(int Start, int End)> loops = [];
        for (int i = 0; i < body.Count; i++)
        {
            if (Label().Match(body[i]) is { Success: true } label) labels[label.Groups[1].Value] = i;
            else if (Jump().Match(body[i]) is { Success: true } jump && labels.TryGetValue(jump.Groups[1].Value, out int start)) loops.Add((start, i));
        }
        return loops;
    }

    /// <summary>
    /// The instructions of the loops without a loop inside that hold vector
    /// arithmetic: an outer loop may call its kernel, a kernel's own loop may call nothing.
    /// </summary>
    private static List<string> VectorLoops(List<string> body, IReadOnlyList<(int Start, int End)> loops)
    {
        List<string> inner = [];
        foreach ((int start, int end) in loops.Distinct())
        {
            bool innermost = !loops.Any(other => other != (start, end) && other.Start >= start && other.End <= end);
            List<string> instructions = body[start..end];
            if (innermost && instructions.Exists(line => Vector().IsMatch(line))) inner.AddRange(instructions);
        }
        return inner;
    }

    private static List<string> Calls(List<string> instructions) =>
        [.. instructions.Select(line => Call().Match(line)).Where(m => m.Success).Select(m => Target(m.Groups[1].Value)).Where(c => !Ending().IsMatch(c))];

    /// <summary>A call through a cell names its target in brackets, and so does a generic argument list at its end.</summary>
    private static string Target(string operand) => operand is ['[', .. string target, ']'] ? target : operand;

    [GeneratedRegex(@"^; Assembly listing for method (.+) \(([^()]+)\)\s*$")]
    private static partial Regex Header();

    [GeneratedRegex(@"^; Total bytes of code (\d+)")]
    private static partial Regex Size();

    [GeneratedRegex(@"^(\w+):\s")]
    private static partial Regex Label();

    [GeneratedRegex(@"^\s+j\w+\s+(?:SHORT )?(G_\w+)\s*$")]
    private static partial Regex Jump();

    /// <summary>Packed arithmetic of x64 (without the v on processors before AVX) or Arm64; packed moves and zeroing also copy structs, so they say nothing.</summary>
    [GeneratedRegex(@"\bv?(?:add|sub|mul|div|max|min|sqrt|scalef|perm|fn?m(?:add|sub)\d+)\w*p[sd]\b|\bf\w+\s+v\d+\.\d[sd]")]
    private static partial Regex Vector();

    /// <summary>Calls that do not come back: failed checks, throws, and the guard of a stack buffer. Taken, they end the loop.</summary>
    [GeneratedRegex(@"^CORINFO_HELP_(?:FAIL_FAST|RNGCHKFAIL|OVERFLOW|THROW)|^System\.ThrowHelper:")]
    private static partial Regex Ending();

    /// <summary>A whole register at an address relative to the frame, on x64 or Arm64; a buffer on the stack is reached by a pointer of its own.</summary>
    [GeneratedRegex(@"^\s+v?mov\w+\s+[xyz]mmword ptr \[r[bs]p[^\]]*\], [xyz]mm\d|^\s+st(?:p|u?r)\s+q\d+, (?:q\d+, )?\[(?:fp|sp)\b")]
    private static partial Regex FrameStore();

    [GeneratedRegex(@"^\s+v?cvt(?:sd2ss|ss2sd|u?si2s[sd])")]
    private static partial Regex Conversion();

    [GeneratedRegex(@"^\s+call\s+(\S.*?)\s*$")]
    private static partial Regex Call();
}
