using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>
/// Rows of at most 128 bytes of classes, a block of rows at a time: the exponentials of the whole block are taken as of one
/// flat array, with no lane idle; sums of as many rows as a register has lanes come out of one tree of adds, a lane each.
/// A row's result depends on that row alone, whatever its place in the block.
/// </summary>
internal static unsafe class SmallRows
{
    public const int BlockRows = 64;

    /// <summary>The most classes a small row has: 32 floats or 16 doubles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int MaxClasses<T>()
        where T : unmanaged => 128 / sizeof(T);

    /// <summary>Elements a buffer for a block's exponentials needs: whole registers are read at the last row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int BufferLength<T>(int classCount)
        where T : unmanaged => (BlockRows * classCount) + (128 / sizeof(T));

    /// <summary>Elements of <see cref="SmallRows{V, T}.FillRowTable"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int TableLength<T>(int classCount)
        where T : unmanaged => classCount * (64 / sizeof(T));

    /// <summary>picked[r] = e[r, labels[r]], which is 0 then, and so not in the row's sum.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void TakeOut<T>(T* e, nint classCount, int rows, int* labels, T* picked)
        where T : unmanaged
    {
        for (nint r = 0; r < rows; r++)
        {
            picked[r] = e[labels[r]];
            e[labels[r]] = default;
            e += classCount;
        }
    }

    /// <summary>picked[r] = e[r, labels[r]].</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Pick<T>(T* e, nint classCount, int rows, int* labels, T* picked)
        where T : unmanaged
    {
        for (nint r = 0; r < rows; r++)
        {
            picked[r] = e[labels[r]];
            e += classCount;
        }
    }

    /// <summary>The log-sum-exp of a row without a finite one: its largest, or NaN when one is.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static T Extreme<T>(T* row, int classCount)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Packed128<T> max = double.NegativeInfinity, isNumber = Packed128<T>.FirstLanes(Packed128<T>.Count);
        for (nint i = 0; i < classCount; i += Packed128<T>.Count)
        {
            int count = (int)Math.Min(Packed128<T>.Count, classCount - i);
            Packed128<T> v = count == Packed128<T>.Count
                ? Packed128<T>.Load(row + i)
                : Packed128<T>.Where(Packed128<T>.FirstLanes(count), Packed128<T>.LoadFirst(row + i, count), double.NegativeInfinity);
            isNumber &= Packed128<T>.Equal(v, v);
            max = Packed128<T>.Max(v, max);
        }

        bool isNaN = Packed128<T>.Bits(isNumber) != ulong.MaxValue >> (64 - Packed128<T>.Count);
        return isNaN ? T.NaN : LaneFold<Packed128<T>, T>.Of<Maximum>(max);
    }
}

