using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FastLoss.Kernels;

/// <summary>
/// Rows whose exponentials alone do not do, all of a block at once: each row's are divided by a power of two of its own. A row that
/// needs none keeps its bits, so that it does not matter which rows lie beside it.
/// </summary>
internal static unsafe partial class SmallRows
{
    /// <summary>
    /// Takes the exponentials of a block again, those of the rows given (a bit each) less a power of two near the largest (where there are
    /// labels, of the others, or of a larger label up to <see cref="Reach{T}"/>). Their powers and offsets are left in the terms, with the
    /// others' sums; and where there are labels what <see cref="RowTerms{T}.FinishRedone"/> needs. NaN for a row that has no softmax.
    /// </summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Redo<T>(T* x, T* e, int classCount, int rows, ulong redone, int* labels, in RowTerms<T> terms)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int count = BitOperations.PopCount(redone);
        if (count > rows * 3 / 4)
        {
            RedoAll(x, e, classCount, rows, redone, labels, terms);
            return;
        }

        // Few of the rows, next to each other.
        T* copies = Scratch.Take(stackalloc T[Scratch.Room<T>(BufferLength<T>(classCount))]);
        T* buffer = Scratch.Take(stackalloc T[Scratch.Room<T>(RowTerms<T>.BufferLength)]);
        int* classes = Scratch.Take(stackalloc int[Scratch.Room<int>(BlockRows)]);
        RowTerms<T> copied = new(buffer, null);
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

