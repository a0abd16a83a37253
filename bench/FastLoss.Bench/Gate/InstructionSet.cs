using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace FastLoss.Bench.Gate;

/// <summary>What the JIT compiles for.</summary>
/// <param name="Name">Of the record's file, such as x64-avx512.</param>
/// <param name="Features">What else this CPU has that changes the code it gets.</param>
/// <param name="Off">The variable that turns off what the CPU has beyond it; null for the CPU as it is.</param>
internal sealed record InstructionSet(string Name, string Features, string? Off)
{
    public string Runtime { get; } = RuntimeInformation.FrameworkDescription;

    /// <summary>Those that this machine can compile for, the widest first.</summary>
    public static IEnumerable<InstructionSet> Here()
    {
        string architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        if (Avx512F.IsSupported) yield return new($"{architecture}-avx512", WideFeatures(), null);
        if (Avx2.IsSupported) yield return new($"{architecture}-avx2", "", Avx512F.IsSupported ? "DOTNET_EnableAVX512" : null);
        else yield return new($"{architecture}-128", "", null);
    }

    /// <summary>Names of sets that other machines of this architecture can compile for.</summary>
    public static IEnumerable<string> NotHere()
    {
        string architecture = RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();
        return ((string[])[$"{architecture}-avx512", $"{architecture}-avx2"]).Except(Here().Select(s => s.Name));
    }

    private static string WideFeatures()
    {
        List<string> features = [];
        if (Avx512Vbmi.IsSupported) features.Add("vbmi");
        if (Avx10v1.IsSupported) features.Add("avx10.1");
        if (Avx10v2.IsSupported) features.Add("avx10.2");
        return string.Join(' ', features);
    }
}
