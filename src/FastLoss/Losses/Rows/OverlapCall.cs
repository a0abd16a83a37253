using System.Numerics;
using FastLoss.Kernels;

namespace FastLoss;

/// <summary>What soft Dice and soft Jaccard have in common: the rows.</summary>
internal static class OverlapCall
{
    public static unsafe LossTally Run<T, TLabel, TUnion>(ref LabelCall<T, TLabel> call, double smoothing)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
        where TUnion : struct, IFlag
    {
        LossOptions<T> options = new() { Weights = call.Weights, Denominator = call.Denominator };
        fixed (T* p = call.Scores)
        fixed (T* t = call.Targets)
        fixed (T* g = call.Gradient)
        {
            OverlapRow<T, TUnion> row = new(p, t, call.Classes, smoothing, g);
            return RowLosses.Run(call.Rows, options, row, call.Losses, !call.Gradient.IsEmpty);
        }
    }
}
