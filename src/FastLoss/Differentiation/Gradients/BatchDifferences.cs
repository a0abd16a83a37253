using System.Numerics;

namespace FastLoss;

/// <summary>Fills batches with the points of whole coordinates and takes the differences of their values.</summary>
internal readonly ref struct BatchDifferences<T>(ReadOnlySpan<T> x, Span<T> points, Span<T> values)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ReadOnlySpan<T> _x = x;
    private readonly Span<T> _points = points;
    private readonly Span<T> _values = values;

    public DifferentiationReport Run<TFunction>(ref TFunction function, Span<T> gradient, in DifferentiationOptions<T> options)
        where TFunction : IBatchFunction<T>, allows ref struct
    {
        var report = new ReportBuilder();
        ValueAtPoint<T> atPoint = default;
        T coefficient = StepRule.Coefficient(options.Scheme, options.EffectiveNoise);
        for (int first = 0, end; first < _x.Length; first = end)
        {
            int count = 0;
            for (end = first; end < _x.Length; end++)
            {
                if (options.IsFixed(end)) continue;
                T h = options.StepAt(end, _x[end], coefficient);
                var formula = Formula(options, end, ref h);
                if (count + Nodes(formula) > _values.Length) break;
                for (int pair = 0; pair < formula.Pairs; pair++)
                {
                    AddPoint(ref count, end, formula.Upper(pair), h);
                    AddPoint(ref count, end, formula.Lower(pair), h);
                    if (formula.Upper(pair) != 0 && formula.Lower(pair) != 0) continue;
                    if (atPoint.Known) continue;
                    function.Evaluate(_x, _x.Length, _values[..1]);
                    atPoint.Value = _values[0];
                    report.Evaluated(1);
                }
            }

            if (count > 0) function.Evaluate(_points[..(count * _x.Length)], _x.Length, _values[..count]);
            report.Evaluated(count);
            int next = 0;
            for (int i = first; i < end; i++)
            {
                T h = options.StepAt(i, _x[i], coefficient);
                gradient[i] = options.IsFixed(i) ? T.Zero : Combine(Formula(options, i, ref h), _x[i], h, ref next, atPoint.Value);
                report.Add(i, gradient[i]);
            }
        }

        return report.Build();
    }

    private DifferenceFormula Formula(in DifferentiationOptions<T> options, int index, scoped ref T h)
    {
        LinePoint<T> point = options.PointAt(index, _x[index]);
        return DifferenceFormula.Choose(options.Scheme, ref h, point.RoomBelow, point.RoomAbove);
    }

    private static int Nodes(DifferenceFormula formula)
    {
        int nodes = 0;
        for (int pair = 0; pair < formula.Pairs; pair++)
            nodes += (formula.Upper(pair) != 0 ? 1 : 0) + (formula.Lower(pair) != 0 ? 1 : 0);
        return nodes;
    }

    private void AddPoint(ref int count, int index, int steps, T h)
    {
        if (steps == 0) return;
        Span<T> point = _points.Slice(count++ * _x.Length, _x.Length);
        _x.CopyTo(point);
        point[index] = DifferenceFormula.Move(_x[index], steps, h);
    }

    private T Combine(DifferenceFormula formula, T position, T h, ref int next, T atPoint)
    {
        T sum = T.Zero;
        for (int pair = 0; pair < formula.Pairs; pair++)
        {
            int up = formula.Upper(pair), down = formula.Lower(pair);
            T upper = up != 0 ? _values[next++] : atPoint, lower = down != 0 ? _values[next++] : atPoint;
            T width = DifferenceFormula.Move(position, up, h) - DifferenceFormula.Move(position, down, h);
            sum += T.CreateTruncating(formula.Weight(pair)) * ((upper - lower) / width);
        }

        return formula.Denominator == 1 ? sum : sum / T.CreateTruncating(formula.Denominator);
    }
}
