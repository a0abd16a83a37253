using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>
/// Rows whose exponentials alone do not do, all of a block at once: each row's are divided by a power of two of its own. A row that
/// needs none keeps its bits, so that it does not matter which rows lie beside it.
/// </summary>
internal static unsafe partial class SmallRows<V, T>
{
    /// <summary>
    /// Takes the exponentials of a block again, those of the rows given (a bit each) less a power of two near the largest (where there are
    /// labels, of the others, or of a larger label up to <see cref="Reach"/>). Their powers and offsets are left in the terms, with the
    /// others' sums; and where there are labels what <see cref="RowTerms{V, T}.FinishRedone"/> needs. NaN for a row that has no softmax.
    /// </summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Redo(T* x, T* e, int classCount, int rows, ulong redone, int* labels, in RowTerms<V, T> terms)
    {
        int count = BitOperations.PopCount(redone);
        if (count > rows * 3 / 4)
        {
            RedoAll(x, e, classCount, rows, redone, labels, terms);
            return;
        }

        // Few of the rows, next to each other.
        T* copies = Scratch.Take(stackalloc T[Scratch.Room<T>(SmallRows.BufferLength<T>(classCount))]);
        T* buffer = Scratch.Take(stackalloc T[Scratch.Room<T>(RowTerms<V, T>.BufferLength)]);
        int* classes = Scratch.Take(stackalloc int[Scratch.Room<int>(BlockRows)]);
        RowTerms<V, T> copied = new(buffer, null);
        int i = 0;
        for (ulong left = redone; left != 0; left &= left - 1, i++)
        {
            int r = BitOperations.TrailingZeroCount(left);
            new ReadOnlySpan<T>(x + (r * classCount), classCount).CopyTo(new Span<T>(copies + (i * classCount), classCount));
            if (labels != null) classes[i] = labels[r];
        }

        RedoAll(copies, copies, classCount, count, ulong.MaxValue >> (BlockRows - count), labels == null ? null : classes, copied);
        new Span<T>(terms.Power, rows).Clear();
        new Span<T>(terms.Offset, rows).Clear();
        i = 0;
        for (ulong left = redone; left != 0; left &= left - 1, i++)
        {
            int r = BitOperations.TrailingZeroCount(left);
            new ReadOnlySpan<T>(copies + (i * classCount), classCount).CopyTo(new Span<T>(e + (r * classCount), classCount));
            terms.SetRedone(r, copied, i);
        }

        Scratch.Check(copies, SmallRows.BufferLength<T>(classCount));
        Scratch.Check(buffer, RowTerms<V, T>.BufferLength);
        Scratch.Check(classes, BlockRows);
    }

    /// <summary>
    /// <see cref="Redo"/> of all rows but the skipped, where the largest (other) logit of every one alone says that its exponentials do not do:
    /// a block far from 0, as its first row shows, need not be tried. They are among what <see cref="RowTerms{V, T}.Inexact"/> finds, so no bit
    /// depends on it. False, and nothing done, elsewhere.
    /// </summary>
    public static bool TryRedoFar(T* x, T* e, int classCount, int rows, ulong skipped, int* labels, in RowTerms<V, T> terms) =>
        StartsFar(x, classCount)
        && RedoAll(x, e, classCount, rows, (ulong.MaxValue >> (BlockRows - rows)) & ~skipped, labels, terms, isTried: true);

    /// <summary>Whether the first row is far from 0.</summary>
    public static bool StartsFar(T* x, int classCount) => IsFar(MaxOfRow(x, classCount));

    private static bool IsFar(T max)
    {
        double wide = double.CreateTruncating(max);
        return wide > FarAbove || wide < FarBelow;
    }

    /// <summary>A bit for each largest logit that is far from 0.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static ulong Far(T* tops, int rows)
    {
        ulong far = 0;
        for (nint r = 0; r < rows; r += V.Count)
        {
            V top = V.Load(tops + r);
            far |= V.Bits((top > FarAbove) | (top < FarBelow)) << (int)r;
        }

        return far;
    }

