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
    public const int BufferLength = 8 * N;

    /// <summary>The sum of e^x 2^Exponent over all classes but the label's.</summary>
    public T* Others => buffer;

    /// <summary>The label's logit, or e to it, scaled, where the row's exponentials are at hand.</summary>
    public T* Target => buffer + N;

    /// <summary>Kept apart: of blocks of a group each writes its own part, by whole vectors.</summary>
    public T* Loss => losses;

    /// <summary>What a scaled exponential is multiplied by to be the gradient.</summary>
    public T* Factor => buffer + (2 * N);

    /// <summary>The scaled exponential below which the gradient is 0.</summary>
    public T* Least => buffer + (3 * N);

    /// <summary>The gradient at the label.</summary>
    public T* TargetGradient => buffer + (4 * N);

    /// <summary>The power of two divided out of the row's exponentials; see <see cref="RowShift{T}.Guess"/>.</summary>
    public T* Power => buffer + (6 * N);

    /// <summary>What a redone row with a label far below the others lacks of its loss; see <see cref="Prepare"/>.</summary>
    private T* Far => buffer + (7 * N);

    /// <summary>What a repaired row has subtracted besides.</summary>
    public T* Offset => buffer + (5 * N);

    /// <summary>The shift of a repaired row, which is every shifted row.</summary>
    public RowShift<T> Shift(int r) => new(Offset[r], double.CreateTruncating(Power[r]));

    /// <summary>
    /// Computes losses and gradient terms; returns a bit for each row that <see cref="Repair"/> must do.
    /// <typeparamref name="TExponentials"/> says what <see cref="Target"/> holds; <paramref name="reduced"/> receives a bit for each row
    /// whose exponentials must be reduced for its factor (<see cref="RowPowers.Factor"/>). Vectors of rows that are all among
    /// <paramref name="passed"/> are passed over.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public ulong Finish<TGradient, TExponentials>(int rows, double scale, out ulong reduced, ulong passed = 0)
        where TGradient : struct, IFlag
        where TExponentials : struct, IFlag
    {
        Vector512<T> limit = VectorMath.Of<T>(ExpSum.Limit<T>());
        Vector512<T> smallestTarget = VectorMath.Of<T>(SmallestTarget * (TExponentials.Value ? 1 : ExpSum.Scale<T>()));
        Vector512<T> weight = VectorMath.Of<T>(scale);
        Vector512<T> reduction = VectorMath.Of<T>(RowPowers.Reduction<T>());
        Vector512<T> divisorWeight = VectorMath.Of<T>(1 / Math.Abs(scale));
        ulong exact = 0;
        reduced = 0;
        ulong all = ulong.MaxValue >> (N - Vector512<T>.Count);
        for (nint r = 0; r < rows; r += Vector512<T>.Count)
        {
            if ((~passed & (all << (int)r) & (ulong.MaxValue >> (N - rows))) == 0) continue;
            Vector512<T> others = Lanes.LoadStored(Others + r, rows);
            Vector512<T> target = Lanes.LoadStored(Target + r, rows);
            if (!TExponentials.Value) target = VectorMath.Exp(target) * VectorMath.Of<T>(ExpSum.Scale<T>());
            Vector512<T> sum = others + target;
            VectorMath.Log1POfRatio(others, target).Store(Loss + r);
            Vector512<T> isExact = IsExact(others, target, smallestTarget, limit);

            // A shifted row's label would be shifted with a rounding at its own size: Repair does it in double.
            if (!TExponentials.Value) isExact &= Vector512.Equals(Lanes.LoadStored(Power + r, rows), Vector512<T>.Zero);
            exact |= Vector512.ExtractMostSignificantBits(isExact) << (int)r;
            if (!TGradient.Value) continue;
            Vector512<T> factor = weight / sum;
            Vector512<T> isReduced = Vector512.LessThan(Vector512.Abs(factor), reduction);
            if (isReduced != Vector512<T>.Zero)
            {
                reduced |= Vector512.ExtractMostSignificantBits(isReduced) << (int)r;
                others = Lanes.Select(isReduced, others * reduction, others);
                sum = Lanes.Select(isReduced, sum * reduction, sum);
                factor = weight / sum;
            }

            factor.Store(Factor + r);
            ScaleExp.Least(sum * divisorWeight).Store(Least + r);
            RowPowers.Normal(-others * factor).Store(TargetGradient + r);
        }

        return ~exact & (ulong.MaxValue >> (N - rows));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> IsExact(Vector512<T> others, Vector512<T> target, Vector512<T> smallestTarget, Vector512<T> limit)
    {
        Vector512<T> isExact = Vector512.GreaterThan(target, smallestTarget)
            & Vector512.GreaterThanOrEqual(others, Vector512<T>.One)
            & Vector512.LessThanOrEqual(others + target, limit);
        return typeof(T) == typeof(double) ? isExact & Vector512.LessThanOrEqual(others, target * VectorMath.Of<T>(1e300)) : isExact;
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
            Vector512<T> power = Lanes.LoadStored(Power + r, rows), log = VectorMath.Log(scaled * unscale);
            Vector512<T> isPlain = Vector512.Equals(power, Vector512<T>.Zero);
            if (!Vector512.EqualsAll(power, Vector512<T>.Zero))
            {
                log = Lanes.Select(isPlain, log, RowPowers.Log(scaled, power - VectorMath.Of<T>(ExpSum.Exponent<T>())));
            }

            log.Store(Loss + r);
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
    /// still serves; else the largest exponentials are divided out and the row is summed again. Whether its exponentials must be reduced.
    /// </summary>
    public bool Repair(int r, T* x, int n, int label, double scale, int threads)
    {
        RowShift<T> shift = new(T.Zero, double.CreateTruncating(Power[r]));
        double target = double.CreateTruncating(x[label]);
        double scaledOthers = double.CreateTruncating(Others[r]);
        double others = scaledOthers / ExpSum.Scale<T>();
        double above = -shift.Below(target, out double lost);
        lost = -lost;

        // ln(1 + e^t) is t from 40 on, where the label's part of the sum has no digits left: so it needs no exponential.
        double logRatio = above + ScalarMath.Log(others);
        double sum = logRatio > 40 ? others : others + ScalarMath.Exp(-above, -lost);
        double othersPart = others;
        if (!ExpSum.IsExact<T>(scaledOthers) || !(sum * ExpSum.Scale<T>() <= ExpSum.Limit<T>()))
        {
            T othersMax = ExpSum.Max(x, n, label);
            double max = double.CreateTruncating(othersMax);
            others = double.IsPositiveInfinity(target) ? double.NaN : ExpSum.Relative(x, n, label, othersMax, threads);
            above = ScalarMath.Difference(max, target, out lost);
            logRatio = above + ScalarMath.Log(others);
            shift = double.IsNaN(others) ? default : RowShift<T>.Divide(max < target ? x[label] : othersMax);
            double below = shift.Below(max, out double belowLost);
            othersPart = others == 0 ? 0 : others * ScalarMath.Exp(below, belowLost);
            sum = othersPart + ScalarMath.Exp(shift.Below(target));
        }

        double loss = logRatio > 40 ? logRatio : ScalarMath.Log1P(others * ScalarMath.Exp(above, lost));
        Loss[r] = T.CreateTruncating(loss);
        Offset[r] = shift.Offset;
        Power[r] = T.CreateTruncating(shift.Power);
        TargetGradient[r] = RowPowers.Normal<T>(-(othersPart / sum) * scale);
        double scaledSum = sum * ExpSum.Scale<T>();
        bool isReduced = Math.Abs(scale) < scaledSum * RowPowers.Reduction<T>();
        if (isReduced) scaledSum *= RowPowers.Reduction<T>();
        Factor[r] = T.CreateTruncating(scale / scaledSum);
        return isReduced;
    }
}
