using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastLoss.Kernels;

/// <summary>The span from the first to the last element of a matrix or tensor, gaps included, and what lies between two of its elements.</summary>
internal static class Cover
{
    /// <summary>So many elements from the first on, which the caller knows to be there; only who may write writes to it.</summary>
    public static Span<T> Of<T>(ref readonly T first, int length) => MemoryMarshal.CreateSpan(ref Unsafe.AsRef(in first), length);

    /// <summary>How many elements lie from one to another that stands after it.</summary>
    public static long Distance<T>(ref readonly T from, ref readonly T to) => Unsafe.ByteOffset(in from, in to) / Unsafe.SizeOf<T>();
}
