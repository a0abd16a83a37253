using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <content>Terms of small rows whose exponentials were divided by a power of two of their own: <see cref="SmallRows{V, T}.Redo"/>.</content>
internal readonly unsafe partial struct RowTerms<V, T>
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
    public void Prepare(nint r, V top, V target, V inRange, V exponent, V power)
    {
        (double low, double high, double far) = typeof(T) == typeof(float) ? (-130.0, 100.0, -60.0) : (-1200.0, 700.0, -100.0);
        V above = exponent - power;
        V held = V.Min(high, V.Max(low, above));
        V scale = V.PowerOfTwo(held + ExpSum.Exponent<T>());
        V.Store(V.Exp(RowPowers<V, T>.Below(inRange, exponent)) * scale, Target + r);
        V distance = (top - target) - RowPowers<V, T>.Below(top, power);
        V excess = V.Max(0, above - held);
        V.Store(V.Where(above < far, distance, -1 - excess), Far + r);
    }

    /// <summary>Row r's terms as row i's of others, which have been done again.</summary>
    public void SetRedone(int r, in RowTerms<V, T> others, int i)
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
        ulong exact = 0;
        for (nint r = 0; r < rows; r += V.Count)
        {
            exact |= V.Bits(IsExact(LoadStored(Others + r, rows), LoadStored(Target + r, rows), SmallestTarget)) << (int)r;
        }

        return ~exact & Rows(rows);
    }

    /// <summary><see cref="Finish"/> of the rows given by a bit each, after <see cref="SmallRows{V, T}.Redo"/>; the others' terms stay.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public void FinishRedone<TGradient>(int rows, double scale, ulong redone, ref ulong reduced)
        where TGradient : struct, IFlag
    {
        V weight = V.Parameter(scale), divisorWeight = V.Parameter(1 / Math.Abs(scale));
        V unscale = 1 / ExpSum.Scale<T>(), reduction = RowPowers.Reduction<T>();
        reduced &= ~redone;
        for (nint r = 0; r < rows; r += V.Count)
        {
            if (((redone >> (int)r) & Lanes) == 0) continue;
            V isRedone = V.MaskOf(redone >> (int)r);
            V others = V.Load(Others + r), target = V.Load(Target + r), far = V.Load(Far + r);
            V loss = Logarithms<V, T>.Log1POfRatio(others, target);
            V isFar = far > 0;
            if (V.Bits(isFar) != 0) loss = V.Where(isFar, far + V.Log(others * unscale), loss);
            Store(Loss + r, loss, isRedone);
            if (!TGradient.Value) continue;

            // The sum's power, for whom its logarithm is to be taken.
            Store(Power + r, V.Load(Power + r) + V.Max(0, -1 - far), isRedone);
            V sum = others + target;
            Store(TargetGradient + r, RowPowers<V, T>.Normal(-(others / sum) * weight), isRedone);
            V isReduced = (V.Abs(weight / sum) < reduction) & isRedone;
            reduced |= V.Bits(isReduced) << (int)r;
            sum = V.Where(isReduced, sum * reduction, sum);
            Store(Factor + r, weight / sum, isRedone);
            Store(Least + r, ScaleExp<V, T>.Least(sum * divisorWeight), isRedone);
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

        SmallRows<V, T>.Scale(e, e, classCount, rows, factors, leasts, rowTable);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(T* p, V v, V mask) => V.Store(V.Where(mask, v, V.Load(p)), p);
}
