using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>What a map does to one vector.</summary>
internal interface IMapStep<T>
{
    Vector512<T> Of(Vector512<T> x);
}

/// <summary>The one loop from elements to elements.</summary>
internal static unsafe class Map
{
    public static void Run<T, TStep>(ReadOnlySpan<T> x, Span<T> destination, TStep step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TStep : struct, IMapStep<T>
    {
        fixed (T* p = x)
        fixed (T* d = destination) Run(p, d, x.Length, step);
    }

    /// <summary>destination[i] = step(x[i]); destination may be x.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Run<T, TStep>(T* x, T* destination, nint n, TStep step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TStep : struct, IMapStep<T>
    {
        nint lanes = Vector512<T>.Count;
        nint i = 0;
        for (; i <= n - (2 * lanes); i += 2 * lanes)
        {
            Vector512<T> v0 = step.Of(Vector512.Load(x + i));
            Vector512<T> v1 = step.Of(Vector512.Load(x + i + lanes));
            v0.Store(destination + i);
            v1.Store(destination + i + lanes);
        }

        for (; i < n; i += lanes)
        {
            int count = (int)Math.Min(lanes, n - i);
            Lanes.StoreFirst(step.Of(Lanes.LoadFirst(x + i, count)), destination + i, count);
        }
    }

    /// <summary>(x - first) - second.</summary>
    public readonly struct SubtractTwice<T>(T first, T second) : IMapStep<T>
        where T : unmanaged
    {
        private readonly Vector512<T> _first = Vector512.Create(first);
        private readonly Vector512<T> _second = Vector512.Create(second);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Of(Vector512<T> x) => (x - _first) - _second;
    }
}
