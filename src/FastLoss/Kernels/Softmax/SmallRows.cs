using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FastLoss.Kernels;

/// <summary>
/// Rows of at most two vectors of classes, a block of rows at a time: the exponentials of the whole block are taken as of one
/// flat array, with no lane idle; sums of as many rows as a vector has lanes come out of one tree of adds, a lane each.
/// A row's result depends on that row alone, whatever its place in the block.
/// </summary>
internal static unsafe partial class SmallRows
{
    public const int BlockRows = 64;

    /// <summary>The most classes a small row has: 32 floats or 16 doubles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int MaxClasses<T>() => 2 * Vector512<T>.Count;

    /// <summary>Elements a buffer for a block's exponentials needs: whole vectors are read at the last row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int BufferLength<T>(int classCount) => (BlockRows * classCount) + (2 * Vector512<T>.Count);

    /// <summary>e[i] = e^x[i] 2^Exponent for all elements of the block.</summary>
    public static void Exp<T>(T* x, T* e, nint n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Avx512F.IsSupported) Exp<T, Vector512<T>, Register512<T>>(x, e, n);
        else if (Avx2.IsSupported) Exp<T, Vector256<T>, Register256<T>>(x, e, n);
        else Exp<T, Vector128<T>, Register128<T>>(x, e, n);
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Exp<T, TVector, TRegister>(T* x, T* e, nint n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TVector : struct
        where TRegister : struct, IRegister<TVector, T>
    {
        ExpKernel<T, TVector, TRegister> exp = new(ExpSum.Exponent<T>());
        nint step = TRegister.Count;
        nint i = 0;
        for (; i <= n - (2 * step); i += 2 * step)
        {
            TVector v0 = exp.Exp(TRegister.Load(x + i));
            TVector v1 = exp.Exp(TRegister.Load(x + i + step));
            TRegister.Store(v0, e + i);
            TRegister.Store(v1, e + i + step);
        }

        nint lanes = Vector512<T>.Count;
        for (; i < n; i += lanes)
        {
            // The buffer has room for a whole vector; the logits have not.
            exp.ExpLanes<NoShift>(Lanes.LoadFirst(x + i, (int)Math.Min(lanes, n - i))).Store(e + i);
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

    /// <summary>
    /// sums[r] = the sum of row r, by halving the row's vector (or the sum of its two vectors); with
    /// <typeparamref name="TLabelled"/> all but the label's element.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Sum<T, TLabelled>(T* e, int classCount, int rows, int* labels, T* sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabelled : struct, IFlag
    {
        int r = 0;
        if (Avx512F.IsSupported)
        {
            RowReader<T, Addition<T>, TLabelled> reader = new(classCount);
            int lanes = Vector512<T>.Count;
            for (; r <= rows - lanes; r += lanes) Tree(e + (r * classCount), labels + r, reader).Store(sums + r);

            for (; r < rows; r++) sums[r] = Lanes.Sum(reader.Row(e, labels + r, r));
            return;
        }

        for (; r < rows; r++) sums[r] = NarrowSum<T, TLabelled>(e + (r * classCount), classCount, labels + r);
    }

    /// <summary>largest[r] = where row r has its largest exponential, the first of equals; some class of a row with NaN.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Largest<T>(T* e, int classCount, int rows, int* largest)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int r = 0;
        if (Avx512F.IsSupported)
        {
            int lanes = Vector512<T>.Count;
            T* maxima = Scratch.Take(stackalloc T[Scratch.Room<T>(Vector512<T>.Count)]);
            RowReader<T, Maximum<T>, No> reader = new(classCount);
            for (; r <= rows - lanes; r += lanes)
            {
                Tree(e + (r * classCount), largest, reader).Store(maxima);
                for (int k = 0; k < lanes; k++) largest[r + k] = reader.IndexOf(e, r + k, maxima[k]);
            }

            Scratch.Check(maxima, Vector512<T>.Count);
        }

        for (; r < rows; r++)
        {
            T* row = e + (r * classCount);
            int at = 0;
            for (int c = 1; c < classCount; c++) at = row[c] > row[at] ? c : at;
            largest[r] = at;
        }
    }

    /// <summary>
    /// The row, counted from a group's first, of each element of a group of as many rows as a vector has lanes:
    /// <paramref name="classCount"/> vectors, for <see cref="Scale"/>. Unused, and not written, without AVX-512 or for fewer
    /// rows than a group.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void FillRowTable<T>(T* table, int classCount, int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int lanes = Vector512<T>.Count;
        if (!Avx512F.IsSupported || rows < lanes) return;
        Vector512<T> inverse = Vector512.Create(T.One / T.CreateTruncating(classCount));
        Vector512<T> index = Vector512<T>.Indices + VectorMath.Of<T>(0.5); // (i + 1/2) / C never rounds across an integer here
        for (int k = 0; k < classCount; k++)
        {
            Vector512<T> row = index * inverse;
            row = typeof(T) == typeof(float)
                ? Vector512.ConvertToInt32(row.AsSingle()).As<int, T>()
                : Vector512.ConvertToInt64(row.AsDouble()).As<long, T>();
            row.Store(table + (k * lanes));
            index += VectorMath.Of<T>(lanes);
        }
    }

    /// <summary>destination[i] = e[i] * factors[row of i], 0 where e[i] is less than leasts[row of i].</summary>
    public static void Scale<T>(T* e, T* destination, int classCount, int rows, T* factors, T* leasts, T* rowTable)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        PerRow<T, ScaleByRow<T>>(e, destination, classCount, rows, factors, leasts, rowTable);

    /// <summary>destination[i] = (x[i] - first[row of i]) - second[row of i]; destination may be x.</summary>
    public static void SubtractTwice<T>(T* x, T* destination, int classCount, int rows, T* first, T* second, T* rowTable)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        PerRow<T, SubtractRows<T>>(x, destination, classCount, rows, first, second, rowTable);

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void PerRow<T, TStep>(T* source, T* destination, int classCount, int rows, T* first, T* second, T* rowTable)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TStep : struct, IPerRowStep<T>
    {
        int lanes = Vector512<T>.Count;
        int r = 0;
        if (Avx512F.IsSupported)
        {
            for (; r <= rows - lanes; r += lanes)
            {
                Vector512<T> a = Vector512.Load(first + r);
                Vector512<T> b = Vector512.Load(second + r);
                T* from = source + (r * classCount);
                T* to = destination + (r * classCount);
                for (nint k = 0; k < classCount * lanes; k += lanes)
                {
                    Vector512<T> row = Vector512.Load(rowTable + k);
                    TStep.Of(Vector512.Load(from + k), Select(a, row), Select(b, row)).Store(to + k);
                }
            }
        }

        for (; r < rows; r++)
        {
            NarrowPerRow<T, TStep>(source + (r * classCount), destination + (r * classCount), classCount, first[r], second[r]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Select<T>(Vector512<T> values, Vector512<T> lane) =>
        typeof(T) == typeof(float)
            ? Avx512F.PermuteVar16x32(values.AsSingle(), lane.AsInt32()).As<float, T>()
            : Avx512F.PermuteVar8x64(values.AsDouble(), lane.AsInt64()).As<double, T>();
}
