using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>
/// What softmax cross-entropy knows of up to 64 rows once their exponentials are summed, an array for each quantity, so that
/// the logarithms and divisions of many rows share vectors.
/// </summary>
internal readonly unsafe partial struct RowTerms<T>(T* buffer, T* losses)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int N = SmallRows.BlockRows;

    /// <summary>Elements the buffer must have.</summary>
    public const int BufferLength = 7 * N;

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

    /// <summary>The power of two divided out of the row's exponentials; see <see cref="RowShift{T}.Guess"/>.</summary>
    public T* Power => buffer + (6 * N);

    /// <summary>What a repaired row has subtracted besides.</summary>
    public T* Offset => buffer + (5 * N);

    /// <summary>The shift of a repaired row, which is every shifted row.</summary>
    public RowShift<T> Shift(int r) => new(Offset[r], double.CreateTruncating(Power[r]));

    /// <summary>
    /// Computes losses and gradient terms; returns a bit for each row that <see cref="Repair"/> must do.
    /// <typeparamref name="TExponentials"/> says what <see cref="Target"/> holds.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public ulong Finish<TGradient, TExponentials>(int rows, double scale)
        where TGradient : struct, IFlag
        where TExponentials : struct, IFlag
    {
        Vector512<T> limit = VectorMath.Of<T>(ExpSum.Limit<T>());
        Vector512<T> smallestTarget = VectorMath.Of<T>(SmallestTarget * (TExponentials.Value ? 1 : ExpSum.Scale<T>()));
        Vector512<T> weight = VectorMath.Of<T>(scale);
        Vector512<T> divisorWeight = VectorMath.Of<T>(1 / Math.Abs(scale));
        ulong exact = 0;
        for (nint r = 0; r < rows; r += Vector512<T>.Count)
        {
            Vector512<T> others = Lanes.LoadStored(Others + r, rows);
            Vector512<T> target = Lanes.LoadStored(Target + r, rows);
            if (!TExponentials.Value) target = VectorMath.Exp(target) * VectorMath.Of<T>(ExpSum.Scale<T>());
            Vector512<T> sum = others + target;
            VectorMath.Log1POfRatio(others, target).Store(Loss + r);
            Vector512<T> isExact = Vector512.GreaterThan(target, smallestTarget)
                & Vector512.GreaterThanOrEqual(others, Vector512<T>.One)
                & Vector512.LessThanOrEqual(sum, limit);
            if (typeof(T) == typeof(double)) isExact &= Vector512.LessThanOrEqual(others, target * VectorMath.Of<T>(1e300));

            // A shifted row's label would be shifted with a rounding at its own size: Repair does it in double.
            if (!TExponentials.Value) isExact &= Vector512.Equals(Lanes.LoadStored(Power + r, rows), Vector512<T>.Zero);
            exact |= Vector512.ExtractMostSignificantBits(isExact) << (int)r;
            if (!TGradient.Value) continue;
            Vector512<T> factor = weight / sum;
            factor.Store(Factor + r);
            ScaleExp.Least(sum * divisorWeight).Store(Least + r);
            (-others * factor).Store(TargetGradient + r);
        }

        return ~exact & (ulong.MaxValue >> (N - rows));
    }

    private static Vector512<T> Ln2High
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => VectorMath.Of<T>(typeof(T) == typeof(float) ? 0.693147182464599609 : 0.6931471805599453);
    }

    /// <summary>
    /// logs[r] = ln of the scaled sum <see cref="Others"/>[r] of a whole row; returns a bit for each row whose sum is not exact.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public ulong Logs(int rows)
    {
        Vector512<T> unscale = VectorMath.Of<T>(1 / ExpSum.Scale<T>());
        Vector512<T> limit = VectorMath.Of<T>(ExpSum.Limit<T>());
        ulong exact = 0;
        for (nint r = 0; r < rows; r += Vector512<T>.Count)
        {
            Vector512<T> scaled = Lanes.LoadStored(Others + r, rows);
            Vector512<T> isExact = Vector512.GreaterThanOrEqual(scaled, Vector512<T>.One) & Vector512.LessThanOrEqual(scaled, limit);
            exact |= Vector512.ExtractMostSignificantBits(isExact) << (int)r;
            Lanes.Fma(Lanes.LoadStored(Power + r, rows), Ln2High, VectorMath.Log(scaled * unscale)).Store(Loss + r);
        }

        return ~exact & (ulong.MaxValue >> (N - rows));
    }

    /// <summary>Twice what <see cref="ExpKernel{T, TVector, TRegister}"/> clamps to: an exponential above it is its own, and normal.</summary>
    private static double SmallestTarget
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(T) == typeof(float) ? 2.6e-38 : 5e-308;
    }

    /// <summary>
    /// Row r again in double: any row, whatever it holds. Where only the label's exponential was out of range the sum of the others
    /// still serves; else the largest exponentials are divided out and the row is summed again.
    /// </summary>
    public void Repair(int r, T* x, int n, int label, double scale, int threads)
    {
        RowShift<T> shift = new(T.Zero, double.CreateTruncating(Power[r]));
        double target = double.CreateTruncating(x[label]);
        double scaledOthers = double.CreateTruncating(Others[r]);
        double others = scaledOthers / ExpSum.Scale<T>();
        double above = -shift.Below(target);

        // ln(1 + e^t) is t from 40 on, where the label's part of the sum has no digits left: so it needs no exponential.
        double logRatio = above + ScalarMath.Log(others);
        double sum = logRatio > 40 ? others : others + ScalarMath.Exp(-above);
        double othersPart = others;
        if (!ExpSum.IsExact<T>(scaledOthers) || !(sum * ExpSum.Scale<T>() <= ExpSum.Limit<T>()))
        {
            T othersMax = ExpSum.Max(x, n, label);
            others = T.IsNegativeInfinity(othersMax)
                ? SumOfNone(x, n, label)
                : ExpSum.Scaled<T, Subtracted, No>(x, null, n, label, RowShift<T>.Subtract(othersMax), threads) / ExpSum.Scale<T>();
            double max = double.CreateTruncating(othersMax);
            above = max - target;
            logRatio = above + ScalarMath.Log(others);
            shift = RowShift<T>.Divide(othersMax < x[label] ? x[label] : othersMax);
            othersPart = others == 0 ? 0 : others * ScalarMath.Exp(shift.Below(max));
            sum = othersPart + ScalarMath.Exp(shift.Below(target));
        }

        double loss = logRatio > 40 ? logRatio : ScalarMath.Log1P(others * ScalarMath.Exp(above));
        Loss[r] = T.CreateTruncating(loss);
        Offset[r] = shift.Offset;
        Power[r] = T.CreateTruncating(shift.Power);
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
