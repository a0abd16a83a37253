using System.Numerics;

namespace FastLoss.Tests.Contracts;

/// <summary>Twelve rows of a routine under some of the options it takes: the call, and what the definition in double makes of it.</summary>
internal sealed class OptionBatch<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Rows = 12, Ignored = -100, Inner = 3, Gap = 5;

    private const double Filler = 7;

    private readonly RowCase _case;
    private readonly RowOptions _options;
    private readonly RowCall<T> _call;
    private readonly int _columns;

    public OptionBatch(RowCase c, RowOptions options, int columns)
    {
        _case = c;
        _options = options;
        _columns = c.Shape switch { RowShape.Elements => 1, RowShape.Square => Rows, _ => columns };
        T[][] inputs = [.. Enumerable.Range(0, c.Inputs).Select(Input)];
        int[] labels = [.. Enumerable.Range(0, Rows).Select(r => Has(RowOptions.IgnoreLabel) && r % 5 == 2 ? Ignored : c.Label(Unit(r, 3), r, _columns))];
        _call = new(inputs, _columns, labels)
        {
            Weights = Has(RowOptions.Weights) ? [.. Enumerable.Range(0, Rows).Select(r => r == 4 ? T.Zero : Narrow(0.25 + (2 * Unit(r, 5))))] : [],
            ClassWeights = Has(RowOptions.ClassWeights) ? [.. Enumerable.Range(0, _columns).Select(i => Narrow(0.5 + Unit(i, 7)))] : [],
            Mask = Has(RowOptions.Mask) ? [.. Enumerable.Range(0, Rows).Select(r => r % 4 != 1)] : [],
            IgnoreLabel = Has(RowOptions.IgnoreLabel) ? Ignored : null,
            Denominator = Has(RowOptions.Denominator) ? 7 : null,
            MaskedRows = Has(RowOptions.MaskedRows) ? MaskedRows.Zeros : MaskedRows.NaN,
            Threads = Has(RowOptions.Threads) ? 2 : 0,
            Axis = c.Takes.HasFlag(RowOptions.Layouts) ? Axis : null,
        };
        if (Has(RowOptions.MaskedRows)) inputs[0].AsSpan(7 * _columns, _columns).Fill(T.NegativeInfinity);
    }

    private ClassAxis Axis => new(
        _columns,
        Has(RowOptions.Inner) ? Inner : 1,
        Has(RowOptions.Pitch) ? (_columns * (Has(RowOptions.Inner) ? Inner : 1)) + Gap : 0);

    /// <summary>Losses, tallies and gradients against the definition; the bounds are those of the case.</summary>
    public void Check(double tolerance)
    {
        T[][] laid = [.. _call.Inputs.Select(Laid)];
        T[] losses = new T[Rows];
        LossTally tally = _case.Run(_call with { Inputs = laid, Losses = losses });
        Assert.Equal(tally, _case.Run(_call with { Inputs = laid }));
        double sum = 0, size = 0, weight = 0;
        int count = 0;
        for (int r = 0; r < Rows; r++)
        {
            double factor = Factor(r), expected = factor == 0 ? 0 : factor * _case.Definition(Point(r));
            double allowed = tolerance * (Math.Abs(expected) + (factor * (factor == 0 ? 0 : _case.Size(Point(r)))));
            Near(expected, losses[r], allowed, $"row {r}");
            sum += expected;
            size += allowed;
            if (factor == 0) continue;
            weight += factor * _case.Share(Point(r));
            count++;
        }

        Near(sum, tally.Sum, size, "sum");
        Near(weight, tally.Weight, 1e-6 * weight, "weight");
        Assert.Equal(count, tally.Count);
        if (_case.Differentiated.Count > 0) CheckGradients(laid, tally, tolerance);
    }

    private void CheckGradients(T[][] laid, LossTally tally, double tolerance)
    {
        T[][] gradients = [.. _case.Differentiated.Select(_ => Laid([.. Enumerable.Range(0, Rows * _columns).Select(Before)]))];
        Assert.Equal(tally, _case.Run(_call with { Inputs = laid, Gradients = gradients, Accumulate = Has(RowOptions.Accumulate) }));
        double divisor = Has(RowOptions.Denominator) ? 7 : tally.Weight;
        for (int g = 0; g < gradients.Length; g++)
        {
            CheckGaps(gradients[g]);
            for (int r = 0; r < Rows; r++)
            {
                if (Factor(r) != 0 && !_case.IsSmooth(Point(r))) continue;
                foreach (int i in new[] { 0, _columns / 2, _columns - 1 }.Distinct())
                {
                    double before = Has(RowOptions.Accumulate) ? double.CreateTruncating(Before((r * _columns) + i)) : 0;
                    double slope = Factor(r) == 0 ? 0 : (_case.IsOfBatch ? BatchSlope(r, i) : Factor(r) * Slope(r, _case.Differentiated[g], i)) / divisor;
                    double actual = double.CreateTruncating(gradients[g][Place(r, i)]);
                    Near(before + slope, actual, (1e-8 + (5 * tolerance)) * (1 + Math.Abs(before) + Math.Abs(slope)), $"gradient {g} of [{r}, {i}]");
                }
            }
        }
    }

    private void CheckGaps(T[] laid)
    {
        HashSet<int> places = [.. from r in Enumerable.Range(0, Rows) from i in Enumerable.Range(0, _columns) select Place(r, i)];
        for (int i = 0; i < laid.Length; i++)
        {
            if (!places.Contains(i)) Near(Filler, laid[i], 0, $"gap at {i}");
        }
    }

    /// <summary>The derivative of the definition by five points.</summary>
    private double Slope(int row, int input, int i)
    {
        RowPoint at = Point(row);
        double x = at.Inputs[input][i];
        return NumericalDerivative.FivePoint(
            v =>
            {
                at.Inputs[input][i] = v;
                return _case.Definition(at);
            },
            x,
            1e-3 * Math.Max(1, Math.Abs(x)) * (_case.Lowest(input) > 0 ? Math.Min(1, x) : 1));
    }

    /// <summary>The derivative of the sum over the batch.</summary>
    private double BatchSlope(int row, int i)
    {
        double[][] batch = Batch();
        double x = batch[0][(row * _columns) + i];
        if (double.IsNegativeInfinity(x)) return 0;
        RowPoint[] points = [.. Enumerable.Range(0, Rows).Select(r => Point(r) with { Batch = batch })];
        return NumericalDerivative.FivePoint(
            v =>
            {
                batch[0][(row * _columns) + i] = v;
                return points.Where(at => Factor(at.Place) != 0).Sum(at => Factor(at.Place) * _case.Definition(at));
            },
            x,
            1e-3);
    }

    /// <summary>All rows of a square, those that do not count masked, and so their columns.</summary>
    private double[][] Batch() =>
    [
        .. _call.Inputs.Where(_ => _case.IsOfBatch).Select(
            x => Reference.Widen<T>(x).Select((v, i) => Factor(i / _columns) == 0 || Factor(i % _columns) == 0 ? double.NegativeInfinity : v).ToArray()),
    ];

    private double Factor(int r)
    {
        bool isSkipped = (Has(RowOptions.Mask) && !_call.Mask[r]) || _call.Labels[r] == Ignored || (Has(RowOptions.MaskedRows) && r == 7);
        return isSkipped ? 0 : Has(RowOptions.Weights) ? double.CreateTruncating(_call.Weights[r]) : 1;
    }

    private RowPoint Point(int r) => new(
        [.. _call.Inputs.Select(x => Reference.Widen<T>(x.AsSpan(r * _columns, _columns)))], _call.Labels[r], r, Reference.Widen<T>(_call.ClassWeights))
    { Batch = Batch() };

    private T[] Input(int index) => [.. Enumerable.Range(0, Rows * _columns).Select(i => Narrow(_case.Domain(index, Unit(i, 1 + (index * 3)))))];

    /// <summary>Elements where the axis says that they are.</summary>
    private T[] Laid(T[] rows)
    {
        ClassAxis axis = Axis;
        int pitch = axis.Pitch == 0 ? axis.Count * axis.Inner : axis.Pitch;
        T[] laid = new T[Rows / axis.Inner * pitch];
        Array.Fill(laid, Narrow(Filler));
        for (int i = 0; i < rows.Length; i++) laid[Place(i / _columns, i % _columns)] = rows[i];
        return laid;
    }

    private int Place(int row, int i)
    {
        ClassAxis axis = Axis;
        int pitch = axis.Pitch == 0 ? axis.Count * axis.Inner : axis.Pitch;
        return (row / axis.Inner * pitch) + (i * axis.Inner) + (row % axis.Inner);
    }

    private static T Before(int i) => Narrow(i % 7 / 8.0);

    private bool Has(RowOptions option) => (_options & option) != 0;

    private static double Unit(int i, int seed) => ((i + 1) * (0.618034 + (seed * 0.0713))) % 1;

    /// <summary>The same numbers in both types.</summary>
    private static T Narrow(double value) => T.CreateTruncating((float)value);

    private void Near<TValue>(double expected, TValue value, double tolerance, string what)
        where TValue : unmanaged, INumberBase<TValue>
    {
        double actual = double.CreateTruncating(value);
        Assert.True(Math.Abs(expected - actual) <= tolerance, $"{_case.Name} of {typeof(T).Name} with {_options}, {_columns} columns, {what}: {actual:R}, not {expected:R}");
    }
}
