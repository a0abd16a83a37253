using System.Numerics;

namespace FastLoss.Kernels;

/// <summary>The negative log-likelihood: one element of each row, the label's.</summary>
internal readonly unsafe struct PickedObjective<T> : IRowObjective<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static bool IsWide => true;

    public int BlockRows(int classCount, bool isDifferentiated, bool isInPlace) => SmallRows.BlockRows;

    public int WorkLength(int rows, int classCount, bool isDifferentiated) => 0;

    public void Run(in RowBlock<T> block)
    {
        nint n = block.ClassCount;
        for (nint r = 0; r < block.Rows; r++)
        {
            nint at = (r * n) + block.Labels[r];
            double weight = RowWeight.Of(block, r);
            block.WideLosses[r] = weight == 0 ? 0 : -double.CreateTruncating(block.Logits[at]) * weight;
            if (block.Gradient == null) continue;
            new Span<T>(block.Gradient + (r * n), (int)n).Clear();
            if (weight != 0) block.Gradient[at] = T.CreateTruncating(-weight * block.Scale);
        }
    }
}

/// <summary>What a row counts in double, its label's class included.</summary>
internal static unsafe class RowWeight
{
    public static double Of<T>(in RowBlock<T> block, nint r)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double weight = block.Weights == null ? 1 : double.CreateTruncating(block.Weights[r]);
        return block.LabelWeights == null || weight == 0 ? weight : weight * double.CreateTruncating(block.LabelWeights[r]);
    }

    /// <summary>Zeros for the gradients of rows of weight 0, whatever their elements.</summary>
    public static void ClearUncounted<T>(in RowBlock<T> block)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (block.Weights == null && block.LabelWeights == null) return;
        nint n = block.ClassCount;
        for (nint r = 0; r < block.Rows; r++)
        {
            if (Of(block, r) == 0) new Span<T>(block.Gradient + (r * n), (int)n).Clear();
        }
    }
}
