using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>
/// The triplet margin loss of rows with the distances of any p-norm, (sum |a - p + epsilon|^p)^(1/p), in double. Where a sum leaves
/// the range of double each distance is taken in units of its largest difference.
/// </summary>
internal unsafe struct TripletPowerRow<T>(TripletMargin loss, TripletRows<T> inputs, TripletRows<T> gradients, int n) : IRowLoss
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int N = WideRow.Number;

    private double _inversePositive;
    private double _inverseNegative;
    private bool _isSwapped;
    private bool _isActive;

    [SkipLocalsInit]
    public double Value(long row)
    {
        double* buffer = Scratch.Take(stackalloc double[Scratch.Room<double>(WideRow.BufferLength(5))]);
        double* numbers = Scratch.Aligned(buffer);
        WideRows<T> rows = inputs.Row(row, n);
        WideRow.Fill(numbers, 0, loss.Epsilon);
        WideRow.Fill(numbers, 1, loss.Power);
        for (int k = 2; k < 5; k++) WideRow.Fill(numbers, k, 1);
        RowTotals powers = WideRow.Sum<T, Powers>(rows, n, numbers), units = new(1, 1, 1);
        if (!WideRow.IsInRange(powers.First) || !WideRow.IsInRange(powers.Second) || !WideRow.IsInRange(powers.Third))
        {
            units = new(Unit(rows.X, rows.Y), Unit(rows.X, rows.Z), Unit(rows.Y, rows.Z));
            WideRow.Fill(numbers, 2, units.First);
            WideRow.Fill(numbers, 3, units.Second);
            WideRow.Fill(numbers, 4, units.Third);
            powers = WideRow.Sum<T, Powers>(rows, n, numbers);
        }

        double toPositive = Distance(powers.First, units.First), toNegative = Distance(powers.Second, units.Second);
        double between = loss.Swap ? Distance(powers.Third, units.Third) : double.PositiveInfinity;
        _isSwapped = between < toNegative;
        if (_isSwapped) toNegative = between;
        _inversePositive = Inverse(toPositive);
        _inverseNegative = Inverse(toNegative);
        double value = Math.Max(0, toPositive - toNegative + loss.Margin);
        _isActive = value != 0;
        Scratch.Check(buffer, WideRow.BufferLength(5));
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

        double* buffer = Scratch.Take(stackalloc double[Scratch.Room<double>(WideRow.BufferLength(5))]);
        double* numbers = Scratch.Aligned(buffer);
        WideRow.Fill(numbers, 0, loss.Epsilon);
        WideRow.Fill(numbers, 1, loss.Power - 1);
        WideRow.Fill(numbers, 2, _inversePositive);
        WideRow.Fill(numbers, 3, _inverseNegative);
        WideRow.Fill(numbers, 4, scale);
        if (_isSwapped) WideRow.Map<T, Slopes<Yes>>(inputs.Row(row, n), gradients.Row(row, n), n, numbers);
        else WideRow.Map<T, Slopes<No>>(inputs.Row(row, n), gradients.Row(row, n), n, numbers);
        Scratch.Check(buffer, WideRow.BufferLength(5));
    }

    public readonly void Clear(long row)
    {
        WideRows<T> rows = gradients.Row(row, n);
        if (rows.X != null) new Span<T>(rows.X, n).Clear();
        if (rows.Y != null) new Span<T>(rows.Y, n).Clear();
        if (rows.Z != null) new Span<T>(rows.Z, n).Clear();
    }

    /// <summary>The inverse of the largest difference, as a power of two; NaN where one is not finite.</summary>
    private readonly double Unit(T* x, T* y)
    {
        double most = 0;
        for (nint i = 0; i < n; i++) most = Math.Max(most, Math.Abs(double.CreateTruncating(x[i]) - double.CreateTruncating(y[i]) + loss.Epsilon));
        return WideRow.ScaleOf(most);
    }

    /// <summary>The p-th root of a sum of powers, in units.</summary>
    private readonly double Distance(double powers, double unit) => loss.Power == 1 || powers == 0 || double.IsNaN(powers)
        ? powers / unit
        : ScalarMath.Exp(ScalarMath.Log(powers) / loss.Power) / unit;

    private static double Inverse(double distance) => distance == 0 ? 0 : 1 / distance;

    /// <summary>The powers of the differences of x and y, x and z, y and z.</summary>
    private readonly struct Powers : IRowSums
    {
        public static int Inputs => 3;

        public static int Sums => 3;

        public static int Numbers => 5;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add<V>(V x, V y, V z, double* p, ref V first, ref V second, ref V third)
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            V e = V.Load(p), power = V.Load(p + N);
            first += V.CalledPow(V.Abs(x - y + e) * V.Load(p + (2 * N)), power);
            second += V.CalledPow(V.Abs(x - z + e) * V.Load(p + (3 * N)), power);
            third += V.CalledPow(V.Abs(y - z + e) * V.Load(p + (4 * N)), power);
        }
    }

    /// <summary>sign d (|d| / distance)^(p - 1), of both distances, times a factor.</summary>
    private readonly struct Slopes<TSwapped> : IRowMap
        where TSwapped : struct, IFlag
    {
        public static int Inputs => 3;

        public static int Outputs => 3;

        public static int Numbers => 5;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V x, V y, V z, double* p, out V second, out V third)
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            V e = V.Load(p);
            V toPositive = Slope(x - y + e, V.Load(p + (2 * N)), p);
            third = Slope((TSwapped.Value ? y : x) - z + e, V.Load(p + (3 * N)), p);
            second = TSwapped.Value ? -toPositive - third : -toPositive;
            return TSwapped.Value ? toPositive : toPositive - third;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static V Slope<V>(V difference, V inverse, double* p)
            where V : unmanaged, IPacked<V, double>, IVector<V> =>
            Formulas.Sign(difference) * (V.CalledPow(V.Abs(difference) * inverse, V.Load(p + N)) * V.Load(p + (4 * N)));
    }
}

/// <summary>The rows of anchors, positives and negatives, or of their gradients, which may be null.</summary>
internal readonly unsafe struct TripletRows<T>(T* anchors, T* positives, T* negatives)
    where T : unmanaged
{
    public WideRows<T> Row(long row, int n) => new(
        anchors == null ? null : anchors + (row * n), positives == null ? null : positives + (row * n), negatives == null ? null : negatives + (row * n));
}
