using System.Diagnostics;

namespace FastLoss.Tests.Bench;

/// <summary>`bench quick` as a user calls it.</summary>
public class QuickCommandTests
{
    /// <summary>A suite of batches has nothing to say about one row: similarities of a row with itself alone ended the program.</summary>
    [Theory]
    [InlineData(0, "quick", "-s", "4096", "-r", "Row loss", "-r", "LogSumExp", "-c", "FastLoss", "--rounds", "1")]
    [InlineData(2, "quick", "-s", "4096", "-r", "Row loss", "--rounds", "1")]
    [InlineData(2, "quick", "-s", "4096", "-r", "no such routine")]
    public async Task A_size_of_one_row_is_measured_where_it_makes_sense(int exit, params string[] arguments)
    {
        string folder = AppContext.BaseDirectory.Replace(
            Path.Combine("tests", "FastLoss.Tests", "bin"), Path.Combine("bench", "FastLoss.Bench", "bin"), StringComparison.Ordinal);
        string program = Path.Combine(folder, "FastLoss.Bench.dll");
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        })!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(exit, process.ExitCode);
        if (exit == 0) Assert.Contains("4096", output, StringComparison.Ordinal);
        else Assert.Contains("bench: no routine", await errors, StringComparison.Ordinal);
    }
}
