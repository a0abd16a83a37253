using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>
/// An element-wise pass over spans, in chunks of <see cref="ElementLoop.ChunkLength"/> whose sums are added exactly: in any order, and with those of other
/// calls, they are the same bits.
/// </summary>
internal static unsafe class ElementPass
{
    /// <summary>Runs the pass; returns its sum.</summary>
    public static ExactSum Run<T, TOperator>(in ElementSpans<T> spans, TOperator operation)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TOperator : struct, IElementOperator
    {
        WeightTotal total = default;
        return Run(spans, operation, ref total);
    }

    /// <summary>Runs the pass; returns its sum, and adds the weights, where there are any, to the total.</summary>
    public static ExactSum Run<T, TOperator>(in ElementSpans<T> spans, TOperator operation, ref WeightTotal total)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TOperator : struct, IElementOperator
    {
        fixed (T* first = spans.First)
        fixed (T* second = spans.Second)
        fixed (T* third = spans.Third)
        fixed (T* weights = spans.Weights)
        fixed (bool* mask = spans.Mask)
        fixed (T* results = spans.Results)
        fixed (T* secondResults = spans.SecondResults)
        {
            ElementArrays<T> arrays = new()
            {
                First = first,
                Second = second,
                Third = third,
                Weights = weights,
                Results = results,
                SecondResults = secondResults,
            };
            nint length = spans.Length;
            if (!TOperator.Weighs && length <= ElementLoop.ChunkLength && !Overwrites<T, TOperator>(arrays))
            {
                return ExactSum.Of(ElementLoop.Run(arrays, length, operation));
            }

            return Chunks(arrays, mask, length, operation, ref total);
        }
    }

    [SkipLocalsInit]
    private static ExactSum Chunks<T, TOperator>(
        in ElementArrays<T> arrays, bool* mask, nint length, TOperator operation, ref WeightTotal total)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TOperator : struct, IElementOperator
    {
        int chunk = (int)Math.Min(ElementLoop.ChunkLength, length);
        bool overwrites = Overwrites<T, TOperator>(arrays);
        T* weights = stackalloc T[TOperator.Weighs && mask != null ? chunk : 1];
        T* results = stackalloc T[overwrites ? chunk : 1];
        T* secondResults = stackalloc T[overwrites && TOperator.WritesSecond ? chunk : 1];
        ExactSum sum = default;
        for (nint i = 0; i < length; i += chunk)
        {
            nint n = Math.Min(chunk, length - i);
            ElementArrays<T> part = arrays.From(i);
            if (TOperator.Weighs)
            {
                part.Weights = ElementWeights.Of(arrays.Weights, mask, i, n, weights);
                total.Add(part.Weights, n);
            }

            if (overwrites)
            {
                part.Results = results;
                part.SecondResults = secondResults;
            }

            sum.Add(ElementLoop.Run(part, n, operation));
            if (!overwrites) continue;
            new ReadOnlySpan<T>(results, (int)n).CopyTo(new Span<T>(arrays.Results + i, (int)n));
            if (TOperator.WritesSecond) new ReadOnlySpan<T>(secondResults, (int)n).CopyTo(new Span<T>(arrays.SecondResults + i, (int)n));
        }

        return sum;
    }

    /// <summary>
    /// Floats whose sum overflows are summed again in double (<see cref="ElementLoop"/>): so what is written over an input waits in a
    /// buffer until the chunk has been summed.
    /// </summary>
    private static bool Overwrites<T, TOperator>(in ElementArrays<T> arrays)
        where T : unmanaged
        where TOperator : struct, IElementOperator =>
        typeof(T) == typeof(float) && TOperator.Sums && TOperator.Writes
            && (IsInput(arrays, arrays.Results) || (TOperator.WritesSecond && IsInput(arrays, arrays.SecondResults)));

    private static bool IsInput<T>(in ElementArrays<T> arrays, T* results)
        where T : unmanaged =>
        results == arrays.First || results == arrays.Second || results == arrays.Third || results == arrays.Weights;
}
