using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>
/// Label smoothing as what it adds to the loss of the label alone: spread times the sum of the distances z_label - z_c of each row. Where
/// the label is not the largest they may be negative, but no more than the smoothing's share of the loss.
/// </summary>
internal readonly unsafe struct Smoothed<T>(T* distances, double spread)
    where T : unmanaged
{
    /// <summary>A sum for each row; null without smoothing.</summary>
    public T* Distances => distances;

    /// <summary>What each class counts.</summary>
    public double Spread => spread;
}

internal readonly unsafe partial struct RowTerms<T>
{
    /// <summary>
    /// Turns the losses and gradient terms of scale 1 into those of the options: a row's logits but the label's have the gradient
    /// p (2 z lse - b), the label b (1 - p) + 2 z lse p, where b is the slope of <see cref="OptionTerms"/>. Returns a bit for each row whose
    /// exponentials must be reduced.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public ulong Apply<TGradient>(in RowBlock<T> block, double zLoss, double gamma, in Smoothed<T> smoothed)
        where TGradient : struct, IFlag
    {
        Vector512<T> one = Vector512<T>.One;
        ulong reduced = 0;
        for (nint r = 0; r < block.Rows; r += Vector512<T>.Count)
        {
            Vector512<T> weight = block.Weights == null ? one : Vector512.Load(block.Weights + r);
            Vector512<T> counts = block.LabelWeights == null ? one : Vector512.Load(block.LabelWeights + r);
            Vector512<T> loss = Vector512.Load(Loss + r);
            Vector512<T> slope = -counts;
            Vector512<T> value = gamma == 0
                ? Formula.Weighted(loss, counts)
                : OptionTerms.Of(-loss, counts, gamma, out slope);
            if (smoothed.Distances != null) value += Vector512.Load(smoothed.Distances + r) * VectorMath.Of<T>(smoothed.Spread);
            Vector512<T> factor = TGradient.Value || zLoss != 0 ? Vector512.Load(Factor + r) : one;
            Vector512<T> twice = Vector512<T>.Zero;
            if (zLoss != 0)
            {
                Vector512<T> logSumExp = LogSumExp(factor, r);
                Vector512<T> z = VectorMath.Of<T>(zLoss) * logSumExp;
                Vector512<T> term = z * logSumExp;
                Formula.Weighted(term, weight).Store(block.ZTerms + r);
                value += term;
                twice = z + z;
            }

            Formula.Weighted(value, weight).Store(Loss + r);
            if (!TGradient.Value) continue;
            weight = RowPowers.Scaled(weight, block.Scale);
            Vector512<T> complement = -Vector512.Load(TargetGradient + r);
            Vector512<T> atTarget = slope * complement;
            if (smoothed.Distances != null) atTarget += VectorMath.Of<T>(smoothed.Spread * (block.ClassCount - 1));
            if (zLoss != 0) atTarget = Lanes.Fma(twice, VectorMath.Exp(-loss), atTarget);
            factor = RowPowers.Factor(factor, Formula.Weighted(twice - slope, weight), out Vector512<T> isReduced);
            reduced |= Vector512.ExtractMostSignificantBits(isReduced) << (int)r;
            factor.Store(Factor + r);
            ScaleExp.Least(one / Vector512.Abs(factor)).Store(Least + r);
            RowPowers.Normal(Formula.Weighted(atTarget, weight)).Store(TargetGradient + r);
        }

        return reduced & (ulong.MaxValue >> (N - block.Rows));
    }

    /// <summary>The x whose probability e^(x - offset) 2^(Exponent - power) factor is 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<T> LogSumExp(Vector512<T> factor, nint r)
    {
        Vector512<T> power = VectorMath.Of<T>(ExpSum.Exponent<T>()) - Vector512.Load(Power + r);
        return Vector512.Load(Offset + r) - RowPowers.Log(factor, power);
    }
}
