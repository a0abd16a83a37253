using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>
/// An element-wise pass over spans, in chunks of <see cref="ElementLoop.ChunkLength"/> whose sums are added exactly: in any order, on any
/// threads, and with those of other calls, they are the same bits.
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

    /// <summary>
    /// Runs the pass where it is a single chunk without weights, whose sum is a double and needs no exact one: a call of a few elements
    /// costs no more than they do. False, and nothing done, elsewhere.
    /// </summary>
    public static bool TryRunChunk<T, TOperator>(in ElementSpans<T> spans, TOperator operation, out double sum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TOperator : struct, IElementOperator
    {
        sum = 0;
        if ((TOperator.Parts & ElementParts.Weight) != 0 || spans.Length > ElementLoop.ChunkLength || spans.Arrival != Arrival.Replaces)
            return false;
        fixed (T* first = spans.First)
        fixed (T* second = spans.Second)
        fixed (T* third = spans.Third)
        fixed (T* results = spans.Results)
        fixed (T* secondResults = spans.SecondResults)
        {
            // Field by field: what is copied soon after its parts were stored waits for them.
            ElementArrays<T> arrays = default;
            arrays.First = first;
            if ((TOperator.Parts & ElementParts.Second) != 0) arrays.Second = second;
            if ((TOperator.Parts & ElementParts.Third) != 0) arrays.Third = third;
            if ((TOperator.Parts & ElementParts.Result) != 0) arrays.Results = results;
            if ((TOperator.Parts & ElementParts.SecondResult) != 0) arrays.SecondResults = secondResults;
            if (Overwrites<T, TOperator>(arrays)) return false;
            sum = ElementLoop.Run(arrays, spans.Length, operation);
            return true;
        }
    }

    /// <summary>Runs the pass; returns its sum as the nearest double, 0 where it has none.</summary>
    public static double Sum<T, TOperator>(in ElementSpans<T> spans, TOperator operation)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TOperator : struct, IElementOperator =>
        TryRunChunk(spans, operation, out double sum) ? sum : Run(spans, operation).ToDouble();

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
            Pass<T, TOperator> pass = new(arrays, mask, length, operation, spans.Arrival, spans.ThirdPeriod);
            if (Chunks.IsParallel(length, spans.Threads)) return InParallel(pass, length, spans.Threads, ref total);
            PassTotal all = pass.Run(0, length);
            total.Add(all.Weight);
            return all.Sum;
        }
    }

    /// <summary>Elements a thread takes at a time: 20 us of a light loss, and eight tasks of the least that threads are used for.</summary>
    private const int TaskLength = 4 * ElementLoop.ChunkLength;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ExactSum InParallel<T, TOperator>(Pass<T, TOperator> pass, nint length, int threads, ref WeightTotal total)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TOperator : struct, IElementOperator
    {
        int count = Chunks.Count(length, TaskLength);
        PassTotal[] rented = ArrayPool<PassTotal>.Shared.Rent(count);
        ExactSum sum = default;
        fixed (PassTotal* totals = rented)
        {
            Chunks.For(count, length, threads, new Tasks<T, TOperator>(pass, length, totals));
            for (int i = 0; i < count; i++)
            {
                sum.Add(totals[i].Sum);
                total.Add(totals[i].Weight);
            }
        }

        ArrayPool<PassTotal>.Shared.Return(rented);
        return sum;
    }

    /// <summary>What a part of a pass adds up: its own sum, and the weights.</summary>
    private struct PassTotal
    {
        public ExactSum Sum;
        public WeightTotal Weight;
    }

    private readonly struct Tasks<T, TOperator>(Pass<T, TOperator> pass, nint length, PassTotal* totals) : IChunkBody
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TOperator : struct, IElementOperator
    {
        public void Run(int chunk)
        {
            nint start = (nint)chunk * TaskLength;
            totals[chunk] = pass.Run(start, Math.Min(length, start + TaskLength));
        }
    }

    private readonly struct Pass<T, TOperator>(
        ElementArrays<T> arrays, bool* mask, nint length, TOperator operation, Arrival arrival, int thirdPeriod)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TOperator : struct, IElementOperator
    {
        /// <summary>The elements from a multiple of the chunk to the end.</summary>
        [SkipLocalsInit]
        public PassTotal Run(nint start, nint end)
        {
            int chunk = (int)Math.Min(ElementLoop.ChunkLength, length);
            bool buffers = arrival != Arrival.Replaces || Overwrites<T, TOperator>(arrays);
            T* weights = stackalloc T[(TOperator.Parts & ElementParts.Weight) != 0 && mask != null ? chunk : 1];
            T* results = stackalloc T[buffers ? chunk : 1];
            T* secondResults = stackalloc T[buffers && (TOperator.Parts & ElementParts.SecondResult) != 0 ? chunk : 1];
            PassTotal total = default;
            for (nint i = start; i < end; i += chunk)
            {
                nint n = Math.Min(chunk, end - i);
                ElementArrays<T> part = arrays.From(i);
                if ((TOperator.Parts & ElementParts.Third) != 0 && thirdPeriod != 0) part.Third = arrays.Third + (i % thirdPeriod);
                if ((TOperator.Parts & ElementParts.Weight) != 0)
                {
                    part.Weights = ElementWeights.Of(arrays.Weights, mask, i, n, weights);
                    total.Weight.Add(part.Weights, n);
                }

                if (buffers)
                {
                    part.Results = results;
                    part.SecondResults = secondResults;
                }

                total.Sum.Add(ElementLoop.Run(part, n, operation));
                if (!buffers) continue;
                if ((TOperator.Parts & ElementParts.Result) != 0) Arrive(results, arrays.Results + i, (int)n);
                if ((TOperator.Parts & ElementParts.SecondResult) != 0) Arrive(secondResults, arrays.SecondResults + i, (int)n);
            }

            return total;
        }

        private void Arrive(T* buffer, T* destination, int n)
        {
            ReadOnlySpan<T> results = new(buffer, n);
            Span<T> there = new(destination, n);
            if (arrival == Arrival.Replaces) results.CopyTo(there);
            else if (arrival == Arrival.IsAdded) CountedRows.Add(results, there);
        }
    }

    /// <summary>
    /// Floats whose sum overflows are summed again in double (<see cref="ElementLoop"/>): so what is written over an input waits in a
    /// buffer until the chunk has been summed.
    /// </summary>
    private static bool Overwrites<T, TOperator>(in ElementArrays<T> arrays)
        where T : unmanaged
        where TOperator : struct, IElementOperator =>
        typeof(T) == typeof(float) && (TOperator.Parts & ElementParts.Sum) != 0 && (TOperator.Parts & ElementParts.Result) != 0
            && (IsInput(arrays, arrays.Results) || ((TOperator.Parts & ElementParts.SecondResult) != 0 && IsInput(arrays, arrays.SecondResults)));

    private static bool IsInput<T>(in ElementArrays<T> arrays, T* results)
        where T : unmanaged =>
        results == arrays.First || results == arrays.Second || results == arrays.Third || results == arrays.Weights;
}
