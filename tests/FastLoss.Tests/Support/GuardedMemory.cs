using System.Runtime.InteropServices;

namespace FastLoss.Tests.Support;

/// <summary>
/// Memory of whole pages between two pages that may not be touched: a span that ends (or starts) at the border turns any read
/// or write past it into a crash of the test process.
/// </summary>
internal sealed unsafe partial class GuardedMemory : IDisposable
{
    private readonly byte* _start;
    private readonly nuint _length;

    public GuardedMemory(int bytes)
    {
        int page = Environment.SystemPageSize;
        Length = (bytes + page - 1) / page * page;
        _length = (nuint)(Length + (2 * page));
        _start = (byte*)MemoryMap(null, _length, 3, 0x22, -1, 0); // read and write; private, anonymous
        if (_start == (byte*)-1) throw new InvalidOperationException("no memory");
        if (MemoryProtect(_start, (nuint)page, 0) != 0 || MemoryProtect(_start + page + Length, (nuint)page, 0) != 0)
        {
            throw new InvalidOperationException("pages cannot be protected");
        }
    }

    public static bool IsSupported => OperatingSystem.IsLinux();

    public int Length { get; }

    private byte* First => _start + Environment.SystemPageSize;

    /// <summary>The last <paramref name="count"/> elements before the closing page.</summary>
    public Span<T> AtEnd<T>(int count)
        where T : unmanaged => new((T*)(First + Length) - count, count);

    /// <summary>The first elements after the opening page.</summary>
    public Span<T> AtStart<T>(int count)
        where T : unmanaged => new(First, count);

    public void Dispose() => _ = MemoryUnmap(_start, _length);

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial void* MemoryMap(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int MemoryProtect(void* address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int MemoryUnmap(void* address, nuint length);
}
