using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>What the options of softmax cross-entropy say of up to 64 rows with a label each.</summary>
internal readonly unsafe struct RowOptions<T>(T* rowWeights, T* classWeights, T* zTerms, double zLoss, double gamma)
    where T : unmanaged
{
    /// <summary>What each row weighs; 0 for one that is skipped.</summary>
    public T* RowWeights => rowWeights;

    /// <summary>What each row's label weighs, in all but z-loss; null for 1.</summary>
    public T* ClassWeights => classWeights;

    /// <summary>Receives what z-loss added to each row's loss.</summary>
    public T* ZTerms => zTerms;

    public double ZLoss => zLoss;

    public double Gamma => gamma;

    public RowOptions<T> From(int row) =>
        new(rowWeights + row, classWeights == null ? null : classWeights + row, zTerms + row, zLoss, gamma);

    /// <summary>A bit for each row that is skipped.</summary>
    public ulong Skipped(int rows) => Skipped(rowWeights, rows);

    /// <summary>A bit for each weight that is 0.</summary>
    public static ulong Skipped(T* rowWeights, int rows)
    {
        ulong skipped = 0;
        for (nint r = 0; r < rows; r += Vector512<T>.Count)
        {
            Vector512<T> isZero = Vector512.Equals(Vector512.Load(rowWeights + r), Vector512<T>.Zero);
            skipped |= Vector512.ExtractMostSignificantBits(isZero) << (int)r;
        }

        return skipped & (ulong.MaxValue >> (SmallRows.BlockRows - rows));
    }
}

internal readonly unsafe partial struct RowTerms<T>
{
    /// <summary>
    /// Turns the losses and gradient terms of scale 1 into those of the options: a row's logits but the label's have the gradient
    /// p (2 z lse - b), the label b (1 - p) + 2 z lse p, where b is the slope of <see cref="OptionTerms"/>. Returns a bit for each row whose
    /// exponentials must be reduced.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public ulong Apply<TGradient>(int rows, double scale, in RowOptions<T> options)
        where TGradient : struct, IFlag
    {
        Vector512<T> one = Vector512<T>.One;
        ulong reduced = 0;
        for (nint r = 0; r < rows; r += Vector512<T>.Count)
        {
            Vector512<T> weight = Vector512.Load(options.RowWeights + r);
            Vector512<T> counts = options.ClassWeights == null ? one : Vector512.Load(options.ClassWeights + r);
            Vector512<T> loss = Vector512.Load(Loss + r);
            Vector512<T> slope = -counts;
            Vector512<T> value = options.Gamma == 0
                ? Formula.Weighted(loss, counts)
                : OptionTerms.Of(-loss, counts, options.Gamma, out slope);
            Vector512<T> factor = TGradient.Value || options.ZLoss != 0 ? Vector512.Load(Factor + r) : one;
            Vector512<T> twice = Vector512<T>.Zero;
            if (options.ZLoss != 0)
            {
                Vector512<T> logSumExp = LogSumExp(factor, r);
                Vector512<T> z = VectorMath.Of<T>(options.ZLoss) * logSumExp;
                Vector512<T> term = z * logSumExp;
                Formula.Weighted(term, weight).Store(options.ZTerms + r);
                value += term;
                twice = z + z;
            }

            Formula.Weighted(value, weight).Store(Loss + r);
            if (!TGradient.Value) continue;
            weight = RowPowers.Scaled(weight, scale);
            Vector512<T> complement = -Vector512.Load(TargetGradient + r);
            Vector512<T> atTarget = slope * complement;
            if (options.ZLoss != 0) atTarget = Lanes.Fma(twice, VectorMath.Exp(-loss), atTarget);
            factor = RowPowers.Factor(factor, Formula.Weighted(twice - slope, weight), out Vector512<T> isReduced);
            reduced |= Vector512.ExtractMostSignificantBits(isReduced) << (int)r;
            factor.Store(Factor + r);
            ScaleExp.Least(one / Vector512.Abs(factor)).Store(Least + r);
            RowPowers.Normal(Formula.Weighted(atTarget, weight)).Store(TargetGradient + r);
        }

        return reduced & (ulong.MaxValue >> (N - rows));
    }

    /// <summary>The x whose probability e^(x - offset) 2^(Exponent - power) factor is 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<T> LogSumExp(Vector512<T> factor, nint r)
    {
        Vector512<T> power = VectorMath.Of<T>(ExpSum.Exponent<T>()) - Vector512.Load(Power + r);
        return Vector512.Load(Offset + r) - RowPowers.Log(factor, power);
    }
}
