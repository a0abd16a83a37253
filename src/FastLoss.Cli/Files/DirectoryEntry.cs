using System.Runtime.InteropServices;
using System.Text;

namespace FastLoss.Cli.Files;

/// <summary>What a directory says of its files: a moved file is there after a power failure once the directory is on the disk, too.</summary>
internal static class DirectoryEntry
{
    /// <summary>Nothing on Windows, whose file system orders this itself, and where a file system knows no such call.</summary>
    public static void Flush(string directory)
    {
        if (OperatingSystem.IsWindows()) return;
        const int ReadOnly = 0;
        int descriptor = open([.. Encoding.UTF8.GetBytes(directory), 0], ReadOnly);
        if (descriptor < 0) return;
        _ = fsync(descriptor);
        _ = close(descriptor);
    }

    [DllImport("libc")]
    private static extern int open(byte[] path, int flags);

    [DllImport("libc")]
    private static extern int fsync(int descriptor);

    [DllImport("libc")]
    private static extern int close(int descriptor);
}
