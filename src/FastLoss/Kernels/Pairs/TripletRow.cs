using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>The triplet margin loss of rows, with Euclidean distances |a - p + epsilon|.</summary>
internal unsafe struct TripletRow<T>(
    T* anchor, T* positive, T* negative, int n, double margin, double epsilon, bool swaps, T* byAnchor, T* byPositive, T* byNegative) : IRowLoss
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int N = WideRow.Number;

    private double _scale;
    private double _inversePositive;
    private double _inverseNegative;
    private bool _isSwapped;
    private bool _isActive;

    [SkipLocalsInit]
    public double Value(long row)
    {
        double* buffer = Scratch.Take(stackalloc double[Scratch.Room<double>(WideRow.BufferLength(2))]);
        double* numbers = Scratch.Aligned(buffer);
        WideRows<T> rows = new(anchor + (row * n), positive + (row * n), negative + (row * n));
        _scale = 1;
        WideRow.Fill(numbers, 1, epsilon);
        RowTotals squares = WideRow.Sum<T, Squares<No>>(rows, n, numbers);
        if (!WideRow.IsInRange(squares.First) || !WideRow.IsInRange(squares.Second) || !WideRow.IsInRange(squares.Third))
        {
            double magnitude = Math.Max(
                Math.Max(WideRow.MaxMagnitude(rows.X, n), WideRow.MaxMagnitude(rows.Y, n)), Math.Max(WideRow.MaxMagnitude(rows.Z, n), epsilon));
            _scale = WideRow.ScaleOf(magnitude);
            WideRow.Fill(numbers, 0, _scale);
            WideRow.Fill(numbers, 1, epsilon * _scale);
            squares = WideRow.Sum<T, Squares<Yes>>(rows, n, numbers);
        }

        _isSwapped = swaps && squares.Third < squares.Second;
        double toPositive = Math.Sqrt(squares.First), toNegative = Math.Sqrt(_isSwapped ? squares.Third : squares.Second);
        _inversePositive = toPositive == 0 ? 0 : 1 / toPositive;
        _inverseNegative = toNegative == 0 ? 0 : 1 / toNegative;
        double value = Math.Max(0, (toPositive / _scale) - (toNegative / _scale) + margin);
        _isActive = value != 0;
        Scratch.Check(buffer, WideRow.BufferLength(2));
        return value;
    }

    [SkipLocalsInit]
    public readonly void Gradient(long row, double scale)
    {
        if (!_isActive)
        {
            Clear(row);
            return;
        }

        double* buffer = Scratch.Take(stackalloc double[Scratch.Room<double>(WideRow.BufferLength(4))]);
        double* numbers = Scratch.Aligned(buffer);
        long at = row * n;
        WideRow.Fill(numbers, 0, _scale);
        WideRow.Fill(numbers, 1, epsilon * _scale);
        WideRow.Fill(numbers, 2, _inversePositive * scale);
        WideRow.Fill(numbers, 3, _inverseNegative * scale);
        WideRows<T> rows = new(anchor + at, positive + at, negative + at);
        WideRows<T> destinations = new(
            byAnchor == null ? null : byAnchor + at, byPositive == null ? null : byPositive + at, byNegative == null ? null : byNegative + at);
        if (_isSwapped) WideRow.Map<T, Slopes<Yes>>(rows, destinations, n, numbers);
        else WideRow.Map<T, Slopes<No>>(rows, destinations, n, numbers);
        Scratch.Check(buffer, WideRow.BufferLength(4));
    }

    public readonly void Clear(long row)
    {
        if (byAnchor != null) new Span<T>(byAnchor + (row * n), n).Clear();
        if (byPositive != null) new Span<T>(byPositive + (row * n), n).Clear();
        if (byNegative != null) new Span<T>(byNegative + (row * n), n).Clear();
    }

    /// <summary>The squared distances of x to y, x to z, and y to z.</summary>
    private readonly struct Squares<TScaled> : IRowSums
        where TScaled : struct, IFlag
    {
        public static int Inputs => 3;

        public static int Sums => 3;

        public static int Numbers => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add<V>(V x, V y, V z, double* p, ref V first, ref V second, ref V third)
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            if (TScaled.Value) x *= V.Load(p);
            if (TScaled.Value) y *= V.Load(p);
            if (TScaled.Value) z *= V.Load(p);
            V e = V.Load(p + N), xy = x - y + e, xz = x - z + e, yz = y - z + e;
            first = V.Fma(xy, xy, first);
            second = V.Fma(xz, xz, second);
            third = V.Fma(yz, yz, third);
        }
    }

    /// <summary>The unit vectors along which the two distances grow, times factors.</summary>
    private readonly struct Slopes<TSwapped> : IRowMap
        where TSwapped : struct, IFlag
    {
        public static int Inputs => 3;

        public static int Outputs => 3;

        public static int Numbers => 4;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V x, V y, V z, double* p, out V second, out V third)
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            V s = V.Load(p), e = V.Load(p + N);
            x *= s;
            y *= s;
            z *= s;
            V toPositive = (x - y + e) * V.Load(p + (2 * N));
            third = ((TSwapped.Value ? y : x) - z + e) * V.Load(p + (3 * N));
            second = TSwapped.Value ? -toPositive - third : -toPositive;
            return TSwapped.Value ? toPositive : toPositive - third;
        }
    }
}
