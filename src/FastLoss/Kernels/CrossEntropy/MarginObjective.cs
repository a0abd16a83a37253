using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>What logits are made of cosines, those of labels by a formula of their own; and the derivatives.</summary>
internal interface IAngularMargin
{
    /// <summary>The logit of a class that is not the label, and its derivative by the cosine.</summary>
    V Other<V>(V cosine, out V slope)
        where V : unmanaged, IVector<V>;

    /// <summary>The label's.</summary>
    double Label(double cosine, bool isSingle, out double slope);
}

/// <summary>
/// Softmax cross-entropy of logits that are made of cosines with a margin for the label: the logits are made in a copy, the label's after the others,
/// and cross-entropy's gradient by them is multiplied by their derivatives.
/// </summary>
internal readonly unsafe struct MarginObjective<T, TMargin>(TMargin margin) : IRowObjective<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TMargin : struct, IAngularMargin
{
    /// <summary>Elements of a block, whose copy should lie in the first cache beside it.</summary>
    private const int CopiedLength = 2048;

    public int BlockRows(int classCount, bool isDifferentiated, bool isInPlace) =>
        Math.Clamp(CopiedLength / classCount, 1, default(PlainObjective<T>).BlockRows(classCount, isDifferentiated, true));

    public int WorkLength(int rows, int classCount, bool isDifferentiated) =>
        (rows * classCount) + (2 * (64 / sizeof(T))) + default(PlainObjective<T>).WorkLength(rows, classCount, isDifferentiated);

    [SkipLocalsInit]
    public void Run(in RowBlock<T> block)
    {
        double* slopes = Scratch.Take(stackalloc double[Scratch.Room<double>(SmallRows.BlockRows)]);
        nint n = block.ClassCount, length = block.Rows * n;
        RowBlock<T> plain = block;
        plain.Logits = block.Work;
        plain.Gradient = block.Gradient == null ? null : block.Work;
        plain.Work = Scratch.Aligned(block.Work + length + (64 / sizeof(T)));
        Dispatch.Run<T, Loop, int>(new(margin, block.Logits, plain.Logits, null, length));
        for (nint r = 0; r < block.Rows; r++)
        {
            nint at = (r * n) + block.Labels[r];
            plain.Logits[at] = T.CreateTruncating(margin.Label(double.CreateTruncating(block.Logits[at]), typeof(T) == typeof(float), out slopes[r]));
        }

        default(PlainObjective<T>).Run(plain);
        if (block.Gradient != null) Gradient(block, plain.Gradient, slopes);
        Scratch.Check(slopes, SmallRows.BlockRows);
    }

    private void Gradient(in RowBlock<T> block, T* byLogits, double* slopes)
    {
        nint n = block.ClassCount;
        for (nint r = 0; r < block.Rows; r++) slopes[r] *= double.CreateTruncating(byLogits[(r * n) + block.Labels[r]]);
        Dispatch.Run<T, Loop, int>(new(margin, block.Logits, block.Gradient, byLogits, block.Rows * n));
        for (nint r = 0; r < block.Rows; r++) block.Gradient[(r * n) + block.Labels[r]] = T.CreateTruncating(slopes[r]);
        RowWeight.ClearUncounted(block);
    }

    /// <summary>The logits of cosines; or, given a gradient by the logits, that by the cosines.</summary>
    private readonly struct Loop(TMargin margin, T* cosines, T* results, T* byLogits, nint n) : IKernel<T, int>
    {
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public int Run<V>()
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            nint whole = n & -V.Count;
            if (byLogits == null) Logits<V>(whole);
            else Slopes<V>(whole);
            if (whole < n) Rest<V>(whole, (int)(n - whole));
            return 0;
        }

        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private void Logits<V>(nint whole)
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            TMargin m = margin;
            T* x = cosines, to = results;
            for (nint i = 0; i < whole; i += V.Count) V.Store(m.Other(V.Load(x + i), out _), to + i);
        }

        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private void Slopes<V>(nint whole)
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            TMargin m = margin;
            T* x = cosines, from = byLogits, to = results;
            for (nint i = 0; i < whole; i += V.Count)
            {
                m.Other(V.Load(x + i), out V slope);
                V.Store(V.Load(from + i) * slope, to + i);
            }
        }

        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        private void Rest<V>(nint at, int count)
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            V logit = margin.Other(V.LoadFirst(cosines + at, count), out V slope);
            V.StoreFirst(byLogits == null ? logit : V.LoadFirst(byLogits + at, count) * slope, results + at, count);
        }
    }
}

/// <summary>s c, and s (c - m) of the label.</summary>
internal readonly struct CosineMargin(double scale, double margin) : IAngularMargin
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Other<V>(V cosine, out V slope)
        where V : unmanaged, IVector<V>
    {
        slope = V.Parameter(scale);
        return cosine * slope;
    }

    public double Label(double cosine, bool isSingle, out double slope)
    {
        slope = scale;
        return scale * (cosine - margin);
    }
}

/// <summary>s c, and s cos(arccos c + m) of the label, as s (c cos m - sqrt(1 - c^2) sin m); past pi s (c - m sin m).</summary>
internal readonly struct AngleMargin(double scale, double margin) : IAngularMargin
{
    private readonly double _cosine = ScalarMath.Cos(margin), _sine = ScalarMath.Sin(margin);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Other<V>(V cosine, out V slope)
        where V : unmanaged, IVector<V>
    {
        slope = V.Parameter(scale);
        return cosine * slope;
    }

    public double Label(double cosine, bool isSingle, out double slope)
    {
        slope = scale;
        if (!double.IsFinite(cosine)) return cosine;
        double c = Math.Clamp(cosine, -1, 1), sine = Math.Sqrt((1 - c) * (1 + c));
        if (c <= -_cosine) return scale * (c - (margin * _sine));

        // Below the sine of the number next to 1: only at 1 itself, and past it, it is not the slope's own.
        double least = isSingle ? 0.000244140625 : 7.450580596923828e-9;
        slope = scale * (_cosine + (c * _sine / Math.Max(sine, least)));
        return scale * ((c * _cosine) - (sine * _sine));
    }
}

/// <summary>
/// g max(0, c + m) (c - m), and g max(0, 1 + m - c) (c - 1 + m) of the label; in the derivative the weight, the first bracket, is a constant
/// unless it is differentiated.
/// </summary>
internal readonly struct CircleMargin(double scale, double margin, bool differentiatesWeights) : IAngularMargin
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Other<V>(V cosine, out V slope)
        where V : unmanaged, IVector<V>
    {
        V m = V.Parameter(margin), s = V.Parameter(scale), sum = cosine + m;
        V weight = s * V.Max(0, sum);
        slope = differentiatesWeights ? V.Where(sum > 0, 2 * s * cosine, weight) : weight;
        return V.Where(V.Equal(cosine, double.NegativeInfinity), cosine, weight * (cosine - m));
    }

    public double Label(double cosine, bool isSingle, out double slope)
    {
        double sum = 1 + margin - cosine, weight = double.IsNaN(sum) ? sum : scale * Math.Max(0, sum);
        slope = double.IsNegativeInfinity(cosine) ? 0 : differentiatesWeights && sum > 0 ? 2 * scale * (1 - cosine) : weight;
        return double.IsPositiveInfinity(cosine) ? cosine : weight * (cosine - 1 + margin);
    }
}
