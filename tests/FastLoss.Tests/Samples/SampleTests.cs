using System.Diagnostics;
using System.Text.RegularExpressions;
using FastLoss.Bench.Recording;

namespace FastLoss.Tests.Samples;

/// <summary>Every sample runs and prints what its README says.</summary>
public partial class SampleTests
{
    private static readonly string s_folder = Path.Combine(Repository.Root, "src", "FastLoss.Samples");

    /// <summary>Built beside the tests, in their configuration.</summary>
    private static readonly string s_program = Path.Combine(
        s_folder, Path.GetRelativePath(Path.Combine(Repository.Root, "tests", "FastLoss.Tests"), AppContext.BaseDirectory), "FastLoss.Samples.dll");

    public static TheoryData<string, string> Samples() =>
        [.. Section().Matches(File.ReadAllText(Path.Combine(s_folder, "README.md"))).Select(m => (m.Groups["name"].Value, m.Groups["output"].Value))];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Prints_what_the_readme_says(string name, string output)
    {
        (int code, string text, _) = Start(name);
        Assert.Equal(0, code);
        Assert.Equal(output, text.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void The_readme_has_every_sample()
    {
        (int code, _, string usage) = Start("none");
        Assert.Equal(2, code);
        string[] names = usage.Trim().Split(' ')[^1].Split('|');
        Assert.True(names.Length >= 6);
        Assert.Equal(names, Samples().Select(s => s.Data.Item1));
    }

    private static (int Code, string Output, string Error) Start(string name)
    {
        ProcessStartInfo start = new("dotnet", [s_program, name]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    [GeneratedRegex(@"^## (?<name>\S+)\n.*?^```\n(?<output>.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Section();
}
