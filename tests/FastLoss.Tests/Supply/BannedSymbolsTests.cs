using System.Numerics.Tensors;
using System.Reflection;
using FastLoss.Bench.Recording;

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
            .Select(m => $"{Identifier(m)};{Reason}").Distinct().Order(StringComparer.Ordinal)];
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

    /// <summary>The identifier that XML documentation has.</summary>
    private static string Identifier(MethodInfo method)
    {
        string arity = method.IsGenericMethod ? $"``{method.GetGenericArguments().Length}" : "";
        string parameters = string.Join(',', method.GetParameters().Select(p => Identifier(p.ParameterType)));
        return $"M:{Name(method.DeclaringType!)}.{method.Name}{arity}{(parameters.Length > 0 ? $"({parameters})" : "")}";
    }

    private static string Identifier(Type type)
    {
        if (type.IsGenericMethodParameter) return $"``{type.GenericParameterPosition}";
        if (type.IsGenericTypeParameter) return $"`{type.GenericParameterPosition}";
        if (type.IsByRef) return Identifier(type.GetElementType()!) + "@";
        if (type.IsPointer) return Identifier(type.GetElementType()!) + "*";
        if (type.IsArray) return Identifier(type.GetElementType()!) + "[]";
        if (!type.IsGenericType) return Name(type);
        return $"{Name(type.GetGenericTypeDefinition()).Split('`')[0]}{{{string.Join(',', type.GetGenericArguments().Select(Identifier))}}}";
    }

    private static string Name(Type type) => type.FullName!.Replace('+', '.');
}
