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
internal static unsafe class SmallRows
{
    public const int BlockRows = 64;

    /// <summary>The most classes a small row has: 32 floats or 16 doubles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int MaxClasses<T>() => 2 * Vector512<T>.Count;

    /// <summary>Elements a buffer for a block's exponentials needs: whole vectors are read at the last row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int BufferLength<T>(int classCount) => (BlockRows * classCount) + (2 * Vector512<T>.Count);

    /// <summary>e[i] = e^x[i] 2^Exponent for all elements of the block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Exp<T>(T* x, T* e, nint n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Map.Run(x, e, n, new ScaledExp<T>());

    /// <summary>sums[r] = the sum of row r, by halving the row's vector (or the sum of its two vectors), for all rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sum<T>(T* e, int classCount, int rows, T* sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector512<T> first = Lanes.FirstLanes<T>(classCount);
        Vector512<T> second = Lanes.FirstLanes<T>(classCount - Vector512<T>.Count);
        bool isWide = classCount > Vector512<T>.Count;
        int r = 0;
        if (Avx512F.IsSupported)
        {
            for (; r < rows; r += Vector512<T>.Count)
            {
                T* p = e + (r * classCount); // rows past the last are summed and ignored: the buffers have room
                if (typeof(T) == typeof(float)) SumTree((float*)p, classCount, first.AsSingle(), second.AsSingle(), isWide).Store((float*)sums + r);
                else SumTree((double*)p, classCount, first.AsDouble(), second.AsDouble(), isWide).Store((double*)sums + r);
            }

            return;
        }

        for (; r < rows; r++) sums[r] = Lanes.Sum(Row(e, r, classCount, first, second, isWide));
    }

    /// <summary>destination[i] = e[i] * factors[row of i], 0 where e[i] is less than leasts[row of i].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scale<T>(T* e, T* destination, int classCount, int rows, T* factors, T* leasts)
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
                for (int k = 0; k < classCount; k++)
                {
                    Vector512<T> row = RowOf<T>(k * lanes, classCount);
                    Flushed(Vector512.Load(from + (k * lanes)), Select(least, row), Select(factor, row)).Store(to + (k * lanes));
                }
            }
        }

        for (; r < rows; r++)
        {
            for (int c = 0; c < classCount; c += lanes)
            {
                int count = Math.Min(lanes, classCount - c);
                T* from = e + (r * classCount) + c;
                Vector512<T> v = Flushed(Vector512.Load(from), Vector512.Create(leasts[r]), Vector512.Create(factors[r]));
                Lanes.StoreFirst(v, destination + (r * classCount) + c, count);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Flushed<T>(Vector512<T> e, Vector512<T> least, Vector512<T> factor) =>
        Vector512.ConditionalSelect(Vector512.LessThan(e, least), Vector512<T>.Zero, e) * factor;

    /// <summary>The row, counted from the group's first, of each lane of the vector that starts at flat index <paramref name="start"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> RowOf<T>(int start, int classCount)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // (i + 1/2) / C never rounds across an integer for i < 512.
        Vector512<T> index = Vector512<T>.Indices + Vector512.Create(T.CreateTruncating(start + 0.5));
        Vector512<T> row = index * Vector512.Create(T.One / T.CreateTruncating(classCount));
        return typeof(T) == typeof(float)
            ? Vector512.ConvertToInt32(row.AsSingle()).As<int, T>()
            : Vector512.ConvertToInt64(row.AsDouble()).As<long, T>();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Select<T>(Vector512<T> values, Vector512<T> lane) =>
        typeof(T) == typeof(float)
            ? Avx512F.PermuteVar16x32(values.AsSingle(), lane.AsInt32()).As<float, T>()
            : Avx512F.PermuteVar8x64(values.AsDouble(), lane.AsInt64()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Row<T>(T* e, int r, int classCount, Vector512<T> first, Vector512<T> second, bool isWide)
        where T : unmanaged
    {
        T* p = e + (r * classCount);
        Vector512<T> row = Vector512.Load(p) & first;
        return isWide ? row + (Vector512.Load(p + Vector512<T>.Count) & second) : row;
    }

    /// <summary>
    /// Sixteen rows to sixteen sums with 15 adds and 30 shuffles. Rows enter in the order that makes the last shuffle leave
    /// them in place: input k is row 4 (k mod 4) + k / 4.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> SumTree(float* e, int c, Vector512<float> first, Vector512<float> second, bool isWide)
    {
        Vector512<float> q0 = Quad(e, c, 0, first, second, isWide), q1 = Quad(e, c, 1, first, second, isWide);
        Vector512<float> q2 = Quad(e, c, 2, first, second, isWide), q3 = Quad(e, c, 3, first, second, isWide);
        Vector512<float> left = PairHalves(q0, q1), right = PairHalves(q2, q3);
        return Avx512F.Shuffle(left, right, 0x88) + Avx512F.Shuffle(left, right, 0xDD);
    }

    /// <summary>Rows s, 4 + s, 8 + s, 12 + s: a quarter vector each, of four partial sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Quad(float* e, int c, int s, Vector512<float> first, Vector512<float> second, bool isWide)
    {
        Vector512<float> ab = Halve(Row(e, s, c, first, second, isWide), Row(e, s + 4, c, first, second, isWide));
        Vector512<float> cd = Halve(Row(e, s + 8, c, first, second, isWide), Row(e, s + 12, c, first, second, isWide));
        return Avx512F.Shuffle4x128(ab, cd, 0x88) + Avx512F.Shuffle4x128(ab, cd, 0xDD);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Halve(Vector512<float> a, Vector512<float> b) =>
        Avx512F.Shuffle4x128(a, b, 0x44) + Avx512F.Shuffle4x128(a, b, 0xEE);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> PairHalves(Vector512<float> a, Vector512<float> b) =>
        Avx512F.UnpackLow(a.AsDouble(), b.AsDouble()).AsSingle() + Avx512F.UnpackHigh(a.AsDouble(), b.AsDouble()).AsSingle();

    /// <summary>Eight rows to eight sums; input k is row 2 (k mod 4) + k / 4.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> SumTree(double* e, int c, Vector512<double> first, Vector512<double> second, bool isWide)
    {
        Vector512<double> left = Quad(e, c, 0, first, second, isWide), right = Quad(e, c, 1, first, second, isWide);
        return Avx512F.UnpackLow(left, right) + Avx512F.UnpackHigh(left, right);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Quad(double* e, int c, int s, Vector512<double> first, Vector512<double> second, bool isWide)
    {
        Vector512<double> ab = Halve(Row(e, s, c, first, second, isWide), Row(e, s + 2, c, first, second, isWide));
        Vector512<double> cd = Halve(Row(e, s + 4, c, first, second, isWide), Row(e, s + 6, c, first, second, isWide));
        return Avx512F.Shuffle4x128(ab, cd, 0x88) + Avx512F.Shuffle4x128(ab, cd, 0xDD);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Halve(Vector512<double> a, Vector512<double> b) =>
        Avx512F.Shuffle4x128(a, b, 0x44) + Avx512F.Shuffle4x128(a, b, 0xEE);

    private readonly struct ScaledExp<T> : IMapStep<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ExpKernel<T> _exp = new(ExpSum.Exponent<T>());

        public ScaledExp()
        {
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Of(Vector512<T> x) => _exp.Exp(x);
    }
}
