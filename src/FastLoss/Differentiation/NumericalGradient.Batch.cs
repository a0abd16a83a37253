using System.Numerics;
using FastLoss.Validation;

namespace FastLoss;

public static partial class NumericalGradient
{
    /// <summary>
    /// The gradient of a function that takes many points a call: the same differences as one point a call, with the points of
    /// many coordinates in each batch. The adaptive scheme, which needs each value to choose the next step, asks one at a
    /// time. x itself is only read.
    /// </summary>
    /// <param name="function">The function.</param>
    /// <param name="x">The point.</param>
    /// <param name="gradient">Receives df/dx_i; as long as x and not overlapping it.</param>
    /// <param name="pointsPerCall">The most points a call gets, at least 4.</param>
    /// <param name="options">Scheme, steps, scales, bounds.</param>
    /// <returns>The report; its evaluations count points, not calls.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or the spans overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range, or x out of its bounds.</exception>
    public static DifferentiationReport ComputeByBatch<TFunction, T>(
        ref TFunction function, ReadOnlySpan<T> x, Span<T> gradient, int pointsPerCall = 64, DifferentiationOptions<T> options = default)
        where TFunction : IBatchFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options.Validate(x);
        Guard.SameLength<T, T>(gradient, x);
        Guard.Apart<T, T>(gradient, x);
        Guard.AtLeast(pointsPerCall, DifferenceFormula.MaximumPairs);
        if (x.IsEmpty) return new ReportBuilder().Build();

        if (options.IsAdaptive) pointsPerCall = 1;
        long length = (long)pointsPerCall * (x.Length + 1);
        if (length > Array.MaxLength) Throw.OutOfRange(nameof(pointsPerCall), pointsPerCall, $"at most {Array.MaxLength / (x.Length + 1)} with {x.Length} coordinates");
        using var scratch = new Scratch<T>((int)length);
        Span<T> points = scratch.Span[..(pointsPerCall * x.Length)], values = scratch.Span[points.Length..];
        if (!options.IsAdaptive) return new BatchDifferences<T>(x, points, values).Run(ref function, gradient, options);

        x.CopyTo(points);
        return CoordinateDerivatives.All<T, TFunction, BatchLine<T, TFunction>, BatchLines<T, TFunction>>(
            ref function, new(points, values), x, gradient, [], options);
    }
}

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

/// <summary>One coordinate of the only point of a batch moves.</summary>
internal readonly ref struct BatchLine<T, TFunction>(Span<T> x, Span<T> value, int index) : ILine<T, TFunction>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TFunction : IBatchFunction<T>, allows ref struct
{
    private readonly Span<T> _x = x;
    private readonly Span<T> _value = value;
    private readonly int _index = index;

    public static bool SubtractsItself => false;

    public T At(ref TFunction function, T position)
    {
        _x[_index] = position;
        function.Evaluate(_x, _x.Length, _value);
        return _value[0];
    }

    public T Difference(ref TFunction function, T upper, T lower)
    {
        T atUpper = At(ref function, upper);
        return atUpper - At(ref function, lower);
    }
}

/// <summary>The coordinates of the only point of a batch.</summary>
internal readonly ref struct BatchLines<T, TFunction>(Span<T> x, Span<T> value) : ICoordinateLines<T, TFunction, BatchLine<T, TFunction>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TFunction : IBatchFunction<T>, allows ref struct
{
    private readonly Span<T> _x = x;
    private readonly Span<T> _value = value;

    public BatchLine<T, TFunction> Along(int index) => new(_x, _value, index);

    public void Restore(int index, T _value) => _x[index] = _value;
}
