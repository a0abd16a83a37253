namespace FastLoss.Cli;

/// <summary>A file that appears whole or not at all: written beside its place, then moved into it.</summary>
internal sealed class OutputFile
{
    /// <summary>Finds out before the work, not after it, whether the file can be written.</summary>
    /// <param name="option">The option that named it, for the complaint.</param>
    /// <param name="path">Where it shall be; its directory must exist.</param>
    public OutputFile(string option, string path)
    {
        if (string.IsNullOrWhiteSpace(path)) throw new InputException($"{option} names no file");
        FullPath = Path.GetFullPath(path);
        if (Directory.Exists(FullPath)) throw new InputException($"{option} {path}: is a directory");
        string directory = Path.GetDirectoryName(FullPath) ?? FullPath;
        if (!Directory.Exists(directory)) throw new InputException($"{option} {path}: there is no directory {directory}");
        try
        {
            string probe = Beside();
            File.Create(probe).Dispose();
            File.Delete(probe);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{option} {path}: cannot be written: {e.Message}");
        }
    }

    public string FullPath { get; }

    public void Write(ReadOnlySpan<byte> content)
    {
        string temporary = Beside();
        try
        {
            File.WriteAllBytes(temporary, content);
            File.Move(temporary, FullPath, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private string Beside() => $"{FullPath}.{Environment.ProcessId}.tmp";
}
