using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace FastLoss.Tests.Readme;

public partial class LossTableTests
{
    /// <summary>A loss is a struct that a verb takes. No other row stands there.</summary>
    [Fact]
    public void EveryPublicLossHasARowAndEveryRowALoss()
    {
        string readme = File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../../src/FastLoss/README.md"));
        string table = readme[readme.IndexOf("## Losses", StringComparison.Ordinal)..];
        string[] losses = [.. typeof(Loss).Assembly.GetExportedTypes()
            .Where(t => (t.IsValueType && t.GetInterfaces().Any(i => i.Name is nameof(IElementwiseLoss) or nameof(ILabelLoss) or nameof(ITargetLoss)))
                || (t.IsValueType && typeof(Loss).GetMethods().Any(m => m.Name == nameof(Loss.Evaluate) && IsOf(m.GetParameters()[0].ParameterType, t))))
            .Select(t => t.Name.Split('`')[0]).Distinct().Order(StringComparer.Ordinal)];
        Assert.True(losses.Length > 30);
        MatchCollection rows = Row().Matches(table);
        Assert.Equal(losses, rows.Select(r => r.Groups["name"].Value).Order(StringComparer.Ordinal));
        Assert.All(rows, r => Assert.Equal(5, r.Value.Count(c => c == '|')));
    }

    /// <summary>No loss has calls of its own: all verbs stand on <see cref="Loss"/>.</summary>
    [Fact]
    public void NoOtherClassHasCallsThatReturnATally() => Assert.DoesNotContain(
        typeof(Loss).Assembly.GetExportedTypes()
            .Where(t => t != typeof(Loss) && t != typeof(LossTally))
            .SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)),
        m => m.ReturnType == typeof(LossTally));

    private static bool IsOf(Type parameter, Type loss) =>
        parameter == loss || (parameter.IsGenericType && parameter.GetGenericTypeDefinition() == loss);

    private static string ThisFile([CallerFilePath] string path = "") => path;

    [GeneratedRegex(@"^\| `(?<name>\w+)` \| [^|\s][^|]* \|.*\|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
