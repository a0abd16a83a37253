using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FastLoss.Kernels;

/// <summary>
/// The vector operations .NET lacks in generic form, each with one meaning on every machine. Everything above this file
/// is written once over <see cref="Vector512{T}"/>; the JIT makes it one, two or four registers.
/// </summary>
internal static unsafe class Lanes
{
    /// <summary>a * b + c, rounded once.</summary>
    /// <remarks>
    /// Asks for the instruction itself, not for <see cref="SoftwareFma.IsNeeded"/>: the JIT drops the other branch only where it reads the
    /// question in this method. Else every result goes by way of the stack, 1.6 ns an exponential for 0.17 where that is not aligned.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Fma<T>(Vector512<T> a, Vector512<T> b, Vector512<T> c)
    {
        if (System.Runtime.Intrinsics.X86.Fma.IsSupported || !Sse.IsSupported)
        {
            return typeof(T) == typeof(float)
                ? Vector512.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
                : Vector512.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();
        }

        return SoftwareFma.MultiplyAdd(a, b, c);
    }

    /// <summary><paramref name="bound"/> &gt; x ? bound : x. NaN in x stays NaN, which Vector512.Max needs three instructions for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> AtLeast<T>(Vector512<T> bound, Vector512<T> x)
    {
        if (Avx512F.IsSupported)
        {
            return typeof(T) == typeof(float)
                ? Avx512F.Max(bound.AsSingle(), x.AsSingle()).As<float, T>()
                : Avx512F.Max(bound.AsDouble(), x.AsDouble()).As<double, T>();
        }

        if (Avx.IsSupported)
        {
            return typeof(T) == typeof(float)
                ? Vector512.Create(
                    Avx.Max(bound.GetLower().AsSingle(), x.GetLower().AsSingle()),
                    Avx.Max(bound.GetUpper().AsSingle(), x.GetUpper().AsSingle())).As<float, T>()
                : Vector512.Create(
                    Avx.Max(bound.GetLower().AsDouble(), x.GetLower().AsDouble()),
                    Avx.Max(bound.GetUpper().AsDouble(), x.GetUpper().AsDouble())).As<double, T>();
        }

        return Vector512.ConditionalSelect(Vector512.GreaterThan(bound, x), bound, x);
    }

    /// <summary><paramref name="bound"/> &lt; x ? bound : x. NaN in x stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> AtMost<T>(Vector512<T> bound, Vector512<T> x)
    {
        if (Avx512F.IsSupported)
        {
            return typeof(T) == typeof(float)
                ? Avx512F.Min(bound.AsSingle(), x.AsSingle()).As<float, T>()
                : Avx512F.Min(bound.AsDouble(), x.AsDouble()).As<double, T>();
        }

        if (Avx.IsSupported)
        {
            return typeof(T) == typeof(float)
                ? Vector512.Create(
                    Avx.Min(bound.GetLower().AsSingle(), x.GetLower().AsSingle()),
                    Avx.Min(bound.GetUpper().AsSingle(), x.GetUpper().AsSingle())).As<float, T>()
                : Vector512.Create(
                    Avx.Min(bound.GetLower().AsDouble(), x.GetLower().AsDouble()),
                    Avx.Min(bound.GetUpper().AsDouble(), x.GetUpper().AsDouble())).As<double, T>();
        }

        return Vector512.ConditionalSelect(Vector512.LessThan(bound, x), bound, x);
    }

    /// <summary>
    /// mask ? x : otherwise in every lane, for a mask of whole lanes (a comparison's). One blend; without 512-bit registers
    /// Vector512.ConditionalSelect is four bitwise instructions a half.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Select<T>(Vector512<T> mask, Vector512<T> x, Vector512<T> otherwise)
    {
        if (Avx512F.IsSupported || !Avx.IsSupported) return Vector512.ConditionalSelect(mask, x, otherwise);
        return typeof(T) == typeof(float)
            ? Vector512.Create(
                Avx.BlendVariable(otherwise.GetLower().AsSingle(), x.GetLower().AsSingle(), mask.GetLower().AsSingle()),
                Avx.BlendVariable(otherwise.GetUpper().AsSingle(), x.GetUpper().AsSingle(), mask.GetUpper().AsSingle())).As<float, T>()
            : Vector512.Create(
                Avx.BlendVariable(otherwise.GetLower().AsDouble(), x.GetLower().AsDouble(), mask.GetLower().AsDouble()),
                Avx.BlendVariable(otherwise.GetUpper().AsDouble(), x.GetUpper().AsDouble(), mask.GetUpper().AsDouble())).As<double, T>();
    }

    /// <summary>All ones in the lanes below <paramref name="count"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> FirstLanes<T>(int count)
        where T : unmanaged, INumberBase<T> =>
        Vector512.LessThan(Vector512<T>.Indices, Vector512.Create(T.CreateTruncating(count)));