/// <summary>The passes of <see cref="SmallRows"/> on one register.</summary>
internal static unsafe partial class SmallRows<V, T>
    where V : unmanaged, IPacked<V, T>, IVector<V>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int BlockRows = SmallRows.BlockRows;

    /// <summary>e[i] = e^x[i] 2^Exponent for all elements of the block.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Exp(T* x, T* e, nint n)
    {
        ExpKernel<V, T> exp = new(ExpSum.Exponent<T>());
        nint i = 0;
        for (; i <= n - (2 * V.Count); i += 2 * V.Count)
        {
            V v0 = exp.Exp(V.Load(x + i));
            V v1 = exp.Exp(V.Load(x + i + V.Count));
            V.Store(v0, e + i);
            V.Store(v1, e + i + V.Count);
        }

        // The buffer has room for whole registers; the logits have not.
        for (; i < n; i += V.Count) V.Store(exp.Exp(V.LoadFirst(x + i, (int)Math.Min(V.Count, n - i))), e + i);
    }

    /// <summary>sums[r] = the sum of row r.</summary>
    public static void Sum(T* e, int classCount, int rows, T* sums) => Fold<Addition>(e, classCount, rows, sums);

    /// <summary>tops[r] = the largest of row r; a NaN may be passed over.</summary>
    private static void Tops(T* z, int classCount, int rows, T* tops) => Fold<Maximum>(z, classCount, rows, tops);

    /// <summary>largest[r] = where row r has its largest exponential, the first of equals; some class of a row with NaN.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Largest(T* e, int classCount, int rows, int* largest)
    {
        T* maxima = Scratch.Take(stackalloc T[Scratch.Room<T>(BlockRows)]);
        Fold<Maximum>(e, classCount, rows, maxima);
        for (int r = 0; r < rows; r++, e += classCount) largest[r] = IndexOf(e, classCount, maxima + r);
        Scratch.Check(maxima, BlockRows);
    }

    /// <summary>Where a row holds the value, first; 0 where it does not (NaN).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int IndexOf(T* row, int classCount, T* value)
    {
        V sought = V.Broadcast(value);
        int lanes = V.Count;
        for (nint start = 0; start < classCount; start += lanes)
        {
            ulong found = V.Bits(V.Equal(V.Load(row + start), sought)) & (ulong.MaxValue >> (int)(64 - Math.Min(lanes, classCount - start)));
            if (found != 0) return (int)start + BitOperations.TrailingZeroCount(found);
        }

        return 0;
    }

    /// <summary>
    /// The row, counted from a group's first, of each element of a group of as many rows as a register has lanes:
    /// <paramref name="classCount"/> registers, for <see cref="Scale"/>. Unused, and not written, where lanes cannot be picked or for fewer
    /// rows than a group.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void FillRowTable(T* table, int classCount, int rows)
    {
        if (!V.CanPick || rows < V.Count) return;
        V inverse = V.Parameter(1.0 / classCount), index = V.Indices + 0.5; // (i + 1/2) / C never rounds across an integer here
        for (int k = 0; k < classCount; k++)
        {
            V.Store(V.Whole(index * inverse), table + (k * V.Count));
            index += V.Count;
        }
    }

    /// <summary>destination[i] = e[i] * factors[row of i], 0 where e[i] is less than leasts[row of i].</summary>
    public static void Scale(T* e, T* destination, int classCount, int rows, T* factors, T* leasts, T* rowTable) =>
        PerRow<ScaleByRow>(e, destination, classCount, rows, factors, leasts, rowTable);

    /// <summary>destination[i] = (x[i] - first[row of i]) - second[row of i]; destination may be x.</summary>
    public static void SubtractTwice(T* x, T* destination, int classCount, int rows, T* first, T* second, T* rowTable) =>
        PerRow<SubtractRows>(x, destination, classCount, rows, first, second, rowTable);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void PerRow<TStep>(T* source, T* destination, int classCount, int rows, T* first, T* second, T* rowTable)
        where TStep : struct, IPerRowStep
    {
        int r = 0;
        for (; V.CanPick && r <= rows - V.Count; r += V.Count)
        {
            V a = V.Load(first + r), b = V.Load(second + r);
            T* from = source + (r * classCount), to = destination + (r * classCount);
            for (nint k = 0; k < classCount * V.Count; k += V.Count)
            {
                V row = V.Load(rowTable + k);
                V.Store(TStep.Of<V, T>(V.Load(from + k), V.Pick(a, row), V.Pick(b, row)), to + k);
            }
        }

        for (; r < rows; r++)
        {
            OneRow<TStep>(source + (r * classCount), destination + (r * classCount), classCount, first + r, second + r);
        }
    }

    /// <summary>In registers of 128 bits, because rows are short.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void OneRow<TStep>(T* source, T* destination, int classCount, T* first, T* second)
        where TStep : struct, IPerRowStep
    {
        int lanes = Packed128<T>.Count;
        Packed128<T> a = Packed128<T>.Broadcast(first), b = Packed128<T>.Broadcast(second);
        if (classCount < lanes)
        {
            for (int c = 0; c < classCount; c++) destination[c] = Packed128<T>.First(TStep.Of<Packed128<T>, T>(Packed128<T>.Broadcast(source + c), a, b));
            return;
        }

        // The last vector overlaps the one before it; read first, because the destination may be the source.
        Packed128<T> last = Packed128<T>.Load(source + classCount - lanes);
        for (nint i = 0; i <= classCount - lanes; i += lanes) Packed128<T>.Store(TStep.Of<Packed128<T>, T>(Packed128<T>.Load(source + i), a, b), destination + i);
        Packed128<T>.Store(TStep.Of<Packed128<T>, T>(last, a, b), destination + classCount - lanes);
    }
}
