using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace FastLoss.Tests.Readme;

public partial class LossTableTests
{
    /// <summary>A loss is a struct that is an element-wise loss, or a class with a call that returns a tally. No other row stands there.</summary>
    [Fact]
    public void EveryPublicLossHasARowAndEveryRowALoss()
    {
        string readme = File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../../README.md"));
        // The table of times below it is written by a command.
        string table = readme[readme.IndexOf("## Losses", StringComparison.Ordinal)..readme.IndexOf("<!-- loss-table:begin", StringComparison.Ordinal)];
        string[] losses = [.. typeof(Loss).Assembly.GetExportedTypes()
            .Where(t => (t.IsValueType && t.GetInterfaces().Any(i => i.Name is nameof(IElementwiseLoss) or nameof(ILabelLoss) or nameof(ITargetLoss)))
                || (t.IsValueType && typeof(Loss).GetMethods().Any(m => m.Name == nameof(Loss.Evaluate) && m.GetParameters()[0].ParameterType == t))
                || (t != typeof(Loss) && t.IsAbstract && t.IsSealed && t.GetMethods().Any(m => m.ReturnType == typeof(LossTally))))
            .Select(t => t.Name.Split('`')[0]).Distinct().Order(StringComparer.Ordinal)];
        Assert.True(losses.Length > 30);
        MatchCollection rows = Row().Matches(table);
        Assert.Equal(losses, rows.Select(r => r.Groups["name"].Value).Order(StringComparer.Ordinal));
        Assert.All(rows, r => Assert.Equal(5, r.Value.Count(c => c == '|')));
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;

    [GeneratedRegex(@"^\| `(?<name>\w+)` \| [^|\s][^|]* \|.*\|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
