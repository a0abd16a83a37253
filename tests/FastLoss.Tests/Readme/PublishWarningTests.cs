using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace FastLoss.Tests.Readme;

/// <summary>The targets file that comes with the package, in a project of its own that publishes nothing.</summary>
public class PublishWarningTests
{
    [Theory]
    [InlineData("true", "linux-x64", "", true)]
    [InlineData("true", "win-x64", "", true)]
    [InlineData("true", "linux-x64", "x86-64-v3", false)]
    [InlineData("true", "linux-arm64", "", false)]
    [InlineData("", "linux-x64", "", false)]
    public void Native_aot_for_x64_without_a_chosen_instruction_set_is_warned_of(string aot, string runtime, string chosen, bool warns)
    {
        string targets = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../../src/FastLoss/buildTransitive/FastLoss.targets"));
        string project = Path.Combine(Path.GetTempPath(), $"FastLoss-{Guid.NewGuid():N}.proj");
        File.WriteAllText(project, $"""<Project><Target Name="PrepareForPublish" /><Import Project="{targets}" /></Project>""");
        try
        {
            ProcessStartInfo start = new(
                "dotnet",
                [
                    "msbuild", project, "-nologo", "-nodeReuse:false", "-t:PrepareForPublish", $"-p:PublishAot={aot}",
                    $"-p:RuntimeIdentifier={runtime}", $"-p:IlcInstructionSet={chosen}",
                ])
            {
                RedirectStandardOutput = true,
            };
            using Process process = Process.Start(start)!;
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, output);
            Assert.Equal(warns, output.Contains("warning FASTLOSS001", StringComparison.Ordinal));
            Assert.Equal(warns, output.Contains("<IlcInstructionSet>x86-64-v3</IlcInstructionSet>", StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(project);
        }
    }

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
