using System.Numerics;

namespace FastLoss;

/// <summary>The differences of a vector function, group by group of displacements, by a fixed scheme.</summary>
internal ref struct JacobianDifferences<TFunction, TDisplacements, T>(
    TDisplacements displacements, Span<T> x, VectorValues<T> values, DifferentiationOptions<T> options)
    where TFunction : IVectorFunction<T>, allows ref struct
    where TDisplacements : IDisplacements<T>, allows ref struct
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly TDisplacements _displacements = displacements;
    private readonly Span<T> _x = x;
    private readonly DifferentiationOptions<T> _options = options;
    private VectorValues<T> _values = values;

    public DifferentiationReport Run(ref TFunction function, Span<T> result, Span<T> errors)
    {
        var report = new ReportBuilder();
        using var finer = new Scratch<T>(errors.Length);
        for (int group = 0; group < _displacements.Groups; group++)
        {
            Fill(ref function, group, T.One, result);
            if (!errors.IsEmpty)
            {
                _values.Know(ref function, _x);
                Fill(ref function, group, T.One / T.CreateTruncating(2), finer.Span);
            }

            for (int member = 0; member < _displacements.ColumnCount(group); member++)
                Report(_displacements.Column(group, member), result, errors, finer.Span, ref report);
        }

        report.Evaluated(_values.Evaluations);
        return report.Build();
    }

    /// <summary>The formula of a column and its step; cheap enough to be asked again for each use.</summary>
    private readonly DifferenceFormula Formula(int column, T part, out LinePoint<T> point, out T h)
    {
        point = _displacements.Point(column, _options);
        h = _options.StepAlong(point);
        var formula = DifferenceFormula.Choose(_options.Scheme, ref h, point.RoomBelow, point.RoomAbove);
        h *= part;
        return formula;
    }

    /// <summary>The columns of one group, at <paramref name="part"/> of their steps.</summary>
    private void Fill(ref TFunction function, int group, T part, Span<T> result)
    {
        int members = _displacements.ColumnCount(group);
        for (int pair = 0; pair < DifferenceFormula.MaximumPairs; pair++)
        {
            if (!AnyHas(group, pair)) return;
            ReadOnlySpan<T> above = Evaluate(ref function, group, pair, part, upper: true);
            ReadOnlySpan<T> below = Evaluate(ref function, group, pair, part, upper: false);
            for (int member = 0; member < members; member++)
            {
                int column = _displacements.Column(group, member);
                var formula = Formula(column, part, out LinePoint<T> point, out T h);
                if (point.IsFixed) Clear(column, result);
                if (point.IsFixed || pair >= formula.Pairs) continue;
                T width = DifferenceFormula.Move(point.Position, formula.Upper(pair), h)
                    - DifferenceFormula.Move(point.Position, formula.Lower(pair), h);
                T weight = T.CreateTruncating(formula.Weight(pair)), denominator = T.CreateTruncating(formula.Denominator);
                int entries = _displacements.EntryCount(column);
                for (int entry = 0; entry < entries; entry++)
                {
                    var (row, slot) = _displacements.Entry(column, entry);
                    T sum = (pair == 0 ? T.Zero : result[slot]) + weight * ((above[row] - below[row]) / width);
                    result[slot] = pair == formula.Pairs - 1 ? sum / denominator : sum;
                }
            }
        }
    }

    private readonly void Clear(int column, Span<T> result)
    {
        for (int entry = 0; entry < _displacements.EntryCount(column); entry++)
            result[_displacements.Entry(column, entry).Slot] = T.Zero;
    }

    private readonly bool AnyHas(int group, int pair)
    {
        for (int member = 0; member < _displacements.ColumnCount(group); member++)
        {
            if (pair < Formula(_displacements.Column(group, member), T.One, out _, out _).Pairs) return true;
        }

        return false;
    }

    /// <summary>
    /// The values on one side of a pair, or those at the point if no column of the group moves there.
    /// </summary>
    private ReadOnlySpan<T> Evaluate(ref TFunction function, int group, int pair, T part, bool upper)
    {
        int members = _displacements.ColumnCount(group);
        bool moved = false;
        try
        {
            for (int member = 0; member < members; member++)
            {
                int column = _displacements.Column(group, member);
                var formula = Formula(column, part, out LinePoint<T> point, out T h);
                int steps = point.IsFixed || pair >= formula.Pairs ? 0 : upper ? formula.Upper(pair) : formula.Lower(pair);
                if (steps == 0) continue;
                _displacements.Move(_x, column, DifferenceFormula.Move(point.Position, steps, h));
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

    private readonly void Report(int column, Span<T> result, Span<T> errors, Span<T> finer, ref ReportBuilder report)
    {
        var formula = Formula(column, T.One, out LinePoint<T> point, out T h);
        int entries = _displacements.EntryCount(column);
        for (int entry = 0; entry < entries; entry++)
        {
            var (row, slot) = _displacements.Entry(column, entry);
            if (errors.IsEmpty || point.IsFixed)
            {
                if (!errors.IsEmpty) errors[slot] = T.Zero;
                report.Add(slot, result[slot]);
                continue;
            }

            var estimate = LineDerivative.WithError(
                result[slot], finer[slot], formula, _values.AtPoint[row], h, point.Magnitude, _options.EffectiveNoise, 0);
            errors[slot] = estimate.Error;
            report.Add(slot, estimate);
        }
    }
}
