namespace FastLoss.Cli.Files;

/// <summary>
/// Where a path leads, so that two paths to one file are equal however they are spelt: through links in any part, by a second
/// name (hard link), in another case where the system ignores case. A file that is not there yet is a name in a directory.
/// </summary>
/// <param name="Device">Of the file or, where it is not there, of its directory.</param>
/// <param name="Number">Of the file or, where it is not there, of its directory.</param>
/// <param name="Name">The name in the directory of a file that is not there; the whole path where the system knows no numbers.</param>
internal readonly record struct FilePlace(ulong Device, ulong Number, string Name)
{
    /// <exception cref="IOException">The path cannot be followed.</exception>
    public static FilePlace Of(string path)
    {
        FileStatus status = FileStatus.Of(path);
        if (status.IsKnown) return new(status.Device, status.Number, "");
        string target = Target(path), directory = Path.GetDirectoryName(target) ?? target;
        FileStatus parent = status.Kind == FileKind.None ? FileStatus.Of(directory) : default;
        return parent.IsKnown
            ? new(parent.Device, parent.Number, Comparable(Path.GetFileName(target)))
            : new(0, 0, Comparable(target));
    }

    /// <summary>The path at the end of the links that begin at <paramref name="path"/>, whether or not something is there.</summary>
    /// <exception cref="IOException">The links end nowhere.</exception>
    public static string Target(string path)
    {
        // A directory in between may itself be a link: the system follows those.
        string full = Path.GetFullPath(path);
        return new FileInfo(full).LinkTarget is null ? full : File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full;
    }

    private static string Comparable(string name) =>
        OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? name.ToUpperInvariant() : name;
}
