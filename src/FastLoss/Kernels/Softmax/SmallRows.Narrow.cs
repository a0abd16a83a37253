using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>A row at a time in 128-bit registers, with the bits of the 512-bit trees.</summary>
internal static unsafe partial class SmallRows
{
    /// <summary>
    /// The row as the quarters of one vector (the second vector's added to the first's), halved: (q0 + q2) + (q1 + q3), and
    /// again within the quarter.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T NarrowSum<T, TLabelled>(T* e, int classCount, int* label)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabelled : struct, IFlag
    {
        int skip = TLabelled.Value ? *label : -1;
        Vector128<T> sum = (Quarter(e, 0, classCount, skip) + Quarter(e, 2, classCount, skip))
            + (Quarter(e, 1, classCount, skip) + Quarter(e, 3, classCount, skip));
        if (typeof(T) == typeof(double)) return sum[0] + sum[1];
        Vector128<float> four = sum.AsSingle();
        Vector128<float> two = four + Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1));
        return (two + Vector128.Shuffle(two, Vector128.Create(1, 0, 3, 2))).As<float, T>().ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> Quarter<T>(T* e, int quarter, int classCount, int skip)
        where T : unmanaged
    {
        int start = quarter * Vector128<T>.Count;
        if (start >= classCount) return Vector128<T>.Zero;
        Vector128<T> v = Counted(e, start, classCount, skip);
        int second = start + Vector512<T>.Count;
        return second < classCount ? v + Counted(e, second, classCount, skip) : v;
    }

    /// <summary>Elements from <paramref name="start"/>, with zeros past the row's end and for the label.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> Counted<T>(T* e, int start, int classCount, int skip)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            Vector128<int> index = Vector128<int>.Indices + Vector128.Create(start);
            Vector128<int> counted = Vector128.LessThan(index, Vector128.Create(classCount));
            return Vector128.Load(e + start)
                & Vector128.AndNot(counted, Vector128.Equals(index, Vector128.Create(skip))).As<int, T>();
        }
        else
        {
            Vector128<long> index = Vector128<long>.Indices + Vector128.Create((long)start);
            Vector128<long> counted = Vector128.LessThan(index, Vector128.Create((long)classCount));
            return Vector128.Load(e + start)
                & Vector128.AndNot(counted, Vector128.Equals(index, Vector128.Create((long)skip))).As<long, T>();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void NarrowPerRow<T, TStep>(T* source, T* destination, int classCount, T first, T second)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TStep : struct, IPerRowStep<T>
    {
        int lanes = Vector128<T>.Count;
        int i = 0;
        Vector128<T> a = Vector128.Create(first), b = Vector128.Create(second);
        if (classCount < lanes)
        {
            for (; i < classCount; i++) destination[i] = TStep.Of(Vector128.CreateScalarUnsafe(source[i]), a, b).ToScalar();
            return;
        }

        // The last vector overlaps the one before it; read first, because the destination may be the source.
        Vector128<T> last = Vector128.Load(source + classCount - lanes);
        for (; i <= classCount - lanes; i += lanes) TStep.Of(Vector128.Load(source + i), a, b).Store(destination + i);
        TStep.Of(last, a, b).Store(destination + classCount - lanes);
    }
}
