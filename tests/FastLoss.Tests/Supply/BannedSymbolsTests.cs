using System.Numerics.Tensors;
using System.Reflection;
using FastLoss.Bench.Recording;
using FastLoss.Tests.Support;

namespace FastLoss.Tests.Supply;

/// <summary>
/// The same bits everywhere: the build refuses what a machine may compute as it likes, and the list of it is whole. By the framework's own
/// naming that is every method named Estimate or Native, and the approximate reciprocals of single instructions.
/// </summary>
public class BannedSymbolsTests
{
    [Fact]
    public void Every_method_whose_result_depends_on_the_machine_is_banned()
    {
        string[] expected = [.. ((Assembly[])[typeof(object).Assembly, typeof(TensorPrimitives).Assembly])
            .SelectMany(a => a.GetExportedTypes())
            .SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly).Where(IsBanned))
            .Select(m => $"{DocumentationId.Of(m)};{Reason}").Distinct().Order(StringComparer.Ordinal)];
        Assert.True(expected.Length > 100);
        string file = Path.Combine(Repository.Root, "src", "FastLoss", "BannedSymbols.txt");
        string proposal = Path.Combine(AppContext.BaseDirectory, "BannedSymbols.txt");
        File.WriteAllText(proposal, string.Join('\n', expected) + "\n");
        Assert.True(File.ReadAllLines(file).SequenceEqual(expected), $"{file} is not the list of this framework; copy {proposal} over it");
    }

    private const string Reason = "its result depends on the machine";

    private static bool IsBanned(MethodInfo method) =>
        !method.Name.Contains('.', StringComparison.Ordinal)
        && (method.Name.EndsWith("Native", StringComparison.Ordinal)
            || method.Name.Contains("Estimate", StringComparison.Ordinal)
            || (method.DeclaringType!.Namespace == "System.Runtime.Intrinsics.X86" && method.Name.StartsWith("Reciprocal", StringComparison.Ordinal)));
}
