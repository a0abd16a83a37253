using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>
/// The one loop over elements: every element-wise loss, its gradient, both together, activations and their backward passes. The
/// bits depend on the data and their number alone, not on the register.
/// </summary>
internal static unsafe class ElementLoop
{
    /// <summary>What a thread takes at a time, and what is summed before it is added to the total.</summary>
    public const int ChunkLength = 8192;

    /// <summary>Runs the pass over n elements, at most <see cref="ChunkLength"/> where it sums; returns the sum.</summary>
    public static double Run<T, TOperator>(in ElementArrays<T> arrays, nint n, TOperator operation)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TOperator : struct, IElementOperator
    {
        fixed (ElementArrays<T>* p = &arrays) return Dispatch.Run<T, Pass<T, TOperator>, double>(new(p, n, operation));
    }

    private readonly struct Pass<T, TOperator>(ElementArrays<T>* arrays, nint n, TOperator operation) : IKernel<T, double>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TOperator : struct, IElementOperator
    {
        [SkipLocalsInit]
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public double Run<V>()
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            if ((TOperator.Parts & ElementParts.Sum) == 0 && n > V.Count)
            {
                Map<V, T, TOperator>(*arrays, n, operation);
                return 0;
            }

            ElementSum room;
            ElementSum* sum = &room;
            nint done = 0;
            if (Groups<V, T, TOperator>.AreUsed || Strips<V, T, TOperator>.AreUsed) done = n & -ElementSum.LaneCount<T>();
            if ((TOperator.Parts & ElementParts.Sum) != 0) ElementSum.Clear(sum, done < n);
            if (Groups<V, T, TOperator>.AreUsed && done != 0) Groups<V, T, TOperator>.Run(*arrays, done, done == n, operation, sum);
            if (Strips<V, T, TOperator>.AreUsed && done != 0) Strips<V, T, TOperator>.Run(*arrays, done, done == n, operation, sum);

            nint whole = n & -V.Count;
            if (done < whole) Vectors<V, T, TOperator>(*arrays, done, whole, operation, sum);
            if (whole < n) Rest<V, T, TOperator>(*arrays, whole, (int)(n - whole), operation, sum);
            if ((TOperator.Parts & ElementParts.Sum) == 0) return 0;
            if (done < n) ElementSum.EndBlock<T, V>(sum);
            double total = sum->Total;
            return typeof(T) == typeof(float) && !double.IsFinite(total) ? Wide<V, T, TOperator>(*arrays, n, operation) : total;
        }
    }

    /// <summary>
    /// The pass again with each element added in double: where floats that are finite have a sum that is none, or an element is not
    /// finite. It writes what the first pass wrote.
    /// </summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static double Wide<V, T, TOperator>(in ElementArrays<T> arrays, nint n, in TOperator operation)
        where V : unmanaged, IPacked<V, T>, IVector<V>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TOperator : struct, IElementOperator
    {
        ElementSum sum = default;
        V ofDerivative = default, ofWeight = default;
        if ((TOperator.Parts & ElementParts.Scaled) != 0)
        {
            ofDerivative = operation.Scale.OfDerivative<V>();
            ofWeight = operation.Scale.OfWeight<V>();
        }

        nint whole = n & -V.Count;
        for (nint i = 0; i < whole; i += V.Count)
        {
            V added = 0;
            V second = (TOperator.Parts & ElementParts.Second) != 0 ? V.Load(arrays.Second + i) : default;
            V third = (TOperator.Parts & ElementParts.Third) != 0 ? V.Load(arrays.Third + i) : default;
            V weight = (TOperator.Parts & ElementParts.Weight) != 0 ? V.Load(arrays.Weights + i) : default;
            V result = operation.Apply(V.Load(arrays.First + i), second, third, weight, ref added, out V secondResult);
            if ((TOperator.Parts & ElementParts.Scaled) != 0)
            {
                result = result * ofDerivative * ofWeight;
                secondResult = secondResult * ofDerivative * ofWeight;
            }

            if ((TOperator.Parts & ElementParts.Result) != 0) V.Store(result, arrays.Results + i);
            if ((TOperator.Parts & ElementParts.SecondResult) != 0) V.Store(secondResult, arrays.SecondResults + i);
            ElementSum.AddWide<T, V>(&sum, i, added);
        }

        if (whole < n)
        {
            Rest<V, T, TOperator>(arrays, whole, (int)(n - whole), operation, &sum);
            ElementSum.AddWide<T, V>(&sum, whole, V.Load(ElementSum.Lane<T>(&sum, whole)));
        }

        return sum.Total;
    }

    /// <summary>
    /// Whole registers from a multiple of the register on, one at a time with the accumulators in memory. One copy of the
    /// formula and no call: a method body has a budget of inlined operations, which grows with what is written in it (so loads and
    /// stores are written out here), and a constant does not outlive a call in its register.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Vectors<V, T, TOperator>(in ElementArrays<T> from, nint start, nint end, in TOperator by, ElementSum* sum)
        where V : unmanaged, IPacked<V, T>, IVector<V>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TOperator : struct, IElementOperator
    {
        // Copies of its own are kept in registers, and what an operator makes of its numbers is computed once.
        ElementArrays<T> arrays = from;
        TOperator operation = by;
        V ofDerivative = default, ofWeight = default;
        if ((TOperator.Parts & ElementParts.Scaled) != 0)
        {
            ofDerivative = operation.Scale.OfDerivative<V>();
            ofWeight = operation.Scale.OfWeight<V>();
        }

        for (nint i = start; i < end;)
        {
            nint blockEnd = end;
            if ((TOperator.Parts & ElementParts.Sum) != 0)
            {
                if (ElementSum.StartsBlock(i)) ElementSum.EndBlock<T, V>(sum);
                blockEnd = Math.Min(end, (i & -ElementSum.BlockLength) + ElementSum.BlockLength);
            }

            for (; i < blockEnd; i += V.Count)
            {
                T* lane = null;
                V added = default;
                if ((TOperator.Parts & ElementParts.Sum) != 0)
                {
                    lane = ElementSum.Lane<T>(sum, i);
                    added = V.Load(lane);
                }

                V second = (TOperator.Parts & ElementParts.Second) != 0 ? V.Load(arrays.Second + i) : default;
                V third = (TOperator.Parts & ElementParts.Third) != 0 ? V.Load(arrays.Third + i) : default;
                V weight = (TOperator.Parts & ElementParts.Weight) != 0 ? V.Load(arrays.Weights + i) : default;
                V result = operation.Apply(V.Load(arrays.First + i), second, third, weight, ref added, out V secondResult);
                if ((TOperator.Parts & ElementParts.Scaled) != 0)
                {
                    result = result * ofDerivative * ofWeight;
                    secondResult = secondResult * ofDerivative * ofWeight;
                }

                if ((TOperator.Parts & ElementParts.Result) != 0) V.Store(result, arrays.Results + i);
                if ((TOperator.Parts & ElementParts.SecondResult) != 0) V.Store(secondResult, arrays.SecondResults + i);
                if ((TOperator.Parts & ElementParts.Sum) != 0) V.Store(added, lane);
            }
        }
    }

    /// <summary>
    /// A pass without a sum over more than a register: the last one reaches back over elements that were done before. What it reads is
    /// kept from before they were, since the results may be written over it. 10 ns less a call than <see cref="Rest"/>.
    /// </summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Map<V, T, TOperator>(in ElementArrays<T> arrays, nint n, in TOperator operation)
        where V : unmanaged, IPacked<V, T>, IVector<V>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TOperator : struct, IElementOperator
    {
        T* buffer = stackalloc T[4 * V.Count];
        nint last = n - V.Count;
        ElementArrays<T> local = arrays;
        local.First = Keep<V, T>(arrays.First + last, buffer) - last;
        if ((TOperator.Parts & ElementParts.Second) != 0) local.Second = Keep<V, T>(arrays.Second + last, buffer + V.Count) - last;
        if ((TOperator.Parts & ElementParts.Third) != 0) local.Third = Keep<V, T>(arrays.Third + last, buffer + (2 * V.Count)) - last;
        if ((TOperator.Parts & ElementParts.Weight) != 0) local.Weights = Keep<V, T>(arrays.Weights + last, buffer + (3 * V.Count)) - last;
        Vectors<V, T, TOperator>(arrays, 0, (n - 1) & -V.Count, operation, null);
        Vectors<V, T, TOperator>(local, last, n, operation, null);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T* Keep<V, T>(T* source, T* buffer)
        where V : unmanaged, IPacked<V, T>, IVector<V>
        where T : unmanaged
    {
        V.Store(V.Load(source), buffer);
        return buffer;
    }

    /// <summary>
    /// The last part of a register, by way of a buffer; what the operator computes of the zeros past the end is dropped, since
    /// their loss need not be 0.
    /// </summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Rest<V, T, TOperator>(in ElementArrays<T> arrays, nint start, int count, in TOperator operation, ElementSum* sum)
        where V : unmanaged, IPacked<V, T>, IVector<V>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TOperator : struct, IElementOperator
    {
        T* buffer = stackalloc T[6 * V.Count];
        ElementArrays<T> local = default;
        local.First = Read<V, T>(arrays.First + start, buffer, count) - start;
        if ((TOperator.Parts & ElementParts.Second) != 0) local.Second = Read<V, T>(arrays.Second + start, buffer + V.Count, count) - start;
        if ((TOperator.Parts & ElementParts.Third) != 0) local.Third = Read<V, T>(arrays.Third + start, buffer + (2 * V.Count), count) - start;
        if ((TOperator.Parts & ElementParts.Weight) != 0) local.Weights = Read<V, T>(arrays.Weights + start, buffer + (3 * V.Count), count) - start;
        T* results = buffer + (4 * V.Count), secondResults = buffer + (5 * V.Count);
        local.Results = results - start;
        local.SecondResults = secondResults - start;
        T* lane = ElementSum.Lane<T>(sum, start);
        V before = default;
        if ((TOperator.Parts & ElementParts.Sum) != 0)
        {
            if (ElementSum.StartsBlock(start)) ElementSum.EndBlock<T, V>(sum);
            before = V.Load(lane);
        }

        Vectors<V, T, TOperator>(local, start, start + V.Count, operation, sum);
        if ((TOperator.Parts & ElementParts.Sum) != 0) V.Store(V.Where(V.FirstLanes(count), V.Load(lane), before), lane);
        if ((TOperator.Parts & ElementParts.Result) != 0) new ReadOnlySpan<T>(results, count).CopyTo(new Span<T>(arrays.Results + start, count));
        if ((TOperator.Parts & ElementParts.SecondResult) != 0) new ReadOnlySpan<T>(secondResults, count).CopyTo(new Span<T>(arrays.SecondResults + start, count));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T* Read<V, T>(T* source, T* buffer, int count)
        where V : unmanaged, IPacked<V, T>, IVector<V>
        where T : unmanaged
    {
        V.Store(V.LoadFirst(source, count), buffer);
        return buffer;
    }
}
