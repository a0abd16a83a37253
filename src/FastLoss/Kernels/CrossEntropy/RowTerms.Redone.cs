using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <content>Terms of small rows whose exponentials were divided by a power of two of their own: <see cref="SmallRows.Redo"/>.</content>
internal readonly unsafe partial struct RowTerms<T>
{
    /// <summary>
    /// Of a vector of rows from r on: the label's exponential in the scale of the others' (in <see cref="Target"/>), its exponent held to where
    /// that is normal and all digits of the sums are right; and for labels far below the others the loss but for ln of the others'
    /// sum (in <see cref="Far"/>; -1 for the rest, less the powers by which a label above was held).
    /// </summary>
    /// <param name="r">The first row.</param>
    /// <param name="top">The largest of the others.</param>
    /// <param name="target">The label's logit.</param>
    /// <param name="inRange">The same, no less than the reduction takes.</param>
    /// <param name="exponent">The whole power of two nearest to e^inRange.</param>
    /// <param name="power">What the others are divided by.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prepare(
        nint r, Vector512<T> top, Vector512<T> target, Vector512<T> inRange, Vector512<T> exponent, Vector512<T> power)
    {
        (double low, double high, double far) = typeof(T) == typeof(float) ? (-130.0, 100.0, -60.0) : (-1200.0, 700.0, -100.0);
        Vector512<T> above = exponent - power;
        Vector512<T> held = Lanes.AtMost(VectorMath.Of<T>(high), Lanes.AtLeast(VectorMath.Of<T>(low), above));
        Vector512<T> scale = RowPowers.PowerOfTwo(held + VectorMath.Of<T>(ExpSum.Exponent<T>()));
        (VectorMath.Exp(RowPowers.Below(inRange, exponent)) * scale).Store(Target + r);
        Vector512<T> distance = (top - target) - RowPowers.Below(top, power);
        Vector512<T> excess = Formula.PositivePart(above - held);
        Lanes.Select(Vector512.LessThan(above, VectorMath.Of<T>(far)), distance, -Vector512<T>.One - excess).Store(Far + r);
    }

    /// <summary>Row r's terms as row i's of others, which have been done again.</summary>
    public void SetRedone(int r, in RowTerms<T> others, int i)
    {
        Others[r] = others.Others[i];
        Target[r] = others.Target[i];
        Power[r] = others.Power[i];
        Offset[r] = others.Offset[i];
        Far[r] = others.Far[i];
    }

    /// <summary>A bit for each small row whose exponentials alone do not do, the label's or the others'; see <see cref="Finish"/>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public ulong Inexact(int rows)
    {
        Vector512<T> limit = VectorMath.Of<T>(ExpSum.Limit<T>()), smallestTarget = VectorMath.Of<T>(SmallestTarget);
        ulong exact = 0;
        for (nint r = 0; r < rows; r += Vector512<T>.Count)
        {
            Vector512<T> isExact = IsExact(Lanes.LoadStored(Others + r, rows), Lanes.LoadStored(Target + r, rows), smallestTarget, limit);
            exact |= Vector512.ExtractMostSignificantBits(isExact) << (int)r;
        }

        return ~exact & (ulong.MaxValue >> (N - rows));
    }

    /// <summary><see cref="Finish"/> of the rows given by a bit each, after <see cref="SmallRows.Redo"/>; the others' terms stay.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public void FinishRedone<TGradient>(int rows, double scale, ulong redone, ref ulong reduced)
        where TGradient : struct, IFlag
    {
        Vector512<T> weight = VectorMath.Of<T>(scale), divisorWeight = VectorMath.Of<T>(1 / Math.Abs(scale));
        Vector512<T> unscale = VectorMath.Of<T>(1 / ExpSum.Scale<T>());
        Vector512<T> reduction = VectorMath.Of<T>(RowPowers.Reduction<T>());
        reduced &= ~redone;
        for (nint r = 0; r < rows; r += Vector512<T>.Count)
        {
            Vector512<T> isRedone = RowPowers.Mask<T>(redone >> (int)r);
            if (isRedone.Equals(Vector512<T>.Zero)) continue;
            Vector512<T> others = Vector512.Load(Others + r), target = Vector512.Load(Target + r), far = Vector512.Load(Far + r);
            Vector512<T> loss = VectorMath.Log1POfRatio(others, target);
            if (Vector512.GreaterThanAny(far, Vector512<T>.Zero))
            {
                loss = Lanes.Select(Vector512.GreaterThan(far, Vector512<T>.Zero), far + VectorMath.Log(others * unscale), loss);
            }

            Lanes.Select(isRedone, loss, Vector512.Load(Loss + r)).Store(Loss + r);
            if (!TGradient.Value) continue;

            // The sum's power, for whom its logarithm is to be taken.
            Store(Power + r, Vector512.Load(Power + r) + Formula.PositivePart(-Vector512<T>.One - far), isRedone);
            Vector512<T> sum = others + target;
            Store(TargetGradient + r, RowPowers.Normal(-(others / sum) * weight), isRedone);
            Vector512<T> isReduced = Vector512.LessThan(Vector512.Abs(weight / sum), reduction) & isRedone;
            reduced |= Vector512.ExtractMostSignificantBits(isReduced) << (int)r;
            sum = Lanes.Select(isReduced, sum * reduction, sum);
            Store(Factor + r, weight / sum, isRedone);
            Store(Least + r, ScaleExp.Least(sum * divisorWeight), isRedone);
        }
    }

    /// <summary>Multiplies the exponentials of the rows given by a bit each by <see cref="RowPowers.Reduction"/>; the sums are not needed any more.</summary>
    public void Reduce(T* e, int classCount, int rows, ulong reduced, T* rowTable)
    {
        T* factors = Others, leasts = Target;
        T reduction = T.CreateTruncating(RowPowers.Reduction<T>());
        T least = T.CreateTruncating(RowPowers.SmallestNormal<T>() * ExpSum.Limit<T>());
        for (int r = 0; r < rows; r++)
        {
            bool isReduced = ((reduced >> r) & 1) != 0;
            factors[r] = isReduced ? reduction : T.One;
            leasts[r] = isReduced ? least : T.NegativeInfinity;
        }

        SmallRows.Scale(e, e, classCount, rows, factors, leasts, rowTable);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(T* p, Vector512<T> v, Vector512<T> mask) => Lanes.Select(mask, v, Vector512.Load(p)).Store(p);
}
