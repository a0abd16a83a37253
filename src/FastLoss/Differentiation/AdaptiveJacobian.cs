using System.Numerics;

namespace FastLoss;

/// <summary>
/// The adaptive scheme for a vector function: each output has its own tableau, all are fed by the same evaluations, and a
/// group of displacements ends when its last output has settled.
/// </summary>
internal ref struct AdaptiveJacobian<TFunction, TDisplacements, T>(
    TDisplacements displacements, Span<T> x, VectorValues<T> values, Span<Romberg<T>> tableaux, DifferentiationOptions<T> options)
    where TFunction : IVectorFunction<T>, allows ref struct
    where TDisplacements : IDisplacements<T>, allows ref struct
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly TDisplacements _displacements = displacements;
    private readonly Span<T> _x = x;
    private readonly DifferentiationOptions<T> _options = options;
    private readonly Span<Romberg<T>> _tableaux = tableaux;
    private VectorValues<T> _values = values;

    public DifferentiationReport Run(ref TFunction function, Span<T> result, Span<T> errors)
    {
        var report = new ReportBuilder();
        for (int group = 0; group < _displacements.Groups; group++)
        {
            for (int member = 0; member < _displacements.ColumnCount(group); member++)
            {
                int column = _displacements.Column(group, member);
                T factor = AdaptiveStart<T>.At(_displacements.Point(column, _options)).Factor;
                for (int entry = 0; entry < _displacements.EntryCount(column); entry++)
                    _tableaux[_displacements.Entry(column, entry).Row] = new Romberg<T>(factor);
            }

            Extrapolate(ref function, group);
            for (int member = 0; member < _displacements.ColumnCount(group); member++)
                Conclude(_displacements.Column(group, member), result, errors, ref report);
        }

        report.Evaluated(_values.Evaluations);
        return report.Build();
    }

    private void Extrapolate(ref TFunction function, int group)
    {
        T part = T.One;
        for (int levels = 0, gaps = 0; levels < Romberg<T>.MaximumLevels && gaps < AdaptiveDerivative.MaximumGaps;)
        {
            ReadOnlySpan<T> above = Evaluate(ref function, group, part, upper: true);
            ReadOnlySpan<T> below = Evaluate(ref function, group, part, upper: false);
            bool settled = true, finite = false;
            for (int member = 0; member < _displacements.ColumnCount(group); member++)
                Add(_displacements.Column(group, member), part, above, below, ref settled, ref finite);
            if (settled) return;
            if (finite) levels++; else gaps++;
            part /= T.CreateTruncating(finite ? 4 : 64);
        }
    }

    private readonly void Add(
        int column, T part, ReadOnlySpan<T> above, ReadOnlySpan<T> below, ref bool settled, ref bool finite)
    {
        LinePoint<T> point = _displacements.Point(column, _options);
        AdaptiveStart<T> start = AdaptiveStart<T>.At(point);
        T h = start.Step * part, width = start.Upper(point.Position, h) - start.Lower(point.Position, h);
        for (int entry = 0; entry < _displacements.EntryCount(column); entry++)
        {
            int row = _displacements.Entry(column, entry).Row;
            ref Romberg<T> tableau = ref _tableaux[row];
            if (tableau.Settled) continue;
            // Of columns that share a group one may be one-sided: its outputs have not moved on the other side.
            T upper = above[row], lower = below[row];
            if (T.IsFinite(upper) && T.IsFinite(lower) && width > T.Zero)
            {
                finite = true;
                T quotient = (upper - lower) / width;
                T rounding = AdaptiveDerivative.Rounding(upper, lower, quotient, width, point.Magnitude, _options.EffectiveNoise);
                tableau.Add(quotient, T.Max(T.Abs(upper), T.Abs(lower)), start.IsOneSided ? rounding + rounding : rounding, h);
            }
            else
            {
                tableau.Restart();
            }

            settled &= tableau.Settled;
        }
    }

    private ReadOnlySpan<T> Evaluate(ref TFunction function, int group, T part, bool upper)
    {
        int members = _displacements.ColumnCount(group);
        bool moved = false;
        try
        {
            for (int member = 0; member < members; member++)
            {
                int column = _displacements.Column(group, member);
                LinePoint<T> point = _displacements.Point(column, _options);
                AdaptiveStart<T> start = AdaptiveStart<T>.At(point);
                T h = start.Step * part;
                T position = upper ? start.Upper(point.Position, h) : start.Lower(point.Position, h);
                if (position == point.Position) continue;
                _displacements.Move(_x, column, position);
                moved = true;
            }

            if (moved) return _values.At(ref function, _x, upper);
        }
        finally
        {
            for (int member = 0; moved && member < members; member++)
                _displacements.Restore(_x, _displacements.Column(group, member));
        }

        return _values.Know(ref function, _x);
    }

    private readonly void Conclude(int column, Span<T> result, Span<T> errors, ref ReportBuilder report)
    {
        LinePoint<T> point = _displacements.Point(column, _options);
        for (int entry = 0; entry < _displacements.EntryCount(column); entry++)
        {
            var (row, slot) = _displacements.Entry(column, entry);
            ref readonly Romberg<T> tableau = ref _tableaux[row];
            T size = tableau.Size / point.Scale;
            var estimate = AdaptiveDerivative.Conclude(tableau.Value, tableau.Error, 0, size, _options.EffectiveNoise);
            result[slot] = estimate.Value;
            if (!errors.IsEmpty) errors[slot] = estimate.Error;
            report.Add(slot, estimate);
        }
    }
}

/// <summary>Where the adaptive scheme begins on a line, and whether a bound makes it one-sided.</summary>
internal readonly record struct AdaptiveStart<T>(T Step, int Side)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>0 for both sides.</summary>
    public bool IsOneSided => Side != 0;

    public T Factor => IsOneSided ? Romberg<T>.OneSided : Romberg<T>.Symmetric;

    /// <summary>1/16 of the power of two nearest to the scale; less at a bound, and one-sided below 1/1024.</summary>
    public static AdaptiveStart<T> At(in LinePoint<T> point)
    {
        T start = StepRule.Automatic(T.Zero, point.Scale, T.One) / T.CreateTruncating(16);
        T room = T.Min(point.RoomBelow, point.RoomAbove);
        return room >= start / T.CreateTruncating(64)
            ? new(T.Min(start, StepRule.PowerOfTwo(room)), 0)
            : new(T.Min(start, StepRule.PowerOfTwo(T.Max(point.RoomBelow, point.RoomAbove))), point.RoomAbove >= point.RoomBelow ? 1 : -1);
    }

    public T Upper(T position, T h) => Side >= 0 ? position + h : position;

    public T Lower(T position, T h) => Side <= 0 ? position - h : position;
}