    /// <summary>The limit's logarithm, with a power of two to spare.</summary>
    private static double FarAbove
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(T) == typeof(float) ? (118 - 16 + 1) * ScalarMath.Ln2High : (1000 - 256 + 1) * ScalarMath.Ln2High;
    }

    /// <summary>That of 1 for as many classes, with a power of two to spare.</summary>
    private static double FarBelow
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => typeof(T) == typeof(float) ? -(16 + 5 + 1) * ScalarMath.Ln2High : -(256 + 4 + 1) * ScalarMath.Ln2High;
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool RedoAll(T* x, T* e, int classCount, int rows, ulong redone, int* labels, in RowTerms<V, T> terms, bool isTried = false)
    {
        T* z = Scratch.Take(stackalloc T[Scratch.Room<T>(SmallRows.BufferLength<T>(classCount))]);
        T* numbers = Scratch.Take(stackalloc T[Scratch.Room<T>(SmallRows.BufferLength<T>(classCount))]);
        T* tops = Scratch.Take(stackalloc T[Scratch.Room<T>(BlockRows)]);
        int n = rows * classCount;
        new ReadOnlySpan<T>(x, n).CopyTo(new Span<T>(z, n));
        if (labels != null)
        {
            SmallRows.Pick(z, classCount, rows, labels, terms.Target);
            for (nint r = 0; r < rows; r++) z[(r * classCount) + labels[r]] = T.NegativeInfinity;
        }

        Tops(z, classCount, rows, tops);
        if (isTried && (redone & ~Far(tops, rows)) != 0) return false;
        ulong offset = Powers(rows, redone, tops, labels != null, terms);
        if (offset != 0)
        {
            Repeat(terms.Offset, classCount, rows, numbers);
            TensorPrimitives.Subtract(new ReadOnlySpan<T>(z, n), new ReadOnlySpan<T>(numbers, n), new Span<T>(z, n));
        }

        Repeat(terms.Power, classCount, rows, numbers);
        ExpBy(z, numbers, e, n);
        for (nint r = 0; labels != null && r < rows; r++) e[(r * classCount) + labels[r]] = T.Zero;
        Sum(e, classCount, rows, terms.Others);

        // What is left in the tops is 0, or NaN where the row has infinities or no number.
        TensorPrimitives.Add(new ReadOnlySpan<T>(terms.Others, rows), new ReadOnlySpan<T>(tops, rows), new Span<T>(terms.Others, rows));
        Scratch.Check(z, SmallRows.BufferLength<T>(classCount));
        Scratch.Check(numbers, SmallRows.BufferLength<T>(classCount));
        Scratch.Check(tops, BlockRows);
        return true;
    }

    /// <summary>Each of the numbers as often as there are classes; whole vectors are written, of which the next row's overwrites what is too much.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Repeat(T* numbers, nint classCount, int rows, T* repeated)
    {
        for (nint r = 0; r < rows; r++, repeated += classCount)
        {
            V number = V.Broadcast(numbers + r);
            for (nint i = 0; i < classCount; i += V.Count) V.Store(number, repeated + i);
        }
    }

    /// <summary>The powers of two by which a label may lie above the others with all exponentials still in range.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Reach() => typeof(T) == typeof(float) ? 60 : 500;

    /// <summary>The largest of a row; a NaN may be passed over.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T MaxOfRow(T* row, int classCount)
    {
        int lanes = Packed128<T>.Count;
        Packed128<T> max = Packed128<T>.Broadcast(row);
        if (classCount < lanes)
        {
            for (nint i = 1; i < classCount; i++) max = Packed128<T>.Max(Packed128<T>.Broadcast(row + i), max);
            return Packed128<T>.First(max);
        }

        max = Packed128<T>.Load(row + classCount - lanes); // may overlap the one before it
        for (nint i = 0; i <= classCount - lanes; i += lanes) max = Packed128<T>.Max(Packed128<T>.Load(row + i), max);
        return LaneFold<Packed128<T>, T>.Of<Maximum>(max);
    }

    /// <summary>
    /// Each row's power and offset from the largest of its others (<paramref name="tops"/>, which become 0, or NaN for a row without softmax)
    /// and its label's logit; returns a bit for each row with an offset: of logits so large that they must be subtracted, which then is exact.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static ulong Powers(int rows, ulong redone, T* tops, bool hasLabels, in RowTerms<V, T> terms)
    {
        double limit = RowShift<T>.Limit;
        ulong offsets = 0;
        for (nint r = 0; r < rows; r += V.Count)
        {
            V isRedone = V.MaskOf(redone >> (int)r);
            V top = V.Load(tops + r), target = hasLabels ? V.Load(terms.Target + r) : top;
            V max = V.Max(top, target);
            V nothing = isRedone & (max - max); // NaN where it is infinite
            V offset = (isRedone & (V.Abs(max) > limit) & max) + nothing;
            V.Store(nothing, tops + r);
            V.Store(offset, terms.Offset + r);
            offsets |= V.Bits(~V.Equal(offset, 0)) << (int)r;
            top -= offset;
            target -= offset;
            V power = Exponentials<V, T>.NearestPower(V.Max(-1.5 * limit, top)), exponent = power;
            if (hasLabels)
            {
                V inRange = V.Max(-1.5 * limit, target);
                exponent = Exponentials<V, T>.NearestPower(inRange);
                power = V.Min(power + Reach(), V.Max(power, exponent));
                terms.Prepare(r, top, target, inRange, exponent, power);
            }

            V.Store(isRedone & power, terms.Power + r);
        }

        return offsets & (ulong.MaxValue >> (BlockRows - rows));
    }

    /// <summary>e[i] = e^x[i] 2^(Exponent - powers[i]); whole registers are read and written.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void ExpBy(T* x, T* powers, T* e, nint n)
    {
        ExpKernel<V, T> exp = new(ExpSum.Exponent<T>());
        for (nint i = 0; i < n; i += V.Count) V.Store(exp.ExpBy(V.Load(x + i), V.Load(powers + i)), e + i);
    }
}
