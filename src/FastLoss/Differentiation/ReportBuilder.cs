using System.Numerics;

namespace FastLoss;

/// <summary>Gathers the report while the elements are made.</summary>
internal struct ReportBuilder
{
    private long evaluations;
    private DifferentiationStatus status;
    private int worstIndex;
    private double maxError;

    public ReportBuilder()
    {
        worstIndex = -1;
        maxError = double.NaN;
    }

    public void Evaluated(long count) => evaluations += count;

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
        evaluations += estimate.Evaluations;
        if (estimate.Status == DifferentiationStatus.NonFinite)
        {
            NonFinite(index);
            return;
        }

        if (estimate.Status > status) status = estimate.Status;
        if (T.IsNaN(estimate.Error)) return;
        double error = double.CreateTruncating(estimate.Error);
        if (status == DifferentiationStatus.NonFinite || error <= maxError) return;
        maxError = error;
        worstIndex = index;
    }

    /// <summary>Adds what another builder has gathered of other elements, as if in the order of the elements.</summary>
    public void Merge(in ReportBuilder other)
    {
        evaluations += other.evaluations;
        if (other.worstIndex >= 0)
        {
            bool worse = other.status == DifferentiationStatus.NonFinite || status == DifferentiationStatus.NonFinite
                ? other.status == DifferentiationStatus.NonFinite
                    && (status != DifferentiationStatus.NonFinite || other.worstIndex < worstIndex)
                : !(other.maxError <= maxError) || (other.maxError == maxError && other.worstIndex < worstIndex);
            if (worse) (worstIndex, maxError) = (other.worstIndex, other.maxError);
        }

        if (other.status > status) status = other.status;
    }

    private void NonFinite(int index)
    {
        if (status == DifferentiationStatus.NonFinite) return;
        status = DifferentiationStatus.NonFinite;
        worstIndex = index;
        maxError = double.NaN;
    }

    public readonly DifferentiationReport Build() => new(evaluations, status, worstIndex, maxError);
}
