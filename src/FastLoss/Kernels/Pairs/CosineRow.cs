using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>
/// The cosine embedding loss of pairs of rows. With u and v the two divided by their lengths, 1 - cos is |u - v|^2 / 2, which keeps
/// its digits where the rows are nearly parallel and 1 - u.v has none.
/// </summary>
internal unsafe struct CosineRow<T>(T* x, T* y, int n, int* labels, double margin, T* byX, T* byY) : IRowLoss
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int N = WideRow.Number;

    private double _scaleX, _scaleY;
    private double _inverseX, _inverseY;
    private double _distance;
    private double _sign;

    [SkipLocalsInit]
    public double Value(long row)
    {
        double* buffer = Scratch.Take(stackalloc double[Scratch.Room<double>(WideRow.BufferLength(4))]);
        double* numbers = Scratch.Aligned(buffer);
        WideRows<T> rows = new(x + (row * n), y + (row * n));
        _scaleX = _scaleY = 1;
        RowTotals sums = WideRow.Sum<T, Products<No>>(rows, n, numbers);
        if (!WideRow.IsInRange(sums.Second) || !WideRow.IsInRange(sums.Third))
        {
            WideRow.Fill(numbers, 0, _scaleX = WideRow.ScaleOf(WideRow.MaxMagnitude(rows.X, n)));
            WideRow.Fill(numbers, 1, _scaleY = WideRow.ScaleOf(WideRow.MaxMagnitude(rows.Y, n)));
            sums = WideRow.Sum<T, Products<Yes>>(rows, n, numbers);
        }

        // A row of zeros has no direction; a NaN is a NaN beside one too.
        bool hasDirections = (sums.Second != 0 && sums.Third != 0) || double.IsNaN(sums.Second + sums.Third);
        _inverseX = 1 / Math.Sqrt(sums.Second);
        _inverseY = 1 / Math.Sqrt(sums.Third);
        double cosine = hasDirections ? sums.First * _inverseX * _inverseY : 0;
        if (cosine > 0.5) Units(numbers);
        _distance = cosine > 0.5 ? WideRow.Sum<T, Differences>(rows, n, numbers).First * 0.5 : 1 - cosine;
        bool isAlike = labels[row] == 1;
        double value = isAlike ? _distance : Math.Max(0, 1 - _distance - margin);
        _sign = !hasDirections ? 0 : isAlike ? 1 : value == 0 ? 0 : -1;
        Scratch.Check(buffer, WideRow.BufferLength(4));
        return value;
    }

    [SkipLocalsInit]
    public readonly void Gradient(long row, double scale)
    {
        if (_sign == 0)
        {
            Clear(row);
            return;
        }

        double* buffer = Scratch.Take(stackalloc double[Scratch.Room<double>(WideRow.BufferLength(7))]);
        double* numbers = Scratch.Aligned(buffer);
        long at = row * n;
        double factor = scale * _sign;
        Units(numbers);
        WideRow.Fill(numbers, 4, -_distance);
        WideRow.Fill(numbers, 5, factor * _inverseX * _scaleX);
        WideRow.Fill(numbers, 6, factor * _inverseY * _scaleY);
        WideRow.Map<T, Slopes>(new(x + at, y + at), new(byX == null ? null : byX + at, byY == null ? null : byY + at), n, numbers);
        Scratch.Check(buffer, WideRow.BufferLength(7));
    }

    public readonly void Clear(long row)
    {
        if (byX != null) new Span<T>(byX + (row * n), n).Clear();
        if (byY != null) new Span<T>(byY + (row * n), n).Clear();
    }

    /// <summary>What makes the rows' lengths 1: powers of two that keep their squares in range, then the inverse lengths of those.</summary>
    private readonly void Units(double* numbers)
    {
        WideRow.Fill(numbers, 0, _scaleX);
        WideRow.Fill(numbers, 1, _scaleY);
        WideRow.Fill(numbers, 2, _inverseX);
        WideRow.Fill(numbers, 3, _inverseY);
    }

    private readonly struct Products<TScaled> : IRowSums
        where TScaled : struct, IFlag
    {
        public static int Inputs => 2;

        public static int Sums => 3;

        public static int Numbers => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add<V>(V x, V y, V z, double* p, ref V first, ref V second, ref V third)
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            if (TScaled.Value) x *= V.Load(p);
            if (TScaled.Value) y *= V.Load(p + N);
            first = V.Fma(x, y, first);
            second = V.Fma(x, x, second);
            third = V.Fma(y, y, third);
        }
    }

    private readonly struct Differences : IRowSums
    {
        public static int Inputs => 2;

        public static int Sums => 1;

        public static int Numbers => 4;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add<V>(V x, V y, V z, double* p, ref V first, ref V second, ref V third)
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            V d = (x * V.Load(p) * V.Load(p + (2 * N))) - (y * V.Load(p + N) * V.Load(p + (3 * N)));
            first = V.Fma(d, d, first);
        }
    }

    /// <summary>The derivatives of d = 1 - cos: by x ((u - v) - d u) / |x|, by y ((v - u) - d v) / |y|.</summary>
    private readonly struct Slopes : IRowMap
    {
        public static int Inputs => 2;

        public static int Outputs => 2;

        public static int Numbers => 7;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V x, V y, V z, double* p, out V second, out V third)
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            V u = x * V.Load(p) * V.Load(p + (2 * N)), v = y * V.Load(p + N) * V.Load(p + (3 * N)), difference = u - v, d = V.Load(p + (4 * N));
            third = default;
            second = V.Fma(v, d, -difference) * V.Load(p + (6 * N));
            return V.Fma(u, d, difference) * V.Load(p + (5 * N));
        }
    }
}
