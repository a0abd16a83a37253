using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>A function of a row's cross-entropy l, at least 0, and its slope, both without cancellation.</summary>
internal interface IBend
{
    static abstract void Of<V>(V l, double parameter, out V value, out V slope)
        where V : unmanaged, IVector<V>;
}

/// <summary>
/// Losses that see a row by its label's probability alone: that is e^-l of its cross-entropy l, so they are functions of l, and their
/// gradients cross-entropy's times the slope. Cross-entropy keeps its digits near p = 1, and by it they do.
/// </summary>
internal readonly unsafe struct BentObjective<T, TBend>(double parameter) : IRowObjective<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TBend : struct, IBend
{
    public int BlockRows(int classCount, bool isDifferentiated, bool isInPlace) => default(PlainObjective<T>).BlockRows(classCount, isDifferentiated, isInPlace);

    public int WorkLength(int rows, int classCount, bool isDifferentiated) => default(PlainObjective<T>).WorkLength(rows, classCount, isDifferentiated);

    [SkipLocalsInit]
    public void Run(in RowBlock<T> block)
    {
        T* slopes = Scratch.Take(stackalloc T[Scratch.Room<T>(SmallRows.BlockRows)]);
        RowBlock<T> plain = block;
        plain.Weights = plain.LabelWeights = plain.ClassWeights = null;
        default(PlainObjective<T>).Run(plain);
        Dispatch.Run<T, Bend, int>(new(block.Losses, slopes, block.Rows, parameter));
        nint n = block.ClassCount;
        bool isWeighed = block.Weights != null || block.LabelWeights != null;
        for (nint r = 0; r < block.Rows; r++)
        {
            double weight = isWeighed ? RowWeight.Of(block, r) : 1;
            if (isWeighed) block.Losses[r] = weight == 0 ? T.Zero : T.CreateTruncating(double.CreateTruncating(block.Losses[r]) * weight);
            if (block.Gradient == null) continue;
            T factor = isWeighed ? T.CreateTruncating(double.CreateTruncating(slopes[r]) * weight) : slopes[r];
            Span<T> gradient = new(block.Gradient + (r * n), (int)n);
            TensorPrimitives.Multiply(gradient, factor, gradient);
        }

        if (block.Gradient != null) RowWeight.ClearUncounted(block);
        Scratch.Check(slopes, SmallRows.BlockRows);
    }

    /// <summary>The losses in place of the cross-entropies, and the slopes.</summary>
    private readonly struct Bend(T* losses, T* slopes, nint rows, double parameter) : IKernel<T, int>
    {
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public int Run<V>()
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            nint whole = rows & -V.Count;
            for (nint r = 0; r < whole; r += V.Count)
            {
                TBend.Of(V.Load(losses + r), parameter, out V value, out V slope);
                V.Store(value, losses + r);
                V.Store(slope, slopes + r);
            }

            if (whole < rows) Rest<V>(whole);
            return 0;
        }

        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private void Rest<V>(nint at)
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            TBend.Of(V.LoadFirst(losses + at, (int)(rows - at)), parameter, out V value, out V slope);
            V.StoreFirst(value, losses + at, (int)(rows - at));
            V.Store(slope, slopes + at);
        }
    }
}

/// <summary>
/// l + epsilon (1 - p). For an epsilon below 0, where that may cancel, as (1 + epsilon) l - epsilon (l - (1 - p)): no part of it is negative.
/// </summary>
internal readonly struct PolyBend : IBend
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Of<V>(V l, double parameter, out V value, out V slope)
        where V : unmanaged, IVector<V>
    {
        V epsilon = V.Parameter(parameter), rest = V.Parameter(1 + parameter), wrong = V.ExpM1(-l);
        if (parameter >= 0)
        {
            value = V.Fma(-epsilon, wrong, l);
            slope = V.Fma(epsilon, 1 + wrong, 1);
            return;
        }

        V bent = V.Where(l <= 1, V.ExpM1Minus(-V.Min(1, l)), wrong + l);
        value = V.Fma(-epsilon, bent, Formulas.Weighted(l, rest));
        slope = V.Fma(epsilon, wrong, rest);
    }
}

/// <summary>(1 - p^q) / q as l times (1 - e^-x) / x with x = q l: it neither cancels nor divides by a q near 0.</summary>
internal readonly struct PowerBend : IBend
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Of<V>(V l, double parameter, out V value, out V slope)
        where V : unmanaged, IVector<V>
    {
        if (parameter == 0)
        {
            (value, slope) = (l, Formulas.Constant<V>(l, 1));
            return;
        }

        V q = V.Parameter(parameter), x = q * l, fallen = V.ExpM1(-x);
        V near = l * V.Where(x > 0, -fallen / x, 1);
        value = V.Where(x < double.PositiveInfinity, near, -fallen / q);
        slope = V.Exp(-x);
    }
}
