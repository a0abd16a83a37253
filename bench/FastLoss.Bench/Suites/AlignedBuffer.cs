using System.Runtime.InteropServices;

namespace FastLoss.Bench.Suites;

/// <summary>
/// Memory at a cache line's boundary, so that every contender reads and writes the same bytes at the same alignment in
/// every launch: a 512-bit load that straddles two lines costs a second access.
/// </summary>
public sealed unsafe class AlignedBuffer<T> : IDisposable where T : unmanaged
{
    private T* _start;

    public AlignedBuffer(int length)
    {
        Length = length;
        _start = (T*)NativeMemory.AlignedAlloc((nuint)length * (nuint)sizeof(T), 64);
        Span.Clear();
    }

    ~AlignedBuffer() => Free();

    public int Length { get; }

    public long Bytes => (long)Length * sizeof(T);

    public nint Address => (nint)_start;

    public Span<T> Span => new(_start, Length);

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(_start);
        _start = null;
    }
}
