using System.Numerics;

namespace FastLoss;

/// <summary>Gathers the report while the elements are made.</summary>
internal struct ReportBuilder
{
    private long _evaluations;
    private DifferentiationStatus _status;
    private int _worstIndex;
    private double _maxError;

    public ReportBuilder()
    {
        _worstIndex = -1;
        _maxError = double.NaN;
    }

    public void Evaluated(long count) => _evaluations += count;

    /// <summary>An element without an error estimate.</summary>
    public void Add<T>(int index, T value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!T.IsFinite(value)) NonFinite(index);
    }

    /// <summary>An element with its error estimate.</summary>
    public void Add<T>(int index, in DerivativeEstimate<T> estimate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        _evaluations += estimate.Evaluations;
        if (estimate.Status == DifferentiationStatus.NonFinite)
        {
            NonFinite(index);
            return;
        }

        if (estimate.Status > _status) _status = estimate.Status;
        if (T.IsNaN(estimate.Error)) return;
        double error = double.CreateTruncating(estimate.Error);
        if (_status == DifferentiationStatus.NonFinite || error <= _maxError) return;
        _maxError = error;
        _worstIndex = index;
    }

    /// <summary>Adds what another builder has gathered of other elements, as if in the order of the elements.</summary>
    public void Merge(in ReportBuilder other)
    {
        _evaluations += other._evaluations;
        if (other._worstIndex >= 0)
        {
            bool worse = other._status == DifferentiationStatus.NonFinite || _status == DifferentiationStatus.NonFinite
                ? other._status == DifferentiationStatus.NonFinite
                    && (_status != DifferentiationStatus.NonFinite || other._worstIndex < _worstIndex)
                : !(other._maxError <= _maxError) || (other._maxError == _maxError && other._worstIndex < _worstIndex);
            if (worse) (_worstIndex, _maxError) = (other._worstIndex, other._maxError);
        }

        if (other._status > _status) _status = other._status;
    }

    private void NonFinite(int index)
    {
        if (_status == DifferentiationStatus.NonFinite) return;
        _status = DifferentiationStatus.NonFinite;
        _worstIndex = index;
        _maxError = double.NaN;
    }

    public readonly DifferentiationReport Build() => new(_evaluations, _status, _worstIndex, _maxError);
}
