using System.Diagnostics;
using FastLoss.Cli;
using FastLoss.Cli.Files;

namespace FastLoss.Tests.Cli;

/// <summary>Whatever lies where a file shall go: it stays what it is, and nothing else is lost.</summary>
public class OutputFileTests
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    [Fact]
    public void A_file_is_replaced_and_keeps_its_mode()
    {
        if (OperatingSystem.IsWindows()) return; // has no modes
        using var scratch = new Scratch();
        File.WriteAllText(scratch["a"], "old");
        File.SetUnixFileMode(scratch["a"], Mode);
        using FileStream reader = File.Open(scratch["a"], FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Write(scratch["a"], "new");

        Assert.Equal("new", File.ReadAllText(scratch["a"]));
        Assert.Equal(Mode, File.GetUnixFileMode(scratch["a"]));
        Assert.Equal("old", new StreamReader(reader).ReadToEnd()); // whoever has it open reads the whole old one
        Assert.Equal(["a"], scratch.Files);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_link_is_followed(bool exists)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links");
        using var scratch = new Scratch();
        Directory.CreateDirectory(scratch["d"]);
        string target = Path.Combine(scratch["d"], "target");
        if (exists) File.WriteAllText(target, "old");
        File.CreateSymbolicLink(scratch["b"], target);
        File.CreateSymbolicLink(scratch["a"], scratch["b"]);
        Write(scratch["a"], "new");

        Assert.Equal("new", File.ReadAllText(target));
        Assert.Equal(scratch["b"], new FileInfo(scratch["a"]).LinkTarget);
        Assert.Equal(["target"], Directory.GetFiles(scratch["d"]).Select(Path.GetFileName));
    }

    [Fact]
    public void A_second_name_keeps_naming_the_file()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links");
        using var scratch = new Scratch();
        File.WriteAllText(scratch["a"], "old and longer");
        Run("ln", scratch["a"], scratch["b"]);
        Write(scratch["b"], "new");
        Assert.Equal("new", File.ReadAllText(scratch["a"]));
        Assert.Equal(["a", "b"], scratch.Files);
    }

    /// <summary>A device of the test's own where it may make one: should this fail, the machine keeps its null device.</summary>
    [Fact]
    public void A_device_is_written_through_and_stays_one()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "devices");
        using var scratch = new Scratch();
        string device = scratch["null"];
        if (!TryRun("mknod", device, "c", "1", "3") || !CanWrite(device)) device = "/dev/null";
        foreach (string[] args in (string[][])[["--output", device], ["--no-report", "--save", device], ["--output", device, "--save", device]])
        {
            CliRun run = CliRun.Of([.. s_train, .. args]);
            Assert.Equal((0, ""), (run.Code, run.Error));
            Assert.Equal(FileKind.Character, FileStatus.Of(device).Kind);
        }

        static bool CanWrite(string device)
        {
            try
            {
                File.OpenHandle(device, FileMode.Open, FileAccess.Write, FileShare.ReadWrite).Dispose();
                return true;
            }
            catch (UnauthorizedAccessException)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task A_pipe_is_written_through()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "pipes");
        using var scratch = new Scratch();
        Run("mkfifo", scratch["pipe"]);
        Task<string> reader = Task.Run(() => File.ReadAllText(scratch["pipe"]), TestContext.Current.CancellationToken);
        CliRun run = CliRun.Of([.. s_train, "--output", scratch["pipe"]]);
        Assert.Equal((0, ""), (run.Code, run.Error));
        string page = await reader;
        Assert.StartsWith("<!DOCTYPE html>", page, StringComparison.Ordinal);
        Assert.EndsWith("</html>\n", page, StringComparison.Ordinal);
        Assert.Equal(["pipe"], scratch.Files);
    }

    [Fact]
    public void What_is_read_only_is_refused_before_the_work()
    {
        using var scratch = new Scratch();
        File.WriteAllText(scratch["a"], "old");
        File.SetAttributes(scratch["a"], FileAttributes.ReadOnly);
        foreach (string option in (string[])["--output", "--save"])
        {
            string[] rest = option == "--save" ? ["--no-report"] : [];
            AssertRefused(CliRun.Of([.. s_train, option, scratch["a"], .. rest]), $"{option} {scratch["a"]}: is read-only");
        }

        Assert.Equal("old", File.ReadAllText(scratch["a"]));
        Assert.Equal(["a"], scratch.Files);
        File.SetAttributes(scratch["a"], FileAttributes.Normal);
    }

    [Fact]
    public void A_loop_of_links_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links");
        using var scratch = new Scratch();
        File.CreateSymbolicLink(scratch["a"], scratch["b"]);
        File.CreateSymbolicLink(scratch["b"], scratch["a"]);
        AssertRefused(CliRun.Of([.. s_train, "--output", scratch["a"]]), "cannot be written: Too many levels of symbolic links");
    }

    [Fact]
    public void A_failure_on_the_way_leaves_the_old_file_and_nothing_else()
    {
        using var scratch = new Scratch();
        File.WriteAllText(scratch["a"], "old");
        var file = new OutputFile("--output", scratch["a"]);
        Assert.Throws<IOException>(() => file.Write(stream =>
        {
            stream.WriteByte(1);
            throw new IOException("full");
        }));
        Assert.Equal("old", File.ReadAllText(scratch["a"]));
        Assert.Equal(["a"], scratch.Files);
    }

    [Fact]
    public void Report_and_model_are_two_files()
    {
        using var scratch = new Scratch();
        AssertRefused(
            CliRun.Of([.. s_train, "--output", scratch["x"], "--save", scratch["x"]]),
            $"--save {scratch["x"]}: is the same file as --output {scratch["x"]}");

        // However the second is spelt.
        Directory.CreateDirectory(scratch["d"]);
        AssertRefused(CliRun.Of([.. s_train, "--output", scratch["x"], "--save", Path.Combine(scratch["d"], "..", "x")]), "is the same file as");
        if (!OperatingSystem.IsWindows())
        {
            Directory.CreateSymbolicLink(scratch["l"], scratch["d"]);
            AssertRefused(CliRun.Of([.. s_train, "--output", Path.Combine(scratch["d"], "y"), "--save", Path.Combine(scratch["l"], "y")]), "is the same file as");
            File.CreateSymbolicLink(scratch["s"], scratch["x"]);
            AssertRefused(CliRun.Of([.. s_train, "--output", scratch["s"], "--save", scratch["x"]]), "is the same file as");
            File.WriteAllText(scratch["x"], "old");
            AssertRefused(CliRun.Of([.. s_train, "--output", scratch["s"], "--save", scratch["x"]]), "is the same file as");
            Run("ln", scratch["x"], scratch["h"]);
            AssertRefused(CliRun.Of([.. s_train, "--output", scratch["h"], "--save", scratch["x"]]), "is the same file as");
            Assert.Equal("old", File.ReadAllText(scratch["x"]));
        }
    }

    [Theory]
    [InlineData("train-images-idx3-ubyte")]
    [InlineData("t10k-labels-idx1-ubyte")]
    [InlineData("t10k-labels-idx1-ubyte.gz")] // not there: would be read, or not, in place of the other
    [InlineData("train-labels.idx1-ubyte")]
    public void No_file_of_the_data_is_written(string name)
    {
        using var scratch = new Scratch();
        IdxData.WriteSet(scratch.Root);
        Dictionary<string, byte[]> before = scratch.Files.ToDictionary(f => f, f => File.ReadAllBytes(scratch[f]));
        foreach (string[] args in (string[][])[["--output", scratch[name]], ["--no-report", "--save", scratch[name]]])
            AssertRefused(CliRun.Of(["train", "--data", scratch.Root, .. args]), $"is {scratch[name]}, which is read and would be lost");
        Assert.Equal(before.Keys, scratch.Files);
        Assert.All(before, f => Assert.Equal(f.Value, File.ReadAllBytes(scratch[f.Key])));
    }

    [Fact]
    public void No_file_of_the_data_is_written_by_another_name()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links");
        using Scratch data = new(), other = new();
        IdxData.WriteSet(data.Root);
        byte[] images = File.ReadAllBytes(data["train-images-idx3-ubyte"]);
        Run("ln", data["train-images-idx3-ubyte"], other["hard"]);
        File.CreateSymbolicLink(other["soft"], data["train-images-idx3-ubyte"]);
        Directory.CreateSymbolicLink(other["data"], data.Root);
        foreach (string path in (string[])[other["hard"], other["soft"], Path.Combine(other["data"], "train-images-idx3-ubyte")])
            AssertRefused(CliRun.Of("train", "--data", data.Root, "--output", path), "which is read and would be lost");
        Assert.Equal(images, File.ReadAllBytes(data["train-images-idx3-ubyte"]));

        string shipped = Path.Combine(AppContext.BaseDirectory, "data", "mnist-1k", "train-images-idx3-ubyte.gz");
        AssertRefused(CliRun.Of("train", "--output", shipped), "which is read and would be lost");
        shipped = Path.Combine(AppContext.BaseDirectory, "data", "digits8x8", "digits8x8.csv.gz");
        AssertRefused(CliRun.Of("train", "--data", "digits8x8", "--output", shipped), "which is read and would be lost");
    }

    /// <summary>train --output log > log: the report would end what the lines began.</summary>
    [Fact]
    public void What_the_lines_go_to_is_no_place_for_a_report()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "a shell");
        using var scratch = new Scratch();
        string tool = Path.Combine(AppContext.BaseDirectory, "FastLoss.Cli.dll");
        string command = $"dotnet {tool} {string.Join(' ', s_train)} --output {scratch["log"]} > {scratch["log"]} 2> {scratch["error"]}; echo $? > {scratch["code"]}";
        Run("sh", "-c", command);
        Assert.Equal("2", File.ReadAllText(scratch["code"]).Trim());
        Assert.Contains("is the file that this program's own lines go to", File.ReadAllText(scratch["error"]), StringComparison.Ordinal);
    }

    [Fact]
    public void No_report_means_none()
    {
        using var scratch = new Scratch();
        CliRun run = CliRun.Of([.. s_train, "--no-report", "--save", scratch["m"]]);
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.DoesNotContain("report ", run.Output, StringComparison.Ordinal);
        Assert.Equal(["m"], scratch.Files);
        AssertRefused(CliRun.Of([.. s_train, "--no-report", "--output", scratch["r"]]), $"--no-report and --output {scratch["r"]} exclude each other");
    }

    private static readonly string[] s_train = ["train", "--data", "digits8x8", "--hidden", "3", "--epochs", "1"];

    private static void Write(string path, string content) =>
        new OutputFile("--output", path).Write(System.Text.Encoding.UTF8.GetBytes(content));

    private static void AssertRefused(CliRun run, string complaint)
    {
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.Contains(complaint, Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    private static void Run(string program, params string[] args) => Assert.True(TryRun(program, args), program);

    private static bool TryRun(string program, params string[] args)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, args) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
