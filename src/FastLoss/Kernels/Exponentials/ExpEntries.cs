using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace FastLoss.Kernels;

/// <summary>
/// 2^(j/16) for j = 0..15, correctly rounded. Sixteen entries are one register permute with AVX-512 (two for double),
/// two permutes with AVX2 and one table look-up with NEON.
/// </summary>
internal static unsafe class ExpEntries
{
    public static ReadOnlySpan<float> Single =>
    [
        1.0f, 1.0442737340927124f, 1.0905077457427979f, 1.1387885808944702f,
        1.1892070770263672f, 1.2418577671051025f, 1.2968395948410034f, 1.3542555570602417f,
        1.4142135381698608f, 1.4768261909484863f, 1.5422108173370361f, 1.610490322113037f,
        1.6817928552627563f, 1.7562521696090698f, 1.8340080976486206f, 1.9152065515518188f,
    ];

    public static ReadOnlySpan<double> Double =>
    [
        1.0, 1.0442737824274138, 1.0905077326652577, 1.1387886347566916,
        1.189207115002721, 1.241857812073484, 1.2968395546510096, 1.3542555469368927,
        1.4142135623730951, 1.4768261459394993, 1.5422108254079407, 1.6104903319492543,
        1.681792830507429, 1.7562521603732995, 1.8340080864093424, 1.9152065613971474,
    ];

    /// <summary>The 16 floats, or the first 8 doubles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Low<T>() =>
        typeof(T) == typeof(float) ? Vector512.Create(Single).As<float, T>() : Vector512.Create(Double).As<double, T>();

    /// <summary>The last 8 doubles; floats need no second vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> High<T>() =>
        typeof(T) == typeof(float) ? default : Vector512.Create(Double[8..]).As<double, T>();

    /// <summary>Entry (index mod 16) in every lane; <paramref name="index"/> holds integers as wide as T.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Lookup<T>(Vector512<T> low, Vector512<T> high, Vector512<T> index) =>
        typeof(T) == typeof(float)
            ? LookupSingle(low.AsSingle(), index.AsInt32()).As<float, T>()
            : LookupDouble(low.AsDouble(), high.AsDouble(), index.AsInt64()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> LookupSingle(Vector512<float> table, Vector512<int> index)
    {
        if (Avx512F.IsSupported) return Avx512F.PermuteVar16x32(table, index);
        if (Avx2.IsSupported)
        {
            return Vector512.Create(
                LookupSingle(table.GetLower(), table.GetUpper(), index.GetLower()),
                LookupSingle(table.GetLower(), table.GetUpper(), index.GetUpper()));
        }

        if (AdvSimd.Arm64.IsSupported)
        {
            // Each 4-byte entry is looked up as bytes 4j, 4j+1, 4j+2, 4j+3.
            Vector512<byte> bytes = (((index & Vector512.Create(15)) * Vector512.Create(0x04040404))
                + Vector512.Create(0x03020100)).AsByte();
            (Vector128<byte>, Vector128<byte>, Vector128<byte>, Vector128<byte>) entries = (
                table.AsByte().GetLower().GetLower(), table.AsByte().GetLower().GetUpper(),
                table.AsByte().GetUpper().GetLower(), table.AsByte().GetUpper().GetUpper());
            return Vector512.Create(
                Vector256.Create(
                    AdvSimd.Arm64.VectorTableLookup(entries, bytes.GetLower().GetLower()),
                    AdvSimd.Arm64.VectorTableLookup(entries, bytes.GetLower().GetUpper())),
                Vector256.Create(
                    AdvSimd.Arm64.VectorTableLookup(entries, bytes.GetUpper().GetLower()),
                    AdvSimd.Arm64.VectorTableLookup(entries, bytes.GetUpper().GetUpper()))).AsSingle();
        }

        Vector512<float> result = default;
        for (int i = 0; i < 16; i++) ((float*)&result)[i] = ((float*)&table)[((int*)&index)[i] & 15];
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> LookupSingle(Vector256<float> low, Vector256<float> high, Vector256<int> index) =>
        Avx.BlendVariable(
            Avx2.PermuteVar8x32(low, index),
            Avx2.PermuteVar8x32(high, index),
            (index << 28).AsSingle()); // bit 3 of the index becomes the sign the blend selects by

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> LookupDouble(Vector512<double> low, Vector512<double> high, Vector512<long> index)
    {
        if (Avx512F.IsSupported) return Avx512F.PermuteVar8x64x2(low, index, high);
        index &= Vector512.Create(15L);
        if (Avx2.IsSupported)
        {
            // The span is a constant of the assembly's image: it never moves.
            double* table = (double*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(Double));
            return Vector512.Create(
                Avx2.GatherVector256(table, index.GetLower(), sizeof(double)),
                Avx2.GatherVector256(table, index.GetUpper(), sizeof(double)));
        }

        Vector512<double> result = default;
        for (int i = 0; i < 8; i++) ((double*)&result)[i] = Double[(int)((long*)&index)[i]];
        return result;
    }
}
