using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace FastLoss.Cli.Files;

/// <summary>What lies at a path.</summary>
internal enum FileKind
{
    None,
    Regular,
    Directory,

    /// <summary>A character device, as a terminal or the null device.</summary>
    Character,

    /// <summary>A pipe, a block device.</summary>
    Other,

    /// <summary>It can be connected to, not opened.</summary>
    Socket,
}

/// <summary>
/// What the operating system says of the file at a path, links followed, as far as the base library does not tell: its kind,
/// and by which numbers two paths are known to be the same file.
/// </summary>
/// <param name="Kind">What it is.</param>
/// <param name="Device">The file system it lies on; 0 where the system does not say.</param>
/// <param name="Number">Its number there; 0 where the system does not say.</param>
/// <param name="Names">How many names (hard links) it has.</param>
/// <param name="Owner">User and group.</param>
internal readonly record struct FileStatus(FileKind Kind, ulong Device, ulong Number, uint Names, ulong Owner)
{
    public bool IsKnown => Number != 0;

    /// <exception cref="IOException">The path cannot be followed: no permission, too many links.</exception>
    public static FileStatus Of(string path)
    {
        try
        {
            if (OperatingSystem.IsLinux()) return OfLinux(path);
            if (OperatingSystem.IsMacOS()) return OfMacOS(path);
            if (OperatingSystem.IsWindows()) return OfWindows(path);
        }
        catch (EntryPointNotFoundException)
        {
            // An older system library: what the base library knows must do.
        }

        return new(Portable(path), 0, 0, 1, 0);
    }

    private static FileKind Portable(string path) =>
        Directory.Exists(path) ? FileKind.Directory
        : path.StartsWith(@"\\.\", StringComparison.Ordinal) ? FileKind.Character
        : File.Exists(path) ? FileKind.Regular
        : FileKind.None;

    /// <summary>statx(2): its structure is the same on every architecture.</summary>
    private static FileStatus OfLinux(string path)
    {
        const int WorkingDirectory = -100;
        const uint BasicFields = 0x7FF;
        byte[] status = new byte[256];
        if (statx(WorkingDirectory, Terminated(path), 0, BasicFields, status) != 0) return OfError();
        return new(
            KindOf(BitConverter.ToUInt16(status, 28)),
            ((ulong)BitConverter.ToUInt32(status, 136) << 32) | BitConverter.ToUInt32(status, 140),
            BitConverter.ToUInt64(status, 32),
            BitConverter.ToUInt32(status, 16),
            BitConverter.ToUInt64(status, 20));
    }

    /// <summary>stat(2) with 64-bit file numbers, whose structure is the same on both of Apple's architectures.</summary>
    private static FileStatus OfMacOS(string path)
    {
        byte[] status = new byte[256], name = Terminated(path);
        int result = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? stat64(name, status) : stat(name, status);
        if (result != 0) return OfError();
        return new(
            KindOf(BitConverter.ToUInt16(status, 4)),
            BitConverter.ToUInt32(status, 0),
            BitConverter.ToUInt64(status, 8),
            BitConverter.ToUInt16(status, 6),
            BitConverter.ToUInt64(status, 16));
    }

    private static FileStatus OfWindows(string path)
    {
        FileKind kind = Portable(path);
        if (kind != FileKind.Regular) return new(kind, 0, 0, 1, 0);
        try
        {
            using SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            byte[] status = new byte[52];
            if (!GetFileInformationByHandle(handle, status)) return new(kind, 0, 0, 1, 0);
            return new(
                kind,
                BitConverter.ToUInt32(status, 28),
                ((ulong)BitConverter.ToUInt32(status, 44) << 32) | BitConverter.ToUInt32(status, 48),
                BitConverter.ToUInt32(status, 40),
                0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(kind, 0, 0, 1, 0);
        }
    }

    private static FileStatus OfError()
    {
        const int NoEntry = 2, NotADirectory = 20;
        int error = Marshal.GetLastPInvokeError();
        if (error is NoEntry or NotADirectory) return default;
        throw new IOException(Marshal.GetPInvokeErrorMessage(error));
    }

    private static FileKind KindOf(ushort mode) => (mode & 0xF000) switch
    {
        0x8000 => FileKind.Regular,
        0x4000 => FileKind.Directory,
        0x2000 => FileKind.Character,
        0xC000 => FileKind.Socket,
        _ => FileKind.Other,
    };

    private static byte[] Terminated(string path) => [.. Encoding.UTF8.GetBytes(path), 0];

    [DllImport("libc", SetLastError = true)]
    private static extern int statx(int directory, byte[] path, int flags, uint mask, [Out] byte[] status);

    [DllImport("libc", SetLastError = true)]
    private static extern int stat(byte[] path, [Out] byte[] status);

    [DllImport("libc", EntryPoint = "stat$INODE64", SetLastError = true)]
    private static extern int stat64(byte[] path, [Out] byte[] status);

    [DllImport("kernel32", SetLastError = true)]
    private static extern bool GetFileInformationByHandle(SafeFileHandle handle, [Out] byte[] status);
}