    /// <summary>All ones in lane <paramref name="lane"/> alone; in none when it is not a lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> OneLane<T>(int lane) =>
        typeof(T) == typeof(float)
            ? Vector512.Equals(Vector512<int>.Indices, Vector512.Create(lane)).As<int, T>()
            : Vector512.Equals(Vector512<long>.Indices, Vector512.Create((long)lane)).As<long, T>();

    /// <summary>The first <paramref name="count"/> (0 to a vector's) elements at p, zeros above; not a byte past them is read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> LoadFirst<T>(T* p, int count)
        where T : unmanaged, INumberBase<T>
    {
        if (Avx512F.IsSupported)
        {
            return typeof(T) == typeof(float)
                ? Avx512F.MaskLoad((float*)p, FirstLanes<float>(count), Vector512<float>.Zero).As<float, T>()
                : Avx512F.MaskLoad((double*)p, FirstLanes<double>(count), Vector512<double>.Zero).As<double, T>();
        }

        if (Avx2.IsSupported)
        {
            Vector512<T> mask = FirstLanes<T>(count);
            Vector256<T>* half = (Vector256<T>*)p;
            return typeof(T) == typeof(float)
                ? Vector512.Create(
                    Avx.MaskLoad((float*)half, mask.GetLower().AsSingle()),
                    Avx.MaskLoad((float*)(half + 1), mask.GetUpper().AsSingle())).As<float, T>()
                : Vector512.Create(
                    Avx.MaskLoad((double*)half, mask.GetLower().AsDouble()),
                    Avx.MaskLoad((double*)(half + 1), mask.GetUpper().AsDouble())).As<double, T>();
        }

        Vector512<T> v = Vector512<T>.Zero;
        Unsafe.CopyBlockUnaligned(&v, p, (uint)(count * sizeof(T)));
        return v;
    }

    /// <summary>
    /// The vector at p, of which only the first <paramref name="count"/> lanes count and were stored one by one just before: a vector
    /// waits until such stores have left for the cache, a single element does not: the sum and terms of one row of 64 took 71 ns, and take 51.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> LoadStored<T>(T* p, int count)
        where T : unmanaged => count == 1 ? Vector512.Create(*p) : Vector512.Load(p);

    /// <summary>Writes the first <paramref name="count"/> lanes to p and nothing past them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFirst<T>(Vector512<T> v, T* p, int count)
        where T : unmanaged, INumberBase<T>
    {
        if (Avx512F.IsSupported)
        {
            if (typeof(T) == typeof(float)) Avx512F.MaskStore((float*)p, FirstLanes<float>(count), v.AsSingle());
            else Avx512F.MaskStore((double*)p, FirstLanes<double>(count), v.AsDouble());
            return;
        }

        CopyFirst(v, p, count);
    }

    /// <summary>Also with AVX2: its masked stores are microcode on AMD (a softmax of 1000 took 409 ns, and takes 386).</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void CopyFirst<T>(Vector512<T> v, T* p, int count)
        where T : unmanaged => Unsafe.CopyBlockUnaligned(p, &v, (uint)(count * sizeof(T)));

    /// <summary>The one order in which the four accumulators of a reduction become one vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Fold<T>(Vector512<T> a0, Vector512<T> a1, Vector512<T> a2, Vector512<T> a3) =>
        (a0 + a1) + (a2 + a3);

    /// <summary>The sum of all lanes by halving: upper half onto lower half, down to one lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum<T>(Vector512<T> v)
        where T : unmanaged, INumberBase<T>
    {
        Vector256<T> half = v.GetLower() + v.GetUpper();
        Vector128<T> quarter = half.GetLower() + half.GetUpper();
        return Vector128<T>.Count == 2
            ? quarter[0] + quarter[1]
            : (quarter[0] + quarter[2]) + (quarter[1] + quarter[3]);
    }

    /// <summary>The largest lane by halving; NaN, or not, when a lane is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Max<T>(Vector512<T> v)
        where T : unmanaged, INumber<T>
    {
        Vector256<T> half = Vector256.ConditionalSelect(
            Vector256.GreaterThan(v.GetLower(), v.GetUpper()), v.GetLower(), v.GetUpper());
        Vector128<T> max = Larger(half.GetLower(), half.GetUpper());
        max = Larger(max, Vector128.Shuffle(max.AsInt64(), Vector128.Create(1L, 0)).As<long, T>());
        if (Vector128<T>.Count == 4) max = Larger(max, Vector128.Shuffle(max.AsInt32(), Vector128.Create(1, 0, 3, 2)).As<int, T>());
        return max.ToScalar();
    }

    /// <summary>No branches: which lane is the larger is as random as the data (40 cycles a row).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> Larger<T>(Vector128<T> a, Vector128<T> b) =>
        Vector128.ConditionalSelect(Vector128.GreaterThan(a, b), a, b);
}
