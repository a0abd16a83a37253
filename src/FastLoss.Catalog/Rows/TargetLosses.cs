using System.Numerics;

namespace FastLoss.Catalog;

/// <summary>The calls of losses of rows against targets.</summary>
internal static class TargetLosses
{
    public static LossTally Run<TLoss, T>(TLoss loss, RowCall<T> c)
        where TLoss : struct, ITargetLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => c.Gradients != null
        ? Loss.EvaluateWithGradient<TLoss, T>(loss, c.Inputs[0], c.Classes, c.Inputs[1], c.Gradients[0], c.Options())
        : c.Losses != null
            ? Loss.PerRow<TLoss, T>(loss, c.Inputs[0], c.Classes, c.Inputs[1], c.Losses, c.Options())
            : Loss.Evaluate<TLoss, T>(loss, c.Inputs[0], c.Classes, c.Inputs[1], c.Options());
}
