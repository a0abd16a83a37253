using System.Text;

namespace FastLoss.Cli.Files;

/// <summary>
/// The one way in which the tool writes a file. A regular file appears whole or not at all: it is written beside its place and
/// moved into it, with the mode of what was there. Links are followed; what is not a regular file (a device, a pipe) is
/// written through; what is read-only is refused. A file with a second name, of another owner, or in a directory that takes
/// no new file is written in its place, for a new one could not stand for it.
/// </summary>
internal sealed class OutputFile
{
    private const int LongestName = 100;

    /// <summary>Finds out before the work, not after it, whether the file can be written.</summary>
    /// <param name="option">The option that named it, for the complaint.</param>
    /// <param name="path">Where it shall be; its directory must exist.</param>
    /// <exception cref="InputException">It cannot be written.</exception>
    public OutputFile(string option, string path)
    {
        if (string.IsNullOrWhiteSpace(path)) throw new InputException($"{option} names no file");
        Said = $"{option} {path}";
        try
        {
            FullPath = Path.GetFullPath(path);
            Check();
            Place = FilePlace.Of(FullPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputException($"{Said}: cannot be written: {e.Message}");
        }
    }

    /// <summary>The option and the path as they were given.</summary>
    public string Said { get; }

    public string FullPath { get; }

    public FilePlace Place { get; }

    public void Write(ReadOnlySpan<byte> content)
    {
        // A span cannot be kept for later, and reports are small.
        byte[] bytes = content.ToArray();
        Write(stream => stream.Write(bytes));
    }

    /// <param name="text">Becomes UTF-8.</param>
    public void Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    /// <param name="write">Writes the content, from the first byte to the last.</param>
    /// <param name="isDurable">Whether the content is on the disk before it takes the place of the old, which a failing machine would else lose with it.</param>
    public void Write(Action<Stream> write, bool isDurable = false)
    {
        // What lies there is asked again: it may have changed while the work took its time.
        FileStatus status = FileStatus.Of(FullPath);
        if (status.Kind is FileKind.None or FileKind.Regular && TryReplace(status, write, isDurable)) return;
        using var stream = new FileStream(
            FullPath, status.Kind == FileKind.Regular ? FileMode.Truncate : FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        write(stream);
    }

    /// <summary>Two files of a call must not be one, nor may a file be one that is read.</summary>
    /// <param name="outputs">What is written.</param>
    /// <param name="inputs">Paths of what is read, whether or not something is there.</param>
    /// <exception cref="InputException">Two are one.</exception>
    public static void RefuseCollisions(IReadOnlyList<OutputFile> outputs, IEnumerable<string> inputs)
    {
        var read = new Dictionary<FilePlace, string>();
        foreach (string input in inputs) read.TryAdd(PlaceOf(input), input);
        for (int i = 0; i < outputs.Count; i++)
        {
            OutputFile output = outputs[i];

            // Into the null device or a terminal any number may be written.
            if (FileStatus.Of(output.FullPath).Kind == FileKind.Character) continue;
            if (read.TryGetValue(output.Place, out string? input))
                throw new InputException($"{output.Said}: is {input}, which is read and would be lost");
            if (outputs.Take(i).FirstOrDefault(other => other.Place == output.Place) is { } same)
                throw new InputException($"{output.Said}: is the same file as {same.Said}");
            if (IsStream(output, "/dev/stdout") || IsStream(output, "/dev/stderr"))
                throw new InputException($"{output.Said}: is the file that this program's own lines go to");
        }
    }

    private static FilePlace PlaceOf(string input)
    {
        if (string.IsNullOrWhiteSpace(input)) throw new InputException("a file to read has no name");
        try
        {
            return FilePlace.Of(input);
        }
        catch (IOException e)
        {
            throw new InputException($"{input}: cannot be read: {e.Message}");
        }
    }

    /// <summary>Whether a regular file is what a standard stream was redirected to; a pipe may well be both.</summary>
    private static bool IsStream(OutputFile output, string stream)
    {
        if (OperatingSystem.IsWindows()) return false;
        FileStatus status = FileStatus.Of(stream);
        return status.Kind == FileKind.Regular && status.IsKnown && FilePlace.Of(stream) == output.Place;
    }

    private void Check()
    {
        FileStatus status = FileStatus.Of(FullPath);
        switch (status.Kind)
        {
            case FileKind.Directory:
                throw new InputException($"{Said}: is a directory");
            case FileKind.Socket:
                throw new InputException($"{Said}: is a socket");
            case FileKind.Regular:
                if (IsReadOnly(FullPath)) throw new InputException($"{Said}: is read-only");
                File.OpenHandle(FullPath, FileMode.Open, FileAccess.Write, FileShare.ReadWrite).Dispose();
                break;
            case FileKind.None:
                string target = FilePlace.Target(FullPath), directory = Path.GetDirectoryName(target) ?? target;
                if (!Directory.Exists(directory)) throw new InputException($"{Said}: there is no directory {directory}");
                Probe(target, directory);
                break;
        }
    }

    private void Probe(string target, string directory)
    {
        try
        {
            string probe = Beside(target);
            File.Create(probe).Dispose();
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The system's message would name the probe.
            throw new InputException($"{Said}: cannot be written: {directory} takes no new file");
        }
    }

    /// <summary>False where a new file could not stand for the old one.</summary>
    private bool TryReplace(FileStatus old, Action<Stream> write, bool isDurable)
    {
        string target = FilePlace.Target(FullPath);
        bool exists = old.Kind == FileKind.Regular;
        if (exists && (old.Names > 1 || FileStatus.Of(target) != old)) return false;

        string temporary = Unfinished(target);
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
            if (exists && !OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (var stream = new FileStream(temporary, options))
            {
                if (exists && FileStatus.Of(temporary).Owner != old.Owner) return false;
                if (exists && !OperatingSystem.IsWindows()) File.SetUnixFileMode(stream.SafeFileHandle, File.GetUnixFileMode(target));
                write(stream);
                if (isDurable) stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
            if (isDurable) DirectoryEntry.Flush(Path.GetDirectoryName(target) ?? ".");
            return true;
        }
        catch (UnauthorizedAccessException) when (exists && !File.Exists(temporary))
        {
            return false; // the directory takes no new file
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Marked so: a superuser could write it all the same, and whoever marked it did not want that.</summary>
    private static bool IsReadOnly(string path)
    {
        const UnixFileMode Writable = UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        return OperatingSystem.IsWindows()
            ? File.GetAttributes(path).HasFlag(FileAttributes.ReadOnly)
            : (File.GetUnixFileMode(path) & Writable) == 0;
    }

    private static string Beside(string target) =>
        Path.Combine(Path.GetDirectoryName(target) ?? ".", $".fastloss-{Path.GetRandomFileName()}.tmp");

    /// <summary>
    /// The same name each time: what a killed process left there is removed by the next that writes the file. Of a name too long for it another each time.
    /// </summary>
    private static string Unfinished(string target)
    {
        string name = Path.GetFileName(target);
        if (name.Length > LongestName) return Beside(target);
        string unfinished = Path.Combine(Path.GetDirectoryName(target) ?? ".", $".fastloss-{name}.tmp");
        File.Delete(unfinished);
        return unfinished;
    }
}
