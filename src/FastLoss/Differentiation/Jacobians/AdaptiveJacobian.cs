using System.Numerics;

namespace FastLoss;

/// <summary>
/// The adaptive scheme for a vector function: each output has its own tableau, all are fed by the same evaluations, and
/// a group of displacements ends when its last output has settled. As for one function, columns near a bound are also
/// taken symmetrically within the room on its side, and those near 0 on the scale of x, where one difference shows that
/// it matters.
/// </summary>
internal ref struct AdaptiveJacobian<TFunction, TDisplacements, T>(
    TDisplacements displacements, Span<T> x, VectorValues<T> values, AdaptiveColumns<T> columns, DifferentiationOptions<T> options)
    where TFunction : IVectorFunction<T>, allows ref struct
    where TDisplacements : IDisplacements<T>, allows ref struct
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly TDisplacements _displacements = displacements;
    private readonly Span<T> _x = x;
    private readonly DifferentiationOptions<T> _options = options;
    private readonly AdaptiveRequest<T> _request = options.Request();
    private readonly Span<Extrapolation<T>> _tableaux = columns.Tableaux;
    private readonly Span<Extrapolated<T>> _best = columns.Best;
    private readonly Span<T> _sizes = columns.Sizes;
    private VectorValues<T> _values = values;

    /// <summary>From which steps a column is taken; one that has none in a pass does not move.</summary>
    private enum Pass
    {
        Scale,
        Room,
        Own,
    }

    public DifferentiationReport Run(ref TFunction function, Span<T> result, Span<T> errors)
    {
        var report = new ReportBuilder();
        if (_displacements.Groups > 0) _values.Know(ref function, _x);
        for (int group = 0; group < _displacements.Groups; group++)
        {
            Extrapolate(ref function, group, Pass.Scale);
            if (Moves(group, Pass.Room)) Extrapolate(ref function, group, Pass.Room);
            if (Moves(group, Pass.Own) && DiffersOnOwnScale(ref function, group)) Extrapolate(ref function, group, Pass.Own);
            for (int member = 0; member < _displacements.ColumnCount(group); member++)
                Conclude(_displacements.Column(group, member), result, errors, ref report);
        }

        report.Evaluated(_values.Evaluations);
        return report.Build();
    }

    private readonly AdaptiveStart<T> Start(int column, Pass pass, out LinePoint<T> point)
    {
        point = _displacements.Point(column, _options);
        AdaptiveStart<T> start = AdaptiveStart<T>.At(point, _request);
        return pass switch
        {
            Pass.Scale => start,
            Pass.Room => AdaptiveStart<T>.InRoom(point, start),
            _ => AdaptiveStart<T>.OnOwnScale(point, start),
        };
    }

    private readonly bool Moves(int group, Pass pass)
    {
        for (int member = 0; member < _displacements.ColumnCount(group); member++)
        {
            if (Start(_displacements.Column(group, member), pass, out _).Moves) return true;
        }

        return false;
    }

    private void Extrapolate(ref TFunction function, int group, Pass pass)
    {
        for (int member = 0; member < _displacements.ColumnCount(group); member++)
        {
            int column = _displacements.Column(group, member);
            AdaptiveStart<T> start = Start(column, pass, out _);
            for (int entry = 0; entry < _displacements.EntryCount(column); entry++)
                _tableaux[_displacements.Entry(column, entry).Row] = new Extrapolation<T>(!start.IsOneSided);
        }

        bool more = true;
        int levels = 0, evaluations = 0;
        for (int gaps = 0; more && levels < Extrapolation<T>.MaximumLevels && gaps < AdaptiveDerivative.MaximumGaps; evaluations += 2)
        {
            if (evaluations + 2 > _request.MaximumEvaluations) break;
            more = Level(ref function, group, pass, levels, gaps, out bool finite);
            if (finite) levels++; else gaps++;
        }

        for (int member = 0; member < _displacements.ColumnCount(group); member++)
            Take(_displacements.Column(group, member), pass);
    }

    /// <summary>Evaluates one level of a group and adds it to its tableaux; false when all have settled.</summary>
    private bool Level(ref TFunction function, int group, Pass pass, int level, int gaps, out bool finite)
    {
        ReadOnlySpan<T> above = Evaluate(ref function, group, pass, level, gaps, upper: true);
        ReadOnlySpan<T> below = Evaluate(ref function, group, pass, level, gaps, upper: false);
        bool more = false;
        finite = false;
        for (int member = 0; member < _displacements.ColumnCount(group); member++)
        {
            int column = _displacements.Column(group, member);
            AdaptiveStart<T> start = Start(column, pass, out LinePoint<T> point);
            if (!start.Moves) continue;
            T h = AdaptiveRequest<T>.At(start.Step, level, gaps), width = start.Upper(point.Position, h) - start.Lower(point.Position, h);
            for (int entry = 0; entry < _displacements.EntryCount(column); entry++)
            {
                int row = _displacements.Entry(column, entry).Row;
                ref Extrapolation<T> tableau = ref _tableaux[row];
                if (tableau.Settled || IsEnough(tableau)) continue;
                if (T.IsFinite(above[row]) && T.IsFinite(below[row]) && width > T.Zero)
                {
                    finite = true;
                    tableau.Add(Of(start, above[row], below[row], width, point) with { Middle = _values.AtPoint[row] }, h);
                }
                else
                {
                    tableau.Restart();
                }

                more |= !tableau.Settled;
            }
        }

        return more;
    }

    private readonly Quotient<T> Of(in AdaptiveStart<T> start, T above, T below, T width, in LinePoint<T> point) =>
        start.Side switch
        {
            0 => Quotient.Central(new Values<T> { Upper = above, Lower = below }, 1, width, point, _request.Noise),
            > 0 => Quotient.OneSided([below, above], 1, width, point, _request.Noise),
            _ => Quotient.OneSided([above, below], -1, width, point, _request.Noise),
        };

    private readonly bool IsEnough(in Extrapolation<T> tableau)
    {
        if (!_request.HasAccuracy || tableau.Count < 3) return false;
        Extrapolated<T> now = tableau.Conclude(T.NaN);
        return _request.IsMet(now.Value, now.Error);
    }

    /// <summary>The better of what the passes so far and this one say of each output.</summary>
    private readonly void Take(int column, Pass pass)
    {
        AdaptiveStart<T> start = Start(column, pass, out _);
        if (!start.Moves && pass != Pass.Scale) return;
        for (int entry = 0; entry < _displacements.EntryCount(column); entry++)
        {
            int row = _displacements.Entry(column, entry).Row;
            Extrapolated<T> now = _tableaux[row].Conclude(start.IsOneSided ? T.NaN : _values.AtPoint[row]);
            if (pass != Pass.Scale && !now.IsBetterThan(_best[row])) continue;
            _best[row] = now;
            _sizes[row] = _tableaux[row].Size;
        }
    }

    /// <summary>
    /// Whether the difference at |x| / 64 of some column that lies near 0 disagrees with what the longer steps gave.
    /// </summary>
    private bool DiffersOnOwnScale(ref TFunction function, int group)
    {
        // The second level of the pass on the scale of x.
        ReadOnlySpan<T> above = Evaluate(ref function, group, Pass.Own, 1, 0, upper: true);
        ReadOnlySpan<T> below = Evaluate(ref function, group, Pass.Own, 1, 0, upper: false);
        for (int member = 0; member < _displacements.ColumnCount(group); member++)
        {
            int column = _displacements.Column(group, member);
            AdaptiveStart<T> start = Start(column, Pass.Own, out LinePoint<T> point);
            if (!start.Moves) continue;
            T h = AdaptiveRequest<T>.At(start.Step, 1, 0), width = start.Upper(point.Position, h) - start.Lower(point.Position, h);
            for (int entry = 0; width > T.Zero && entry < _displacements.EntryCount(column); entry++)
            {
                int row = _displacements.Entry(column, entry).Row;
                if (T.IsFinite(above[row]) && T.IsFinite(below[row])
                    && _best[row].Disagrees(Of(start, above[row], below[row], width, point)))
                    return true;
            }
        }

        return false;
    }

    private ReadOnlySpan<T> Evaluate(ref TFunction function, int group, Pass pass, int level, int gaps, bool upper)
    {
        int members = _displacements.ColumnCount(group);
        bool moved = false;
        try
        {
            for (int member = 0; member < members; member++)
            {
                int column = _displacements.Column(group, member);
                AdaptiveStart<T> start = Start(column, pass, out LinePoint<T> point);
                if (!start.Moves) continue;
                T h = AdaptiveRequest<T>.At(start.Step, level, gaps);
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
        bool isFixed = point.IsFixed;
        for (int entry = 0; entry < _displacements.EntryCount(column); entry++)
        {
            var (row, slot) = _displacements.Entry(column, entry);
            var estimate = isFixed
                ? DerivativeEstimate<T>.OfFixed
                : _request.Conclude(_best[row].Value, _best[row].Error, 0, _sizes[row] / point.Scale);
            result[slot] = estimate.Value;
            if (!errors.IsEmpty) errors[slot] = estimate.Error;
            report.Add(slot, estimate);
        }
    }
}

/// <summary>What the columns of a group are made in: one element an output.</summary>
internal readonly ref struct AdaptiveColumns<T>(Span<Extrapolation<T>> tableaux, Span<Extrapolated<T>> best, Span<T> sizes)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public Span<Extrapolation<T>> Tableaux { get; } = tableaux;

    public Span<Extrapolated<T>> Best { get; } = best;

    public Span<T> Sizes { get; } = sizes;
}
