using System.Reflection;
using BenchmarkDotNet.Attributes;

namespace FastLoss.Bench.Suites;

/// <summary>The suites, found by their attributes: a new one needs no list to be extended.</summary>
internal static class SuiteList
{
    /// <summary>Every suite, a generic one closed over the element types its attributes name.</summary>
    public static IReadOnlyList<Type> Suites { get; } =
    [
        .. typeof(SuiteList).Assembly.GetTypes()
            .Where(t => !t.IsAbstract && t.IsAssignableTo(typeof(ISuite)))
            .SelectMany(t => t.IsGenericTypeDefinition
                ? t.GetCustomAttributes<GenericTypeArgumentsAttribute>(false).Select(a => t.MakeGenericType(a.GenericTypeArguments))
                : [t])
            .OrderBy(t => t.ToString(), StringComparer.Ordinal),
    ];

    /// <summary>What a build without the opt-in rival tells its user; null in a build with it.</summary>
    public static string? TorchNote { get; } = Suites.Any(s => s.GetMethod("TorchSharp") is not null)
        ? null
        : "TorchSharp is not in this build; add -p:TorchSharp=true after `dotnet run` to measure it too (half a gigabyte of libraries).";

    public static ISuite Create(Type suite) => (ISuite)Activator.CreateInstance(suite)!;

    /// <summary>The benchmarks of a suite: its own first, in the order they were written, then the limits of its base.</summary>
    public static IEnumerable<MethodInfo> Contenders(Type suite) =>
        suite.GetMethods(BindingFlags.Public | BindingFlags.Instance)
            .Where(m => m.IsDefined(typeof(BenchmarkAttribute)))
            .OrderBy(m => IsLimit(m.Name))
            .ThenBy(m => m.MetadataToken);

    /// <summary>FastLoss itself: called as most callers do, on threads, or by a delegate.</summary>
    public static bool IsOurs(string contender) => contender.StartsWith("FastLoss", StringComparison.Ordinal);

    public static bool IsLimit(string contender) => contender.Contains("Limit", StringComparison.Ordinal);

    /// <summary>A benchmark method as a delegate; one without a result gives 0.</summary>
    public static Func<double> Invoker(object suite, MethodInfo method)
    {
        if (method.ReturnType == typeof(double)) return method.CreateDelegate<Func<double>>(suite);
        Action action = method.CreateDelegate<Action>(suite);
        return () =>
        {
            action();
            return 0;
        };
    }
}
