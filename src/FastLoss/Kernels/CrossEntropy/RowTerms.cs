using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>
/// What softmax cross-entropy knows of up to 64 rows once their exponentials are summed, an array for each quantity, so that
/// the logarithms and divisions of many rows share vectors.
/// </summary>
internal readonly unsafe partial struct RowTerms<V, T>(T* buffer, T* losses)
    where V : unmanaged, IPacked<V, T>, IVector<V>
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
    /// whose exponentials must be reduced for its factor (<see cref="RowPowers{V, T}.Factor"/>). Vectors of rows that are all among
    /// <paramref name="passed"/> are passed over.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public ulong Finish<TGradient, TExponentials>(int rows, double scale, out ulong reduced, ulong passed = 0)
        where TGradient : struct, IFlag
        where TExponentials : struct, IFlag
    {
        V smallestTarget = SmallestTarget * (TExponentials.Value ? 1 : ExpSum.Scale<T>());
        V weight = V.Parameter(scale), divisorWeight = V.Parameter(1 / Math.Abs(scale));
        V reduction = RowPowers.Reduction<T>();
        ulong exact = 0;
        reduced = 0;
        for (nint r = 0; r < rows; r += V.Count)
        {
            if ((~passed & (Lanes << (int)r) & Rows(rows)) == 0) continue;
            V others = LoadStored(Others + r, rows), target = LoadStored(Target + r, rows);
            if (!TExponentials.Value) target = V.Exp(target) * ExpSum.Scale<T>();
            V sum = others + target;
            V.Store(Logarithms<V, T>.Log1POfRatio(others, target), Loss + r);
            V isExact = IsExact(others, target, smallestTarget);

            // A shifted row's label would be shifted with a rounding at its own size: Repair does it in double.
            if (!TExponentials.Value) isExact &= V.Equal(LoadStored(Power + r, rows), 0);
            exact |= V.Bits(isExact) << (int)r;
            if (!TGradient.Value) continue;
            V factor = weight / sum;
            V isReduced = V.Abs(factor) < reduction;
            ulong bits = V.Bits(isReduced);
            if (bits != 0)
            {
                reduced |= bits << (int)r;
                others = V.Where(isReduced, others * reduction, others);
                sum = V.Where(isReduced, sum * reduction, sum);
                factor = weight / sum;
            }

            V.Store(factor, Factor + r);
            V.Store(ScaleExp<V, T>.Least(sum * divisorWeight), Least + r);
            V.Store(RowPowers<V, T>.Normal(-others * factor), TargetGradient + r);
        }

        return ~exact & Rows(rows);
    }

    /// <summary>A bit for each lane of a register.</summary>
    private static ulong Lanes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ulong.MaxValue >> (N - V.Count);
    }

    /// <summary>A bit for each row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Rows(int rows) => ulong.MaxValue >> (N - rows);

    /// <summary>
    /// The register at p, of which only the first <paramref name="count"/> lanes count and were stored one by one just before: a vector
    /// waits until such stores have left for the cache, a single element does not: the sum and terms of one row of 64 took 71 ns, and take 51.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V LoadStored(T* p, int count) => count == 1 ? V.Broadcast(p) : V.Load(p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V IsExact(V others, V target, V smallestTarget)
    {
        V isExact = (target > smallestTarget) & (others >= 1) & (others + target <= ExpSum.Limit<T>());
        return typeof(T) == typeof(double) ? isExact & (others <= target * 1e300) : isExact;
    }

    /// <summary>
    /// logs[r] = ln of the scaled sum <see cref="Others"/>[r] of a whole row; returns a bit for each row whose sum is not exact.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public ulong Logs(int rows)
    {
        V unscale = 1 / ExpSum.Scale<T>();
        ulong exact = 0;
        for (nint r = 0; r < rows; r += V.Count)
        {
            V scaled = LoadStored(Others + r, rows);
            exact |= V.Bits((scaled >= 1) & (scaled <= ExpSum.Limit<T>())) << (int)r;
            V power = LoadStored(Power + r, rows), log = V.Log(scaled * unscale);
            V isPlain = V.Equal(power, 0);
            if (V.Bits(isPlain) != Lanes) log = V.Where(isPlain, log, RowPowers<V, T>.Log(scaled, power - ExpSum.Exponent<T>()));
            V.Store(log, Loss + r);
        }

        return ~exact & Rows(rows);
    }

    /// <summary>Twice what <see cref="ExpKernel{V, T}"/> clamps to: an exponential above it is its own, and normal.</summary>
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
            T othersMax = ExpSum<V, T>.Max(x, n, label);
            double max = double.CreateTruncating(othersMax);
            others = double.IsPositiveInfinity(target) ? double.NaN : ExpSum<V, T>.Relative(x, n, label, othersMax, threads);
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
