using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>The triplet margin loss of rows, with Euclidean distances |a - p + epsilon|.</summary>
internal unsafe struct TripletRow<T>(
    T* anchor, T* positive, T* negative, int n, double margin, double epsilon, bool swaps, T* byAnchor, T* byPositive, T* byNegative) : IRowLoss
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private double _scale;
    private double _inversePositive;
    private double _inverseNegative;
    private bool _isSwapped;
    private bool _isActive;

    public double Value(long row)
    {
        long at = row * n;
        T* a = anchor + at, p = positive + at, q = negative + at;
        _scale = 1;
        RowTotals squares = WideRow.Sum<T, Squares>(a, p, q, n, new(1, epsilon));
        if (!WideRow.IsInRange(squares.First) || !WideRow.IsInRange(squares.Second) || !WideRow.IsInRange(squares.Third))
        {
            double magnitude = Math.Max(
                Math.Max(WideRow.MaxMagnitude(a, n), WideRow.MaxMagnitude(p, n)), Math.Max(WideRow.MaxMagnitude(q, n), epsilon));
            _scale = WideRow.ScaleOf(magnitude);
            squares = WideRow.Sum<T, Squares>(a, p, q, n, new(_scale, epsilon * _scale));
        }

        _isSwapped = swaps && squares.Third < squares.Second;
        double toPositive = Math.Sqrt(squares.First), toNegative = Math.Sqrt(_isSwapped ? squares.Third : squares.Second);
        _inversePositive = toPositive == 0 ? 0 : 1 / toPositive;
        _inverseNegative = toNegative == 0 ? 0 : 1 / toNegative;
        double value = Math.Max(0, (toPositive / _scale) - (toNegative / _scale) + margin);
        _isActive = value != 0;
        return value;
    }

    public readonly void Gradient(long row, double scale)
    {
        if (!_isActive)
        {
            Clear(row);
            return;
        }

        long at = row * n;
        WideRow.Map(
            anchor + at,
            positive + at,
            negative + at,
            byAnchor == null ? null : byAnchor + at,
            byPositive == null ? null : byPositive + at,
            byNegative == null ? null : byNegative + at,
            n,
            new Slopes(_scale, epsilon * _scale, _inversePositive * scale, _inverseNegative * scale, _isSwapped));
    }

    public readonly void Clear(long row)
    {
        if (byAnchor != null) new Span<T>(byAnchor + (row * n), n).Clear();
        if (byPositive != null) new Span<T>(byPositive + (row * n), n).Clear();
        if (byNegative != null) new Span<T>(byNegative + (row * n), n).Clear();
    }

    /// <summary>The squared distances of x to y, x to z, and y to z.</summary>
    private readonly struct Squares(double scale, double epsilon) : IRowSums
    {
        public static int Inputs => 3;

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
            Vector512<double> s = Vector512.Create(scale), e = Vector512.Create(epsilon);
            x *= s;
            y *= s;
            z *= s;
            Vector512<double> xy = x - y + e, xz = x - z + e, yz = y - z + e;
            first = Lanes.Fma(xy, xy, first);
            second = Lanes.Fma(xz, xz, second);
            third = Lanes.Fma(yz, yz, third);
        }
    }

    /// <summary>The unit vectors along which the two distances grow, times factors.</summary>
    private readonly struct Slopes(double scale, double epsilon, double positiveFactor, double negativeFactor, bool isSwapped) : IRowMap
    {
        public static int Inputs => 3;

        public static int Outputs => 3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<double> Of(
            Vector512<double> x, Vector512<double> y, Vector512<double> z, nint i, out Vector512<double> second, out Vector512<double> third)
        {
            Vector512<double> s = Vector512.Create(scale), e = Vector512.Create(epsilon);
            x *= s;
            y *= s;
            z *= s;
            Vector512<double> toPositive = (x - y + e) * Vector512.Create(positiveFactor);
            third = ((isSwapped ? y : x) - z + e) * Vector512.Create(negativeFactor);
            second = isSwapped ? -toPositive - third : -toPositive;
            return isSwapped ? toPositive : toPositive - third;
        }
    }
}
