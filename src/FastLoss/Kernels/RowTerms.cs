using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>
/// What softmax cross-entropy knows of up to 64 rows once their exponentials are summed, an array for each quantity, so that
/// the logarithms and divisions of many rows share vectors.
/// </summary>
internal readonly unsafe struct RowTerms<T>(T* buffer, T* losses)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int N = SmallRows.BlockRows;

    /// <summary>Elements the buffer must have.</summary>
    public const int BufferLength = 6 * N;

    /// <summary>The sum of e^x 2^Exponent over all classes but the label's.</summary>
    public T* Others => buffer;

    /// <summary>The label's logit, or e to it, scaled, where the row's exponentials are at hand.</summary>
    public T* Target => buffer + N;

    /// <summary>Kept apart: whole vectors are written, up to a vector past the rows.</summary>
    public T* Loss => losses;

    /// <summary>What a scaled exponential is multiplied by to be the gradient.</summary>
    public T* Factor => buffer + (2 * N);

    /// <summary>The scaled exponential below which the gradient is 0.</summary>
    public T* Least => buffer + (3 * N);

    /// <summary>The gradient at the label.</summary>
    public T* TargetGradient => buffer + (4 * N);

    /// <summary>A repaired row's largest logit, whose <see cref="RowShift{T}"/> the factor belongs to.</summary>
    public T* Largest => buffer + (5 * N);

    /// <summary>
    /// Computes losses and gradient terms; returns a bit for each row that <see cref="Repair"/> must do.
    /// <typeparamref name="TExponentials"/> says what <see cref="Target"/> holds.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ulong Finish<TGradient, TExponentials>(int rows, double scale)
        where TGradient : struct, IFlag
        where TExponentials : struct, IFlag
    {
        Vector512<T> unscale = VectorMath.Of<T>(1 / ExpSum.Scale<T>());
        Vector512<T> limit = VectorMath.Of<T>(ExpSum.Limit<T>() / ExpSum.Scale<T>());
        Vector512<T> largestRatio = VectorMath.Of<T>(typeof(T) == typeof(float) ? 1e37 : 1e300);
        Vector512<T> weight = VectorMath.Of<T>(scale);
        Vector512<T> factorWeight = VectorMath.Of<T>(scale / ExpSum.Scale<T>());
        Vector512<T> divisorWeight = VectorMath.Of<T>(ExpSum.Scale<T>() / Math.Abs(scale));
        ulong exact = 0;
        for (int r = 0; r < rows; r += Vector512<T>.Count)
        {
            Vector512<T> scaled = Vector512.Load(Others + r);
            Vector512<T> others = scaled * unscale;
            Vector512<T> target = Vector512.Load(Target + r);
            Vector512<T> ratio, sum, isExact;
            if (TExponentials.Value)
            {
                // The ratio needs no unscaling, and unscaled the target might be subnormal.
                ratio = scaled / target;
                sum = (scaled + target) * unscale;
            }
            else
            {
                target = VectorMath.Exp(target);
                ratio = others / target;
                sum = others + target;
            }

            VectorMath.Log1P(ratio).Store(Loss + r);
            isExact = Vector512.GreaterThan(target, SmallestTarget)
                & Vector512.GreaterThanOrEqual(scaled, Vector512<T>.One)
                & Vector512.LessThanOrEqual(sum, limit)
                & Vector512.LessThanOrEqual(ratio, largestRatio);
            exact |= Vector512.ExtractMostSignificantBits(isExact) << r;
            if (!TGradient.Value) continue;
            (factorWeight / sum).Store(Factor + r);
            ScaleExp.Least(sum * divisorWeight).Store(Least + r);
            (-(others / sum) * weight).Store(TargetGradient + r);
        }

        return ~exact & (ulong.MaxValue >> (N - rows));
    }

    /// <summary>Twice what <see cref="ExpKernel{T, TVector, TRegister}"/> clamps to: an exponential above it is its own, and normal.</summary>
    private static Vector512<T> SmallestTarget
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => VectorMath.Of<T>(typeof(T) == typeof(float) ? 2.6e-38 : 5e-308);
    }

    /// <summary>Row r again with the largest exponentials divided out: any row, whatever it holds.</summary>
    public void Repair(int r, T* x, int n, int label, double scale, ParallelOptions? parallel)
    {
        T othersMax = ExpSum.Max(x, n, label);
        double others = T.IsNegativeInfinity(othersMax)
            ? SumOfNone(x, n, label)
            : ExpSum.Scaled<T, Yes, No>(x, null, n, label, RowShift<T>.Subtract(othersMax), parallel) / ExpSum.Scale<T>();
        double max = double.CreateTruncating(othersMax);
        double target = double.CreateTruncating(x[label]);
        double above = max - target;
        double loss = above > 500 ? above + ScalarMath.Log(others) : ScalarMath.Log1P(others * ScalarMath.Exp(above));
        T largest = othersMax < x[label] ? x[label] : othersMax;
        RowShift<T> shift = RowShift<T>.Divide(largest);
        double othersPart = others == 0 ? 0 : others * ScalarMath.Exp(shift.Below(max));
        double sum = othersPart + ScalarMath.Exp(shift.Below(target));
        Loss[r] = T.CreateTruncating(loss);
        Largest[r] = largest;
        Factor[r] = T.CreateTruncating(scale / sum / ExpSum.Scale<T>());
        TargetGradient[r] = T.CreateTruncating(-(othersPart / sum) * scale);
    }

    /// <summary>The sum over other logits of which none is above -infinity: 0, or NaN when one is NaN.</summary>
    private static double SumOfNone(T* x, int n, int label)
    {
        for (int i = 0; i < n; i++)
        {
            if (i != label && T.IsNaN(x[i])) return double.NaN;
        }

        return 0;
    }
}
