using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>Bytes of a mask.</summary>
internal static unsafe class ByteMask
{
    /// <summary>All ones for each of the sixteen, eight, four or two bytes of a register's lanes that is 0; of those past <paramref name="count"/> nothing is read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<sbyte> Zeros(byte* p, int count, int lanes)
    {
        Vector128<sbyte> bytes = default;
        if (count < lanes) Unsafe.CopyBlockUnaligned(&bytes, p, (uint)count);
        else if (lanes == 16) bytes = Vector128.Load((sbyte*)p);
        else if (lanes == 8) bytes = Vector128.CreateScalar(Unsafe.ReadUnaligned<ulong>(p)).AsSByte();
        else if (lanes == 4) bytes = Vector128.CreateScalar(Unsafe.ReadUnaligned<uint>(p)).AsSByte();
        else bytes = Vector128.CreateScalar(Unsafe.ReadUnaligned<ushort>(p)).AsSByte();
        return Vector128.Equals(bytes, Vector128<sbyte>.Zero);
    }
}
