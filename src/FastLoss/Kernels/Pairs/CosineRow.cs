using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>
/// The cosine embedding loss of pairs of rows. With u and v the two divided by their lengths, 1 - cos is |u - v|^2 / 2, which keeps
/// its digits where the rows are nearly parallel and 1 - u.v has none.
/// </summary>
internal unsafe struct CosineRow<T>(T* x, T* y, int n, int* labels, double margin, T* byX, T* byY) : IRowLoss
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private Unit _x;
    private Unit _y;
    private double _distance;
    private double _sign;

    public double Value(long row)
    {
        T* a = x + (row * n), b = y + (row * n);
        _x = _y = new(1, 1);
        RowTotals sums = WideRow.Sum<T, Products>(a, b, null, n, new(_x, _y));
        if (!WideRow.IsInRange(sums.Second) || !WideRow.IsInRange(sums.Third))
        {
            _x = new(WideRow.ScaleOf(WideRow.MaxMagnitude(a, n)), 1);
            _y = new(WideRow.ScaleOf(WideRow.MaxMagnitude(b, n)), 1);
            sums = WideRow.Sum<T, Products>(a, b, null, n, new(_x, _y));
        }

        // A row of zeros has no direction; a NaN is a NaN beside one too.
        bool hasDirections = (sums.Second != 0 && sums.Third != 0) || double.IsNaN(sums.Second + sums.Third);
        _x = _x with { Inverse = 1 / Math.Sqrt(sums.Second) };
        _y = _y with { Inverse = 1 / Math.Sqrt(sums.Third) };
        double cosine = hasDirections ? sums.First * _x.Inverse * _y.Inverse : 0;
        _distance = cosine > 0.5 ? WideRow.Sum<T, Differences>(a, b, null, n, new(_x, _y)).First * 0.5 : 1 - cosine;
        bool isAlike = labels[row] == 1;
        double value = isAlike ? _distance : Math.Max(0, 1 - _distance - margin);
        _sign = !hasDirections ? 0 : isAlike ? 1 : value == 0 ? 0 : -1;
        return value;
    }

    public readonly void Gradient(long row, double scale)
    {
        if (_sign == 0)
        {
            Clear(row);
            return;
        }

        long at = row * n;
        double factor = scale * _sign;
        WideRow.Map(
            x + at,
            y + at,
            null,
            byX == null ? null : byX + at,
            byY == null ? null : byY + at,
            null,
            n,
            new Slopes(_x, _y, _distance, factor * _x.Inverse * _x.Scale, factor * _y.Inverse * _y.Scale));
    }

    public readonly void Clear(long row)
    {
        if (byX != null) new Span<T>(byX + (row * n), n).Clear();
        if (byY != null) new Span<T>(byY + (row * n), n).Clear();
    }

    /// <summary>What makes a row's length 1: a power of two that keeps its squares in range, then the inverse length of that.</summary>
    private readonly record struct Unit(double Scale, double Inverse)
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<double> Of(Vector512<double> x) => x * Vector512.Create(Scale) * Vector512.Create(Inverse);
    }

    private readonly struct Products(Unit unitX, Unit unitY) : IRowSums
    {
        public static int Inputs => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(
            Vector512<double> x,
            Vector512<double> y,
            Vector512<double> z,
            nint i,
            ref Vector512<double> first,
            ref Vector512<double> second,
            ref Vector512<double> third)
        {
            x *= Vector512.Create(unitX.Scale);
            y *= Vector512.Create(unitY.Scale);
            first = Lanes.Fma(x, y, first);
            second = Lanes.Fma(x, x, second);
            third = Lanes.Fma(y, y, third);
        }
    }

    private readonly struct Differences(Unit unitX, Unit unitY) : IRowSums
    {
        public static int Inputs => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(
            Vector512<double> x,
            Vector512<double> y,
            Vector512<double> z,
            nint i,
            ref Vector512<double> first,
            ref Vector512<double> second,
            ref Vector512<double> third)
        {
            Vector512<double> d = unitX.Of(x) - unitY.Of(y);
            first = Lanes.Fma(d, d, first);
        }
    }

    /// <summary>The derivatives of d = 1 - cos: by x ((u - v) - d u) / |x|, by y ((v - u) - d v) / |y|.</summary>
    private readonly struct Slopes(Unit unitX, Unit unitY, double distance, double factorX, double factorY) : IRowMap
    {
        public static int Inputs => 2;

        public static int Outputs => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<double> Of(
            Vector512<double> x, Vector512<double> y, Vector512<double> z, nint i, out Vector512<double> second, out Vector512<double> third)
        {
            Vector512<double> u = unitX.Of(x), v = unitY.Of(y), difference = u - v, d = Vector512.Create(-distance);
            third = default;
            second = Lanes.Fma(v, d, -difference) * Vector512.Create(factorY);
            return Lanes.Fma(u, d, difference) * Vector512.Create(factorX);
        }
    }
}
