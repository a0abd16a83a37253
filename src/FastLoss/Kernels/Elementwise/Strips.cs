using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>
/// Light operators that sum and write, a block at a time in strips: four registers of each group, whose accumulators stay in registers.
/// Squared error with gradient takes 0.15 ns an element, with the accumulators in memory 0.33. A block of 512 elements lies in the first
/// cache, so its strips read no memory twice.
/// </summary>
internal static unsafe class Strips<V, T, TOperator>
    where V : unmanaged, IPacked<V, T>, IVector<V>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TOperator : struct, IElementOperator
{
    public static bool AreUsed
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (TOperator.Parts & (ElementParts.Light | ElementParts.Sum)) == (ElementParts.Light | ElementParts.Sum)
            && !Groups<V, T, TOperator>.AreUsed;
    }

    /// <summary>
    /// The elements from 0 to end, a multiple of the group. Of a block that more elements follow the lanes are left in the sum. A strip's
    /// registers are those that a block's end adds up, so that of other blocks no lane is stored.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run(in ElementArrays<T> from, nint end, bool isLast, in TOperator by, ElementSum* sum)
    {
        ElementArrays<T> arrays = from;
        TOperator operation = by;
        V ofDerivative = (TOperator.Parts & ElementParts.Scaled) != 0 ? operation.Scale.OfDerivative<V>() : default;
        V ofWeight = (TOperator.Parts & ElementParts.Scaled) != 0 ? operation.Scale.OfWeight<V>() : default;
        nint quarter = ElementSum.LaneCount<T>() / 4;
        for (nint block = 0; block < end; block += ElementSum.BlockLength)
        {
            nint blockEnd = Math.Min(end, block + ElementSum.BlockLength);
            for (nint lane = 0; lane < quarter; lane += V.Count)
            {
                V a0 = 0, a1 = a0, a2 = a0, a3 = a0;
                for (nint i = block + lane; i < blockEnd; i += 4 * quarter)
                {
                    Add(arrays, i, operation, ofDerivative, ofWeight, ref a0);
                    Add(arrays, i + quarter, operation, ofDerivative, ofWeight, ref a1);
                    Add(arrays, i + (2 * quarter), operation, ofDerivative, ofWeight, ref a2);
                    Add(arrays, i + (3 * quarter), operation, ofDerivative, ofWeight, ref a3);
                }

                if (isLast || blockEnd == block + ElementSum.BlockLength) ElementSum.AddQuarters<T, V>(sum, a0, a1, a2, a3, lane);
                else ElementSum.KeepQuarters<T, V>(sum, a0, a1, a2, a3, lane);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(in ElementArrays<T> arrays, nint i, in TOperator operation, V ofDerivative, V ofWeight, ref V sum)
    {
        V second = (TOperator.Parts & ElementParts.Second) != 0 ? V.Load(arrays.Second + i) : default;
        V third = (TOperator.Parts & ElementParts.Third) != 0 ? V.Load(arrays.Third + i) : default;
        V weight = (TOperator.Parts & ElementParts.Weight) != 0 ? V.Load(arrays.Weights + i) : default;
        V result = operation.Apply(V.Load(arrays.First + i), second, third, weight, ref sum, out V secondResult);
        if ((TOperator.Parts & ElementParts.Scaled) != 0)
        {
            result = result * ofDerivative * ofWeight;
            secondResult = secondResult * ofDerivative * ofWeight;
        }

        if ((TOperator.Parts & ElementParts.Result) != 0) V.Store(result, arrays.Results + i);
        if ((TOperator.Parts & ElementParts.SecondResult) != 0) V.Store(secondResult, arrays.SecondResults + i);
    }
}
