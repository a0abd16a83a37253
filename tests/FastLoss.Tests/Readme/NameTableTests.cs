using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace FastLoss.Tests.Readme;

/// <summary>README's names of torch, Keras and optax lead to names that are there.</summary>
public partial class NameTableTests
{
    [Fact]
    public void EveryNameOfOursIsAPublicTypeOrMember()
    {
        string readme = File.ReadAllText(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../../README.md"));
        string table = readme[readme.IndexOf("| torch | Keras | optax | here |", StringComparison.Ordinal)..readme.IndexOf("## Limits", StringComparison.Ordinal)];
        HashSet<string> known = [.. typeof(Loss).Assembly.GetExportedTypes().SelectMany(t => t.GetMembers().Select(m => m.Name).Append(t.Name.Split('`')[0]))];
        string[] names = [.. table.Split('\n').Skip(2).Where(line => line.StartsWith('|')).SelectMany(line => Name().Matches(line.Split('|')[4]).Select(m => m.Groups[1].Value))];
        Assert.True(names.Length > 30);
        Assert.All(names, name => Assert.Contains(name, known));
    }

    [Fact]
    public void ReadmeIsReadInFiveMinutes()
    {
        string[] lines = File.ReadAllLines(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../../README.md"));
        Assert.InRange(lines.Length, 100, 250);
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;

    [GeneratedRegex("`(\\w+)`")]
    private static partial Regex Name();
}
