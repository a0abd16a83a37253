using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace FastLoss.Kernels;

/// <summary>
/// 2^(j/16) 2^exponent in the form each register's look-up wants. With a scaling instruction: the entries. Without, powers of two are
/// made by integer addition on the exponent; adding k &lt;&lt; 19 to a float's bits also adds the index j = k mod 16 to its
/// mantissa, so the entries have it subtracted beforehand. Doubles of narrow registers are gathered from memory.
/// </summary>
internal readonly unsafe struct ExpTable<T>
    where T : unmanaged
{
    /// <summary>The 16 floats or the first 8 doubles; the other 8 doubles.</summary>
    public readonly Vector512<T> Low, High;

    /// <summary>For narrow registers: the first and the last 8 floats without their index; for doubles the exponent to add.</summary>
    public readonly Vector256<T> First, Second;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ExpTable(int exponent, long power)
    {
        if (Avx512F.IsSupported)
        {
            Vector512<T> scale = typeof(T) == typeof(float)
                ? Vector512.Create((127 + exponent) << 23).As<int, T>()
                : Vector512.Create((1023L + exponent) << 52).As<long, T>();
            Low = ExpEntries.Low<T>() * scale;
            High = ExpEntries.High<T>() * scale;
        }
        else if (typeof(T) == typeof(float))
        {
            Vector256<int> scale = Vector256.Create((int)(exponent - power) << 23);
            Vector256<int> index = Vector256<int>.Indices << 19;
            First = (Vector256.Create(ExpEntries.Single).AsInt32() + scale - index).As<int, T>();
            Second = (Vector256.Create(ExpEntries.Single[8..]).AsInt32() + scale - index - Vector256.Create(8 << 19)).As<int, T>();
        }
        else
        {
            First = Vector256.Create((exponent - power) << 52).As<long, T>();
        }
    }
}

/// <summary>Look-ups that are no instruction.</summary>
internal static unsafe class ExpTable
{
    /// <summary>The bits of the 16 doubles; part of the assembly's image, so they never move.</summary>
    public static long* DoubleBits
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (long*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(ExpEntries.Double));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Lookup<T>(in ExpTable<T> table, Vector128<int> index)
        where T : unmanaged
    {
        index &= Vector128.Create(15);
        if (AdvSimd.Arm64.IsSupported)
        {
            // Each 4-byte entry is looked up as bytes 4j, 4j+1, 4j+2, 4j+3.
            Vector128<byte> bytes = ((index * Vector128.Create(0x04040404)) + Vector128.Create(0x03020100)).AsByte();
            return AdvSimd.Arm64.VectorTableLookup(
                (table.First.AsByte().GetLower(), table.First.AsByte().GetUpper(), table.Second.AsByte().GetLower(), table.Second.AsByte().GetUpper()),
                bytes).AsInt32();
        }

        ref int e = ref Unsafe.As<Vector256<T>, int>(ref Unsafe.AsRef(in table.First)); // the second half lies behind it
        return Vector128.Create(
            Unsafe.Add(ref e, index[0]), Unsafe.Add(ref e, index[1]), Unsafe.Add(ref e, index[2]), Unsafe.Add(ref e, index[3]));
    }
}
