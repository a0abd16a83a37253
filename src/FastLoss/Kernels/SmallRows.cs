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
            exp.ExpLanes<No>(Lanes.LoadFirst(x + i, (int)Math.Min(lanes, n - i)), default).Store(e + i);
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
            RowReader<T, TLabelled> reader = new(classCount);
            int lanes = Vector512<T>.Count;
            for (; r <= rows - lanes; r += lanes)
            {
                T* p = e + (r * classCount);
                int* l = labels + r;
                if (typeof(T) == typeof(float)) SingleTree(p, l, reader).Store(sums + r);
                else DoubleTree(p, l, reader).Store(sums + r);
            }

            for (; r < rows; r++) sums[r] = Lanes.Sum(reader.Row(e, labels + r, r));
            return;
        }

        for (; r < rows; r++) sums[r] = NarrowSum<T, TLabelled>(e + (r * classCount), classCount, labels + r);
    }

    /// <summary>
    /// The row, counted from a group's first, of each element of a group of as many rows as a vector has lanes:
    /// <paramref name="classCount"/> vectors, for <see cref="Scale"/>. Unused, and not written, without AVX-512.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void FillRowTable<T>(T* table, int classCount)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!Avx512F.IsSupported) return;
        int lanes = Vector512<T>.Count;
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
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Scale<T>(T* e, T* destination, int classCount, int rows, T* factors, T* leasts, T* rowTable)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int lanes = Vector512<T>.Count;
        int r = 0;
        if (Avx512F.IsSupported)
        {
            for (; r <= rows - lanes; r += lanes)
            {
                Vector512<T> factor = Vector512.Load(factors + r);
                Vector512<T> least = Vector512.Load(leasts + r);
                T* from = e + (r * classCount);
                T* to = destination + (r * classCount);
                for (int k = 0; k < classCount * lanes; k += lanes)
                {
                    Vector512<T> row = Vector512.Load(rowTable + k);
                    Flushed(Vector512.Load(from + k), Select(least, row), Select(factor, row)).Store(to + k);
                }
            }
        }

        for (; r < rows; r++)
        {
            NarrowScale(e + (r * classCount), destination + (r * classCount), classCount, factors[r], leasts[r]);
        }
    }

    /// <summary>destination[i] = (x[i] - first) - second for a row; destination may be x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SubtractTwice<T>(T* x, T* destination, int classCount, T first, T second)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!Avx512F.IsSupported)
        {
            for (int i = 0; i < classCount; i++) destination[i] = (x[i] - first) - second;
            return;
        }

        int lanes = Vector512<T>.Count;
        for (int i = 0; i < classCount; i += lanes)
        {
            int count = Math.Min(lanes, classCount - i);
            Vector512<T> v = (Lanes.LoadFirst(x + i, count) - Vector512.Create(first)) - Vector512.Create(second);
            Lanes.StoreFirst(v, destination + i, count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Flushed<T>(Vector512<T> e, Vector512<T> least, Vector512<T> factor) =>
        Vector512.ConditionalSelect(Vector512.LessThan(e, least), Vector512<T>.Zero, e) * factor;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Select<T>(Vector512<T> values, Vector512<T> lane) =>
        typeof(T) == typeof(float)
            ? Avx512F.PermuteVar16x32(values.AsSingle(), lane.AsInt32()).As<float, T>()
            : Avx512F.PermuteVar8x64(values.AsDouble(), lane.AsInt64()).As<double, T>();

    /// <summary>
    /// Sixteen rows to sixteen sums with 15 adds and 30 shuffles. Rows enter in the order that makes the last shuffle leave
    /// them in place: input k is row 4 (k mod 4) + k / 4.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> SingleTree<T, TLabelled>(T* e, int* labels, in RowReader<T, TLabelled> reader)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabelled : struct, IFlag
    {
        Vector512<float> left = PairHalves(Quad(e, labels, reader, 0, 4), Quad(e, labels, reader, 1, 4)).AsSingle();
        Vector512<float> right = PairHalves(Quad(e, labels, reader, 2, 4), Quad(e, labels, reader, 3, 4)).AsSingle();
        return (Avx512F.Shuffle(left, right, 0x88) + Avx512F.Shuffle(left, right, 0xDD)).As<float, T>();
    }

    /// <summary>Eight rows to eight sums; input k is row 2 (k mod 4) + k / 4.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> DoubleTree<T, TLabelled>(T* e, int* labels, in RowReader<T, TLabelled> reader)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabelled : struct, IFlag => PairHalves(Quad(e, labels, reader, 0, 2), Quad(e, labels, reader, 1, 2));

    /// <summary>Rows s, s + step, s + 2 step, s + 3 step: a quarter vector each, of partial sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Quad<T, TLabelled>(T* e, int* labels, in RowReader<T, TLabelled> reader, int s, int step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabelled : struct, IFlag
    {
        Vector512<T> ab = AddQuarters(
            reader.Row(e, labels + s, s), reader.Row(e, labels + s + step, s + step), 0x44, 0xEE);
        Vector512<T> cd = AddQuarters(
            reader.Row(e, labels + s + (2 * step), s + (2 * step)), reader.Row(e, labels + s + (3 * step), s + (3 * step)), 0x44, 0xEE);
        return AddQuarters(ab, cd, 0x88, 0xDD);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> AddQuarters<T>(
        Vector512<T> a, Vector512<T> b, [ConstantExpected] byte first, [ConstantExpected] byte second) =>
        Avx512F.Shuffle4x128(a.AsDouble(), b.AsDouble(), first).As<double, T>()
            + Avx512F.Shuffle4x128(a.AsDouble(), b.AsDouble(), second).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> PairHalves<T>(Vector512<T> a, Vector512<T> b) =>
        Avx512F.UnpackLow(a.AsDouble(), b.AsDouble()).As<double, T>() + Avx512F.UnpackHigh(a.AsDouble(), b.AsDouble()).As<double, T>();

    /// <summary>Reads a row as one vector: its elements, or the sums of its first and second vector, zeros past its end.</summary>
    private readonly struct RowReader<T, TLabelled>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabelled : struct, IFlag
    {
        private readonly Vector512<T> _first, _second;
        private readonly int _classCount;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public RowReader(int classCount)
        {
            _classCount = classCount;
            _first = Lanes.FirstLanes<T>(classCount);
            _second = Lanes.FirstLanes<T>(classCount - Vector512<T>.Count);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Row(T* e, int* label, int r)
        {
            T* p = e + (r * _classCount);
            Vector512<T> row = Part(p, label, 0, _first);
            return _classCount > Vector512<T>.Count
                ? row + Part(p + Vector512<T>.Count, label, Vector512<T>.Count, _second)
                : row;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector512<T> Part(T* p, int* label, int start, Vector512<T> mask)
        {
            Vector512<T> v = Vector512.Load(p) & mask;
            return TLabelled.Value
                ? Vector512.ConditionalSelect(Lanes.OneLane<T>(*label - start), Vector512<T>.Zero, v)
                : v;
        }
    }
}
