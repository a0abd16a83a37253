using System.Reflection;
using System.Text.RegularExpressions;

namespace FastLoss.Bench.Suites;

/// <summary>
/// The benchmark that this process was launched for. A setup is not told, but BenchmarkDotNet names it on the command line
/// of each launch: --benchmarkName "Namespace.Suite&lt;Single&gt;.Method(Shape: 1000)".
/// </summary>
internal static partial class LaunchTarget
{
    /// <summary>The benchmark, or null in another process (or should a later BenchmarkDotNet name it differently).</summary>
    public static MethodInfo? Of(Type suite)
    {
        string[] arguments = Environment.GetCommandLineArgs();
        int name = Array.IndexOf(arguments, "--benchmarkName") + 1;
        if (name == 0 || name >= arguments.Length) return null;
        Match match = MethodName().Match(arguments[name]);
        return match.Success ? SuiteList.Contenders(suite).FirstOrDefault(m => m.Name == match.Groups[1].Value) : null;
    }

    [GeneratedRegex(@"\.(\w+)(?:\([^()]*\))?$")]
    private static partial Regex MethodName();
}
