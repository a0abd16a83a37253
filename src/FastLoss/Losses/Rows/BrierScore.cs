using System.Numerics;
using CommunityToolkit.HighPerformance.Buffers;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The Brier score of rows of probabilities p: sum_c (p_c - t_c)^2, where the target t is 1 at the label and 0 elsewhere, or soft
/// (Brier 1950). 0 is perfect, 2 is certain and wrong. It is strictly proper: only the true probabilities have the least mean. Derivative
/// 2 (p_c - t_c). Of two classes it is twice the score of the one probability, which is <see cref="SquaredError"/>.
/// <code>
/// double score = Loss.Evaluate(new BrierScore(), probabilities, 10, labels).Mean;
/// </code>
/// </summary>
/// <remarks>
/// Computed in double and rounded once. Probabilities are not checked. NaN in a row gives NaN for that row, never for a neighbour.
/// No call allocates. The same input gives the same bits on every machine.
/// </remarks>
public readonly record struct BrierScore : ILabelLoss, ITargetLoss
{
    /// <summary>Up to how many rows' weights are kept on the stack.</summary>
    private const int LocalRows = 1024;

    static bool ITargetLoss.WritesOverTargets => true;

    void ILabelLoss.Check<T>(LossOptions<T> options) => Check(options);

    void ITargetLoss.Check<T>(LossOptions<T> options) => Check(options);

    LossTally ILabelLoss.Run<T, TLabel>(ref LabelCall<T, TLabel> call)
    {
        if (call.IgnoreLabel is not Int128 ignored) return Run(ref call, call.Weights);
        int rows = call.Rows;
        using SpanOwner<T> owner = SpanOwner<T>.Allocate(rows > LocalRows ? rows : 0);
        Span<T> weights = rows > LocalRows ? owner.Span : stackalloc T[rows];
        IgnoredRows.Weigh(call.Weights, call.Labels, ignored, weights);
        return Run(ref call, weights);
    }

    LossTally ITargetLoss.Run<T, TLabel>(ref LabelCall<T, TLabel> call) => Run(ref call, call.Weights);

    private static void Check<T>(in LossOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.NoClassWeights(options);
        Guard.NoMaskedRows(options);
    }

    private static unsafe LossTally Run<T, TLabel>(scoped ref LabelCall<T, TLabel> call, scoped ReadOnlySpan<T> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
    {
        LossOptions<T> options = new() { Weights = weights, Denominator = call.Denominator };
        fixed (T* p = call.Scores)
        fixed (T* t = call.Targets)
        fixed (TLabel* l = call.Labels)
        fixed (T* g = call.Gradient)
        {
            BrierRow<T, TLabel> row = new(p, t, l, call.Classes, g);
            return RowLosses.Run(call.Rows, options, row, call.Losses, !call.Gradient.IsEmpty);
        }
    }
}
