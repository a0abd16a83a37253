using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>What is computed for each row of a block once, a lane a row.</summary>
internal static unsafe class ClassTerms<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Powers of two that exponentials stay above the largest's: of up to 128, each of which may be lost below the smallest normal number,
    /// nothing is missing in a sum that is one, relative to the largest.
    /// </summary>
    private static double Headroom => typeof(T) == typeof(float) ? 40 : 64;

    /// <summary>
    /// The power of two that exponentials are divided by, <see cref="Headroom"/> below that near e to the largest logit, or where that is too large to have one the logit itself, whose differences from
    /// the others are then exact. The offset of an infinite logit makes the whole row NaN.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Shift<V>(ClassRowTerms<T> rows, nint r, V max)
        where V : unmanaged, IPacked<V, T>, IVector<V>
    {
        V offset = V.AndNot(V.Abs(max) <= RowShift<T>.Limit, max);
        V.Store(offset, rows.Offset + r);
        V.Store(Exponentials<V, T>.NearestPower(max - offset) - Headroom, rows.Power + r);
    }

    /// <summary>The log-sums, what makes probabilities, and the largest class's complement.</summary>
    public readonly struct Sums(ClassWork<T> work) : IKernel<T, int>
    {
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public int Run<V>()
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            ClassRowTerms<T> rows = work.Rows;
            for (nint r = 0; r < work.Block.Rows; r += V.Count)
            {
                V max = V.Load(rows.Max + r), others = V.Load(rows.Others + r), target = V.Load(rows.Target + r);
                V nothing = max - max; // NaN of a row that has no softmax
                V inverse = 1 / (others + target);
                V.Store(V.Log1P(others / target) + nothing, rows.LogSum + r);
                V.Store(inverse + nothing, rows.Inverse + r);
                V.Store((others * inverse) + nothing, rows.Complement + r);
            }

            return 0;
        }
    }

    /// <summary>
    /// The rows' losses, to which the largest class adds last; and what their gradient is made of. That at the largest logit is b (1 - p) - p (the other b) by the
    /// complement, where p and 1 would cancel.
    /// </summary>
    public readonly struct Rows<TFocal>(ClassWork<T> work) : IKernel<T, int>
        where TFocal : struct, IFocal
    {
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public int Run<V>()
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            ClassRowTerms<T> rows = work.Rows;
            double zLoss = work.Options.ZLoss;
            for (nint r = 0; r < work.Block.Rows; r += V.Count)
            {
                V weight = work.Block.Weights != null ? V.Load(work.Block.Weights + r) : 1;
                V logSum = V.Load(rows.LogSum + r), value = V.Load(rows.Value + r);
                V otherSlopes = V.Load(rows.OtherSlopes + r), largestSlope = V.Load(rows.LargestSlope + r);
                V complement = V.Load(rows.Complement + r), zSlope = 0;
                if (!TFocal.IsNone)
                {
                    value += ClassFormula.Focal<V, TFocal>(-logSum, 1 - complement, complement, -largestSlope, work.Options.Gamma, out largestSlope);
                }

                V slopes = otherSlopes + largestSlope;
                value = TFocal.IsNone ? value - (logSum * slopes) : value + (logSum - logSum); // either shows a row of NaN
                if (zLoss != 0)
                {
                    V logSumExp = V.Load(rows.Max + r) + logSum;
                    V term = logSumExp * V.Parameter(zLoss) * logSumExp;
                    value += term;
                    zSlope = logSumExp * V.Parameter(2 * zLoss);
                    V.Store(Formulas.Weighted(term, weight), work.Block.ZTerms + r);
                }

                V.Store(Formulas.Weighted(value, weight), work.Block.Losses + r);
                if (work.Block.Gradient == null) continue;
                V scale = V.Load(rows.RowScale + r);
                V inverse = V.Load(rows.Inverse + r), rest = (zSlope - slopes) * scale;
                V isSplit = V.Abs(inverse * rest) < 1 / ExpSum.Limit<T>();
                V.Store(V.Where(isSplit, inverse, inverse * rest), rows.Factor + r);
                V.Store(V.Where(isSplit, rest, 1), rows.FactorRest + r);
                V.Store(V.Fma(largestSlope, complement, (1 - complement) * (zSlope - otherSlopes)) * scale, rows.LargestGradient + r);
            }

            return 0;
        }
    }
}
