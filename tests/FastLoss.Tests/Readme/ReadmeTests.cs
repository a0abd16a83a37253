using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using FastLoss.Tests.Support;

namespace FastLoss.Tests.Readme;

[Collection(nameof(Alone))]
public partial class ReadmeTests
{
    [Fact]
    public void EveryExampleIsCompiledAndPrintsWhatItSays()
    {
        string folder = Path.GetDirectoryName(ThisFile())!;
        string readme = File.ReadAllText(Path.Combine(folder, "../../../README.md"));
        string source = Lines(File.ReadAllText(Path.Combine(folder, "ReadmeExamples.cs")));
        MatchCollection examples = Example().Matches(readme);
        MethodInfo[] methods = typeof(ReadmeExamples).GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly);
        Assert.Equal(methods.Length, examples.Count);
        for (int i = 0; i < methods.Length; i++)
        {
            // A type and the call that uses it stand apart in the source.
            foreach (string part in examples[i].Groups["code"].Value.Split("\n\n"))
            {
                Assert.True(source.Contains(Lines(part), StringComparison.Ordinal), $"README's example {i + 1} is not in ReadmeExamples.cs:\n{part}");
            }

            Assert.Equal(Lines(examples[i].Groups["output"].Value), Lines(Run(methods[i])));
        }
    }

    private static string Run(MethodInfo method)
    {
        TextWriter before = Console.Out;
        using StringWriter output = new();
        Console.SetOut(output);
        try
        {
            method.Invoke(null, null);
        }
        finally
        {
            Console.SetOut(before);
        }

        return output.ToString();
    }

    /// <summary>Without indentation and empty lines.</summary>
    private static string Lines(string text) =>
        string.Join('\n', text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));

    private static string ThisFile([CallerFilePath] string path = "") => path;

    [GeneratedRegex(@"```csharp\n(?<code>.*?)```\n```\n(?<output>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
