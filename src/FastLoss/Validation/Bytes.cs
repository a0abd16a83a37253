using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastLoss.Validation;

/// <summary>Spans of any type as the memory they lie in.</summary>
internal static class Bytes
{
    /// <summary>
    /// Whether the two have a byte in common, at any length: a span of bytes has at most 2^31 - 1, and one of 2^28 doubles is
    /// longer.
    /// </summary>
    public static bool Overlap<TA, TB>(ReadOnlySpan<TA> a, ReadOnlySpan<TB> b)
        where TA : unmanaged
        where TB : unmanaged
    {
        int mostOfA = int.MaxValue / Unsafe.SizeOf<TA>(), mostOfB = int.MaxValue / Unsafe.SizeOf<TB>();
        if (a.Length > mostOfA) return Overlap(a[..mostOfA], b) || Overlap(a[mostOfA..], b);
        if (b.Length > mostOfB) return Overlap(a, b[..mostOfB]) || Overlap(a, b[mostOfB..]);
        return MemoryMarshal.AsBytes(a).Overlaps(MemoryMarshal.AsBytes(b));
    }
}
