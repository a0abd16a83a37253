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
        double error = double.CreateTruncating(estimate.Error);
        if (status == DifferentiationStatus.NonFinite || error <= maxError) return;
        maxError = error;
        worstIndex = index;
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
