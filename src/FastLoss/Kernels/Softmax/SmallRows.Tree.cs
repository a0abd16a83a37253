using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FastLoss.Kernels;

/// <summary>How two exponentials become one: their sum, or the larger.</summary>
internal interface IFold<T>
{
    static abstract Vector512<T> Of(Vector512<T> a, Vector512<T> b);

    /// <summary>What changes no other.</summary>
    static abstract Vector512<T> Nothing { get; }
}

/// <summary>As many rows as a vector has lanes folded at once, a lane each, with AVX-512.</summary>
internal static unsafe partial class SmallRows
{
    private readonly struct Addition<T> : IFold<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<T> Of(Vector512<T> a, Vector512<T> b) => a + b;

        public static Vector512<T> Nothing
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => Vector512<T>.Zero;
        }
    }

    /// <summary>The larger; which of NaN and a number does not matter.</summary>
    private readonly struct Maximum<T> : IFold<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<T> Of(Vector512<T> a, Vector512<T> b) => Lanes.AtLeast(a, b);

        public static Vector512<T> Nothing
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => Vector512.Create(T.NegativeInfinity);
        }
    }

    /// <summary>The fold of each of a vector of rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Tree<T, TFold, TLabelled>(T* e, int* labels, in RowReader<T, TFold, TLabelled> reader)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFold : struct, IFold<T>
        where TLabelled : struct, IFlag =>
        typeof(T) == typeof(float) ? SingleTree(e, labels, reader) : DoubleTree(e, labels, reader);

    /// <summary>
    /// Sixteen rows to sixteen sums (or maxima) with 15 adds and 30 shuffles. Rows enter in the order that makes the last shuffle leave
    /// them in place: input k is row 4 (k mod 4) + k / 4.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> SingleTree<T, TFold, TLabelled>(T* e, int* labels, in RowReader<T, TFold, TLabelled> reader)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFold : struct, IFold<T>
        where TLabelled : struct, IFlag
    {
        Vector512<float> left = PairHalves<T, TFold>(Quad(e, labels, reader, 0, 4), Quad(e, labels, reader, 1, 4)).AsSingle();
        Vector512<float> right = PairHalves<T, TFold>(Quad(e, labels, reader, 2, 4), Quad(e, labels, reader, 3, 4)).AsSingle();
        return TFold.Of(Avx512F.Shuffle(left, right, 0x88).As<float, T>(), Avx512F.Shuffle(left, right, 0xDD).As<float, T>());
    }

    /// <summary>Eight rows to eight sums; input k is row 2 (k mod 4) + k / 4.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> DoubleTree<T, TFold, TLabelled>(T* e, int* labels, in RowReader<T, TFold, TLabelled> reader)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFold : struct, IFold<T>
        where TLabelled : struct, IFlag => PairHalves<T, TFold>(Quad(e, labels, reader, 0, 2), Quad(e, labels, reader, 1, 2));

    /// <summary>Rows s, s + step, s + 2 step, s + 3 step: a quarter vector each, of partial sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Quad<T, TFold, TLabelled>(T* e, int* labels, in RowReader<T, TFold, TLabelled> reader, int s, int step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFold : struct, IFold<T>
        where TLabelled : struct, IFlag
    {
        Vector512<T> ab = FoldQuarters<T, TFold>(
            reader.Row(e, labels + s, s), reader.Row(e, labels + s + step, s + step), 0x44, 0xEE);
        Vector512<T> cd = FoldQuarters<T, TFold>(
            reader.Row(e, labels + s + (2 * step), s + (2 * step)), reader.Row(e, labels + s + (3 * step), s + (3 * step)), 0x44, 0xEE);
        return FoldQuarters<T, TFold>(ab, cd, 0x88, 0xDD);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> FoldQuarters<T, TFold>(
        Vector512<T> a, Vector512<T> b, [ConstantExpected] byte first, [ConstantExpected] byte second)
        where TFold : struct, IFold<T> => TFold.Of(
            Avx512F.Shuffle4x128(a.AsDouble(), b.AsDouble(), first).As<double, T>(),
            Avx512F.Shuffle4x128(a.AsDouble(), b.AsDouble(), second).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> PairHalves<T, TFold>(Vector512<T> a, Vector512<T> b)
        where TFold : struct, IFold<T> => TFold.Of(
            Avx512F.UnpackLow(a.AsDouble(), b.AsDouble()).As<double, T>(),
            Avx512F.UnpackHigh(a.AsDouble(), b.AsDouble()).As<double, T>());

    /// <summary>Reads a row as one vector: its elements, or the sums of its first and second vector, nothing past its end.</summary>
    private readonly struct RowReader<T, TFold, TLabelled>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFold : struct, IFold<T>
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
                ? TFold.Of(row, Part(p + Vector512<T>.Count, label, Vector512<T>.Count, _second))
                : row;
        }

        /// <summary>Where row r holds the value, first; 0 where it does not (NaN).</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public int IndexOf(T* e, int r, T value)
        {
            T* p = e + (r * _classCount);
            Vector512<T> sought = Vector512.Create(value);
            ulong found = Vector512.ExtractMostSignificantBits(Vector512.Equals(Vector512.Load(p), sought) & _first);
            if (_classCount > Vector512<T>.Count)
            {
                ulong second = Vector512.ExtractMostSignificantBits(Vector512.Equals(Vector512.Load(p + Vector512<T>.Count), sought) & _second);
                found |= second << Vector512<T>.Count;
            }

            return found == 0 ? 0 : BitOperations.TrailingZeroCount(found);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector512<T> Part(T* p, int* label, int start, Vector512<T> mask)
        {
            Vector512<T> v = Vector512.ConditionalSelect(mask, Vector512.Load(p), TFold.Nothing);
            return TLabelled.Value
                ? Vector512.ConditionalSelect(Lanes.OneLane<T>(*label - start), TFold.Nothing, v)
                : v;
        }
    }
}
