using System.Runtime.CompilerServices;

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

internal readonly unsafe partial struct RowTerms<V, T>
{
    /// <summary>
    /// Turns the losses and gradient terms of scale 1 into those of the options: a row's logits but the label's have the gradient
    /// p (2 z lse - b), the label b (1 - p) + 2 z lse p, where b is the slope of <see cref="ClassFormula"/>. Returns a bit for each row whose
    /// exponentials must be reduced.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public ulong Apply<TGradient>(in RowBlock<T> block, double zLoss, double gamma, in Smoothed<T> smoothed)
        where TGradient : struct, IFlag
    {
        ulong reduced = 0;
        for (nint r = 0; r < block.Rows; r += V.Count)
        {
            V weight = block.Weights == null ? 1 : V.Load(block.Weights + r);
            V counts = block.LabelWeights == null ? 1 : V.Load(block.LabelWeights + r);
            V loss = V.Load(Loss + r);
            V slope = -counts, value = gamma == 0 ? Formulas.Weighted(loss, counts) : Focal(-loss, counts, gamma, out slope);
            if (smoothed.Distances != null) value = V.Fma(V.Load(smoothed.Distances + r), V.Parameter(smoothed.Spread), value);
            V factor = TGradient.Value || zLoss != 0 ? V.Load(Factor + r) : 1;
            V twice = default;
            if (zLoss != 0)
            {
                V logSumExp = LogSumExp(factor, r);
                V z = V.Parameter(zLoss) * logSumExp;
                V term = z * logSumExp;
                V.Store(Formulas.Weighted(term, weight), block.ZTerms + r);
                value += term;
                twice = z + z;
            }

            V.Store(Formulas.Weighted(value, weight), Loss + r);
            if (!TGradient.Value) continue;
            weight = V.TimesDouble(weight, block.Scale);
            V complement = -V.Load(TargetGradient + r);
            V atTarget = slope * complement;
            if (smoothed.Distances != null) atTarget += V.Parameter(smoothed.Spread * (block.ClassCount - 1));
            if (zLoss != 0) atTarget = V.Fma(twice, V.Exp(-loss), atTarget);
            factor = RowPowers<V, T>.Factor(factor, Formulas.Weighted(twice - slope, weight), out V isReduced);
            reduced |= V.Bits(isReduced) << (int)r;
            V.Store(factor, Factor + r);
            V.Store(ScaleExp<V, T>.Least(1 / V.Abs(factor)), Least + r);
            V.Store(RowPowers<V, T>.Normal(Formulas.Weighted(atTarget, weight)), TargetGradient + r);
        }

        return reduced & Rows(block.Rows);
    }

    /// <summary>The label's focal loss and its slope.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Focal(V logProbability, V counts, double gamma, out V slope)
    {
        V complement = -V.ExpM1(logProbability), p = V.Exp(logProbability);
        return gamma == 2
            ? ClassFormula.Focal<V, SquareFocal>(logProbability, p, complement, counts, gamma, out slope)
            : ClassFormula.Focal<V, AnyFocal>(logProbability, p, complement, counts, gamma, out slope);
    }

    /// <summary>The x whose probability e^(x - offset) 2^(Exponent - power) factor is 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private V LogSumExp(V factor, nint r) => V.Load(Offset + r) - RowPowers<V, T>.Log(factor, ExpSum.Exponent<T>() - V.Load(Power + r));
}
