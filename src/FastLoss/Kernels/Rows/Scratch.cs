using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>
/// Buffers on the stack. Kernels read and write whole vectors, so each buffer has a vector of room behind it, whatever its length
/// and wherever in it a block of rows begins. In Debug known bytes lie behind that, and <see cref="Check"/> says when they have changed.
/// </summary>
internal static unsafe class Scratch
{
#if DEBUG
    private const int CanaryBytes = 64;
#else
    private const int CanaryBytes = 0;
#endif

    private const byte Canary = 0xA5;

    /// <summary>Elements to allocate for a buffer of so many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Room<T>(int length)
        where T : unmanaged => length + Vector512<T>.Count + (CanaryBytes / sizeof(T));

    /// <summary>The first of the elements allocated: <c>T* e = Scratch.Take(stackalloc T[Scratch.Room&lt;T&gt;(n)]);</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T* Take<T>(Span<T> allocated)
        where T : unmanaged
    {
        T* buffer = (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(allocated));
        Guard(buffer, allocated.Length - Room<T>(0));
        return buffer;
    }

    /// <summary>
    /// The first element of a cache line in a buffer that has a vector more than it needs: a vector stored across two lines and loaded
    /// at once has to wait for both.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T* Aligned<T>(T* buffer)
        where T : unmanaged => (T*)(((nuint)buffer + 63) & ~(nuint)63);

    [Conditional("DEBUG")]
    private static void Guard<T>(T* buffer, int length)
        where T : unmanaged => Behind(buffer, length).Fill(Canary);

    /// <summary>Throws when more was written behind the buffer than the vector it has room for.</summary>
    [Conditional("DEBUG")]
    public static void Check<T>(T* buffer, int length, [CallerArgumentExpression(nameof(buffer))] string name = "")
        where T : unmanaged
    {
        int at = Behind(buffer, length).IndexOfAnyExcept(Canary);
        if (at >= 0) throw new InvalidOperationException($"{name}, {length} {typeof(T).Name}s long, was written past: byte {at} behind its room");
    }

    private static Span<byte> Behind<T>(T* buffer, int length)
        where T : unmanaged => new(buffer + length + Vector512<T>.Count, CanaryBytes);
}
