using System.Diagnostics;

namespace FastLoss.Tests.SameBits;

/// <summary>
/// Runs FastLoss.Digest, which hashes the results of every routine over a few thousand seeded cases, as processes with narrower
/// vectors and with threads. CI also runs it as an Arm64 program.
/// </summary>
public class SameBitsTests
{
    private static readonly Lazy<string> Expected = new(() => Digest([], 1));

    [Theory]
    [InlineData("DOTNET_EnableAVX512", 1)]
    [InlineData("DOTNET_EnableAVX2", 1)]
    [InlineData("DOTNET_EnableHWIntrinsic", 1)]
    [InlineData("DOTNET_EnableAVX2", 2)]
    public void NarrowerVectorsGiveTheSameBits(string disabled, int threads) => Same(Digest([disabled], threads));

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void ThreadsGiveTheSameBits(int threads) => Same(Digest([], threads));

    private static void Same(string actual)
    {
        string[] expected = Expected.Value.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(expected.Length > 20, Expected.Value);
        Assert.Equal(expected, actual.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private static string Digest(string[] disabled, int threads)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "FastLoss.Digest.dll"), $"{threads}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string name in disabled) start.Environment[name] = "0";
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(3)), "the digest did not end");
        Assert.True(process.ExitCode == 0, error.Result);
        return output;
    }
}
