using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>
/// Light operators that only sum, over whole groups, as many elements as a sum has lanes, with all accumulators in registers: squared
/// errors take 0.08 ns an element, with them in memory 0.12. Eight copies of a value and a derivative would be past the JIT's budget
/// (<see cref="Strips{V, T, TOperator}"/>), and registers of 128 bits are too few.
/// </summary>
internal static unsafe class Groups<V, T, TOperator>
    where V : unmanaged, IPacked<V, T>, IVector<V>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TOperator : struct, IElementOperator
{
    public static bool AreUsed
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (TOperator.Parts & (ElementParts.Light | ElementParts.Sum | ElementParts.Result)) == (ElementParts.Light | ElementParts.Sum)
            && ElementSum.LaneCount<T>() <= 8 * V.Count;
    }

    /// <summary>The elements from 0 to end, a multiple of the group. Of a block that more elements follow the lanes are left in the sum.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run(in ElementArrays<T> from, nint end, bool isLast, in TOperator by, ElementSum* sum)
    {
        ElementArrays<T> arrays = from;
        TOperator operation = by;
        for (nint i = 0; i < end;)
        {
            V a0 = 0, a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0;
            bool isWhole = isLast || end - i >= ElementSum.BlockLength;
            nint blockEnd = Math.Min(end, i + ElementSum.BlockLength);
            for (; i < blockEnd; i += ElementSum.LaneCount<T>())
            {
                Add(arrays, i, operation, ref a0);
                Add(arrays, i + V.Count, operation, ref a1);
                Add(arrays, i + (2 * V.Count), operation, ref a2);
                Add(arrays, i + (3 * V.Count), operation, ref a3);
                if (ElementSum.LaneCount<T>() == 4 * V.Count) continue;
                Add(arrays, i + (4 * V.Count), operation, ref a4);
                Add(arrays, i + (5 * V.Count), operation, ref a5);
                Add(arrays, i + (6 * V.Count), operation, ref a6);
                Add(arrays, i + (7 * V.Count), operation, ref a7);
            }

            if (ElementSum.LaneCount<T>() == 4 * V.Count)
            {
                End(sum, isWhole, a0, a1, a2, a3, 0);
            }
            else
            {
                End(sum, isWhole, a0, a2, a4, a6, 0);
                End(sum, isWhole, a1, a3, a5, a7, V.Count);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void End(ElementSum* sum, bool isWhole, V a, V b, V c, V d, nint lane)
    {
        if (isWhole) ElementSum.AddQuarters<T, V>(sum, a, b, c, d, lane);
        else ElementSum.KeepQuarters<T, V>(sum, a, b, c, d, lane);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(in ElementArrays<T> arrays, nint i, TOperator operation, ref V sum)
    {
        V second = (TOperator.Parts & ElementParts.Second) != 0 ? V.Load(arrays.Second + i) : default;
        V third = (TOperator.Parts & ElementParts.Third) != 0 ? V.Load(arrays.Third + i) : default;
        V weight = (TOperator.Parts & ElementParts.Weight) != 0 ? V.Load(arrays.Weights + i) : default;
        operation.Apply(V.Load(arrays.First + i), second, third, weight, ref sum, out _);
    }
}
