using System.Numerics;

namespace FastLoss.Kernels;

/// <summary>All rows of a call next to each other, for what takes them so; row (o, i) becomes row o * inner + i.</summary>
internal static unsafe class PackedRows
{
    public static void Pack<T>(RowLayout layout, ReadOnlySpan<T> source, Span<T> packed)
        where T : unmanaged
    {
        if (source.IsEmpty) return;
        fixed (T* from = source)
        fixed (T* to = packed) layout.Pack(from, 0, layout.Rows(source.Length), to);
    }

    /// <summary>Writes packed rows to where they lie; a gap keeps what it holds.</summary>
    public static void Unpack<T>(RowLayout layout, ReadOnlySpan<T> packed, Span<T> destination)
        where T : unmanaged
    {
        if (destination.IsEmpty) return;
        fixed (T* from = packed)
        fixed (T* to = destination) layout.Unpack(from, 0, layout.Rows(destination.Length), to);
    }

    /// <summary>Adds packed rows to what stands where they lie.</summary>
    public static void Add<T>(RowLayout layout, ReadOnlySpan<T> packed, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (destination.IsEmpty) return;
        fixed (T* from = packed)
        fixed (T* to = destination) layout.Add(from, 0, layout.Rows(destination.Length), to);
    }
}
