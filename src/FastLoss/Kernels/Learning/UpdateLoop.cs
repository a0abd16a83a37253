using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>
/// The one loop of the optimizers: reads parameters, gradient and slots once, writes parameters and slots once. Elements do not depend on
/// each other, so neither the register nor the number of threads changes a bit.
/// </summary>
internal static unsafe class UpdateLoop
{
    /// <summary>Elements a thread takes at a time, 30 us where memory is the limit.</summary>
    private const int TaskLength = 1 << 15;

    public static void Run<T, TUpdate>(in UpdateSpans<T> spans, TUpdate update, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TUpdate : struct, IUpdate
    {
        fixed (T* parameters = spans.Parameters, gradient = spans.Gradient)
        fixed (T* first = spans.First, second = spans.Second, third = spans.Third)
        {
            Arrays<T> arrays = new() { Parameters = parameters, Gradient = gradient, First = first, Second = second, Third = third };
            int n = spans.Parameters.Length;
            Part<T, TUpdate> part = new(arrays, n, update);
            if (Chunks.IsParallel(n, threads)) Chunks.For(Chunks.Count(n, TaskLength), n, threads, part);
            else part.Run(0, n);
        }
    }

    private struct Arrays<T>
        where T : unmanaged
    {
        public T* Parameters, Gradient, First, Second, Third;

        public readonly Arrays<T> From(nint i) => new()
        {
            Parameters = Parameters + i,
            Gradient = Gradient + i,
            First = First + i,
            Second = Second + i,
            Third = Third + i,
        };
    }

    private readonly struct Part<T, TUpdate>(Arrays<T> arrays, nint length, TUpdate update) : IChunkBody
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TUpdate : struct, IUpdate
    {
        public void Run(int chunk)
        {
            nint start = (nint)chunk * TaskLength;
            Run(start, Math.Min(length, start + TaskLength));
        }

        public void Run(nint start, nint end)
        {
            Arrays<T> here = arrays.From(start);
            Dispatch.Run<T, Pass<T, TUpdate>, bool>(new(&here, end - start, update));
        }
    }

    private readonly struct Pass<T, TUpdate>(Arrays<T>* arrays, nint n, TUpdate update) : IKernel<T, bool>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TUpdate : struct, IUpdate
    {
        public bool Run<V>()
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            nint whole = n & -V.Count;
            if (whole > 0) Registers<V, T, TUpdate>(*arrays, whole, update);
            if (whole < n) Rest<V, T, TUpdate>(arrays->From(whole), (int)(n - whole), update);
            return true;
        }
    }

    /// <summary>Whole registers; n is a multiple of one.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Registers<V, T, TUpdate>(in Arrays<T> from, nint n, in TUpdate by)
        where V : unmanaged, IPacked<V, T>, IVector<V>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TUpdate : struct, IUpdate
    {
        // Copies of its own are kept in registers, and what an update makes of its numbers is computed once.
        Arrays<T> arrays = from;
        TUpdate update = by;
        for (nint i = 0; i < n; i += V.Count)
        {
            V first = TUpdate.SlotCount > 0 ? V.Load(arrays.First + i) : default;
            V second = TUpdate.SlotCount > 1 ? V.Load(arrays.Second + i) : default;
            V third = TUpdate.SlotCount > 2 ? V.Load(arrays.Third + i) : default;
            V moved = update.Apply(V.Load(arrays.Parameters + i), V.Load(arrays.Gradient + i), ref first, ref second, ref third);
            V.Store(moved, arrays.Parameters + i);
            if (TUpdate.SlotCount > 0) V.Store(first, arrays.First + i);
            if (TUpdate.SlotCount > 1) V.Store(second, arrays.Second + i);
            if (TUpdate.SlotCount > 2) V.Store(third, arrays.Third + i);
        }
    }

    /// <summary>The last part of a register, by way of a buffer; what becomes of the zeros past the end is dropped.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Rest<V, T, TUpdate>(in Arrays<T> arrays, int count, in TUpdate update)
        where V : unmanaged, IPacked<V, T>, IVector<V>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TUpdate : struct, IUpdate
    {
        T* buffer = Scratch.Take(stackalloc T[Scratch.Room<T>(5 * V.Count)]);
        Arrays<T> local = new()
        {
            Parameters = buffer,
            Gradient = buffer + V.Count,
            First = buffer + (2 * V.Count),
            Second = buffer + (3 * V.Count),
            Third = buffer + (4 * V.Count),
        };
        V.Store(V.LoadFirst(arrays.Parameters, count), local.Parameters);
        V.Store(V.LoadFirst(arrays.Gradient, count), local.Gradient);
        if (TUpdate.SlotCount > 0) V.Store(V.LoadFirst(arrays.First, count), local.First);
        if (TUpdate.SlotCount > 1) V.Store(V.LoadFirst(arrays.Second, count), local.Second);
        if (TUpdate.SlotCount > 2) V.Store(V.LoadFirst(arrays.Third, count), local.Third);
        Registers<V, T, TUpdate>(local, V.Count, update);
        new ReadOnlySpan<T>(local.Parameters, count).CopyTo(new(arrays.Parameters, count));
        if (TUpdate.SlotCount > 0) new ReadOnlySpan<T>(local.First, count).CopyTo(new(arrays.First, count));
        if (TUpdate.SlotCount > 1) new ReadOnlySpan<T>(local.Second, count).CopyTo(new(arrays.Second, count));
        if (TUpdate.SlotCount > 2) new ReadOnlySpan<T>(local.Third, count).CopyTo(new(arrays.Third, count));
        Scratch.Check(buffer, 5 * V.Count);
    }
}