        Scratch.Check(copies, BufferLength<T>(classCount));
        Scratch.Check(buffer, RowTerms<T>.BufferLength);
        Scratch.Check(classes, BlockRows);
    }

    /// <summary>
    /// <see cref="Redo"/> of all rows but the skipped, where the largest (other) logit of every one alone says that its exponentials do not do:
    /// a block far from 0, as its first row shows, need not be tried. They are among what <see cref="RowTerms{T}.Inexact"/> finds, so no bit
    /// depends on it. False, and nothing done, elsewhere.
    /// </summary>
    public static bool TryRedoFar<T>(T* x, T* e, int classCount, int rows, ulong skipped, int* labels, in RowTerms<T> terms)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        StartsFar(x, classCount)
        && RedoAll(x, e, classCount, rows, (ulong.MaxValue >> (BlockRows - rows)) & ~skipped, labels, terms, isTried: true);

    /// <summary>Whether the first row is far from 0.</summary>
    public static bool StartsFar<T>(T* x, int classCount)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => IsFar(VectorMath.Of<T>(double.CreateTruncating(MaxOfRow(x, classCount)))) != Vector512<T>.Zero;

    /// <summary>A bit for each largest logit that is far from 0.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static ulong Far<T>(T* tops, int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ulong far = 0;
        for (nint r = 0; r < rows; r += Vector512<T>.Count) far |= IsFar(Vector512.Load(tops + r)).ExtractMostSignificantBits() << (int)r;
        return far;
    }

    /// <summary>Beyond the limit's logarithm, or below that of 1 for as many classes, with a power of two to spare; not NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> IsFar<T>(Vector512<T> max)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const double Ln2 = 0.69314718055994530942;
        Vector512<T> high = VectorMath.Of<T>(typeof(T) == typeof(float) ? (118 - 16 + 1) * Ln2 : (1000 - 256 + 1) * Ln2);
        Vector512<T> low = VectorMath.Of<T>(typeof(T) == typeof(float) ? -(16 + 5 + 1) * Ln2 : -(256 + 4 + 1) * Ln2);
        return Vector512.GreaterThan(max, high) | Vector512.LessThan(max, low);
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool RedoAll<T>(T* x, T* e, int classCount, int rows, ulong redone, int* labels, in RowTerms<T> terms, bool isTried = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T* z = Scratch.Take(stackalloc T[Scratch.Room<T>(BufferLength<T>(classCount))]);
        T* numbers = Scratch.Take(stackalloc T[Scratch.Room<T>(BufferLength<T>(classCount))]);
        T* tops = Scratch.Take(stackalloc T[Scratch.Room<T>(BlockRows)]);
        int n = rows * classCount;
        new ReadOnlySpan<T>(x, n).CopyTo(new Span<T>(z, n));
        if (labels != null)
        {
            Pick(z, classCount, rows, labels, terms.Target);
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
        if (labels == null) Sum<T, No>(e, classCount, rows, null, terms.Others);
        else Sum<T, Yes>(e, classCount, rows, labels, terms.Others);

        // What is left in the tops is 0, or NaN where the row has infinities or no number.
        TensorPrimitives.Add(new ReadOnlySpan<T>(terms.Others, rows), new ReadOnlySpan<T>(tops, rows), new Span<T>(terms.Others, rows));
        Scratch.Check(z, BufferLength<T>(classCount));
        Scratch.Check(numbers, BufferLength<T>(classCount));
        Scratch.Check(tops, BlockRows);
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Tops<T>(T* z, nint classCount, int rows, T* tops)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        nint r = 0;
        if (Avx512F.IsSupported)
        {
            RowReader<T, Maximum<T>, No> reader = new((int)classCount);
            for (; r <= rows - Vector512<T>.Count; r += Vector512<T>.Count) Tree(z + (r * classCount), null, reader).Store(tops + r);
        }

        for (; r < rows; r++) tops[r] = MaxOfRow(z + (r * classCount), (int)classCount);
    }

    /// <summary>Each of the numbers as often as there are classes; whole vectors are written, of which the next row's overwrites what is too much.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Repeat<T>(T* numbers, nint classCount, int rows, T* repeated)
        where T : unmanaged
    {
        for (nint r = 0; r < rows; r++, repeated += classCount)
        {
            Vector128<T> number = Vector128.Create(numbers[r]);
            for (nint i = 0; i < classCount; i += Vector128<T>.Count) number.Store(repeated + i);
        }
    }

    /// <summary>The powers of two by which a label may lie above the others with all exponentials still in range.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Reach<T>() => typeof(T) == typeof(float) ? 60 : 500;

    /// <summary>The largest of a row; a NaN may be passed over.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T MaxOfRow<T>(T* row, int classCount)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int lanes = Vector128<T>.Count;
        if (classCount < lanes)
        {
            Vector128<T> most = Vector128.CreateScalarUnsafe(row[0]);
            for (nint i = 1; i < classCount; i++) most = Larger(Vector128.CreateScalarUnsafe(row[i]), most);
            return most.ToScalar();
        }

        Vector128<T> max = Vector128.Load(row + classCount - lanes); // may overlap the one before it
        for (nint i = 0; i <= classCount - lanes; i += lanes) max = Larger(Vector128.Load(row + i), max);
        max = Larger(max, Vector128.Shuffle(max.AsInt64(), Vector128.Create(1L, 0)).As<long, T>());
        if (lanes == 4) max = Larger(max, Vector128.Shuffle(max.AsInt32(), Vector128.Create(1, 0, 3, 2)).As<int, T>());
        return max.ToScalar();
    }

    /// <summary>The log-sum-exp of a row without a finite one: its largest, or NaN when one is.</summary>
    public static T Extreme<T>(T* row, int classCount)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector128<T> max = Vector128.CreateScalar(row[0]), isNumber = Vector128<T>.AllBitsSet;
        nint i = 0;
        for (; i <= classCount - Vector128<T>.Count; i += Vector128<T>.Count)
        {
            Vector128<T> v = Vector128.Load(row + i);
            isNumber &= Vector128.Equals(v, v);
            max = i == 0 ? v : Larger(v, max);
        }

        T most = max[0];
        for (int lane = 1; i > 0 && lane < Vector128<T>.Count; lane++) most = max[lane] > most ? max[lane] : most;
        bool isNaN = isNumber.AsInt32() != Vector128<int>.AllBitsSet; // all bits set are no number, which equals nothing
        for (; i < classCount; i++)
        {
            isNaN |= T.IsNaN(row[i]);
            most = row[i] > most ? row[i] : most;
        }

        return isNaN ? T.NaN : most;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> Larger<T>(Vector128<T> a, Vector128<T> b) =>
        Vector128.ConditionalSelect(Vector128.GreaterThan(a, b), a, b);

    /// <summary>
    /// Each row's power and offset from the largest of its others (<paramref name="tops"/>, which become 0, or NaN for a row without softmax)
    /// and its label's logit; returns a bit for each row with an offset: of logits so large that they must be subtracted, which then is exact.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static ulong Powers<T>(int rows, ulong redone, T* tops, bool hasLabels, in RowTerms<T> terms)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<T> zero = Vector512<T>.Zero, limit = VectorMath.Of<T>(RowShift<T>.Limit), lowest = VectorMath.Of<T>(-1.5 * RowShift<T>.Limit);
        ulong offsets = 0;
        for (nint r = 0; r < rows; r += Vector512<T>.Count)
        {
            Vector512<T> isRedone = RowPowers.Mask<T>(redone >> (int)r);
            Vector512<T> top = Vector512.Load(tops + r), target = hasLabels ? Vector512.Load(terms.Target + r) : top;
            Vector512<T> max = Lanes.AtLeast(top, target);
            Vector512<T> nothing = Lanes.Select(isRedone, max - max, zero); // NaN where it is infinite
            Vector512<T> offset = Lanes.Select(isRedone & Vector512.GreaterThan(Vector512.Abs(max), limit), max, zero) + nothing;
            nothing.Store(tops + r);
            offset.Store(terms.Offset + r);
            offsets |= (~Vector512.Equals(offset, zero)).ExtractMostSignificantBits() << (int)r;
            top -= offset;
            target -= offset;
            Vector512<T> power = RowPowers.Nearest(Lanes.AtLeast(lowest, top)), exponent = power;
            if (hasLabels)
            {
                Vector512<T> inRange = Lanes.AtLeast(lowest, target);
                exponent = RowPowers.Nearest(inRange);
                power = Lanes.AtMost(power + VectorMath.Of<T>(Reach<T>()), Lanes.AtLeast(power, exponent));
                terms.Prepare(r, top, target, inRange, exponent, power);
            }

            Lanes.Select(isRedone, power, zero).Store(terms.Power + r);
        }

        return offsets & (ulong.MaxValue >> (BlockRows - rows));
    }

    /// <summary>e[i] = e^x[i] 2^(Exponent - powers[i]); whole vectors are read and written.</summary>
    private static void ExpBy<T>(T* x, T* powers, T* e, nint n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Avx512F.IsSupported) ExpBy<T, Vector512<T>, Register512<T>>(x, powers, e, n);
        else if (Avx2.IsSupported) ExpBy<T, Vector256<T>, Register256<T>>(x, powers, e, n);
        else ExpBy<T, Vector128<T>, Register128<T>>(x, powers, e, n);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void ExpBy<T, TVector, TRegister>(T* x, T* powers, T* e, nint n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct
        where TRegister : struct, IRegister<TVector, T>
    {
        ExpKernel<T, TVector, TRegister> exp = new(ExpSum.Exponent<T>());
        for (nint i = 0; i < n; i += TRegister.Count)
        {
            TRegister.Store(exp.ExpBy(TRegister.Load(x + i), TRegister.Load(powers + i)), e + i);
        }
    }
}
