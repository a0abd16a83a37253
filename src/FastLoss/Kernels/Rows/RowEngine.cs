using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>
/// Every loss of rows of scores: rows that count and what they count, rows that lie apart or are half-precision, logits capped and
/// tempered, threads, the tally, and where the gradient goes. A loss is an <see cref="IRowObjective{T}"/>, which sees a block of rows
/// at a time. Each stage is a pass of its own over a block that lies in the first cache, so that options add up and do not multiply.
/// </summary>
internal static unsafe class RowEngine
{
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Run<T, TLabel, TObjective>(scoped in RowCall<T, TLabel> call, TObjective objective, in RowTraits traits, ref RowTally totals)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TLabel : unmanaged, IBinaryInteger<TLabel>
        where TObjective : struct, IRowObjective<T>
    {
        fixed (T* scores = call.Scores)
        fixed (Half* halfScores = call.HalfScores)
        fixed (TLabel* labels = call.Labels)
        fixed (T* targets = call.Targets)
        fixed (T* weights = call.Weights)
        fixed (bool* mask = call.Mask)
        fixed (T* classWeights = call.ClassWeights)
        fixed (T* gradient = call.Gradient)
        fixed (T* losses = call.Losses)
        fixed (int* closed = call.ClosedClasses)
        {
            RowPass<T, TLabel, TObjective> pass = default;
            pass.Rows.Scores = scores;
            pass.Rows.HalfScores = halfScores;
            pass.Rows.Layout = call.Layout;
            pass.Rows.Labels = labels;
            pass.Rows.Weights = weights;
            pass.Rows.Mask = mask;
            pass.Rows.ClassWeights = classWeights;
            pass.Rows.Ignored = call.IgnoreLabel;
            pass.Rows.SkipsMaskedRows = call.SkipsMaskedRows;
            pass.Rows.LabelsWeigh = traits.LabelsWeigh && labels != null;
            pass.Objective = objective;
            pass.Logits = traits.Logits;
            pass.HasZLoss = traits.HasZLoss;
            pass.MasksDiagonal = traits.MasksDiagonal;
            pass.ClosedClasses = closed;
            pass.ClosedCount = call.ClosedClasses.Length;
            pass.Targets = targets;
            pass.Gradient = gradient;
            pass.Losses = losses;
            pass.Accumulates = call.Accumulates;
            pass.Threads = call.Threads;
            int rows = call.Rows;
            bool isEven = pass.Rows.CountsAll && !(pass.Rows.LabelsWeigh && classWeights != null);
            if (isEven) totals.Ones = totals.Count = rows;
            if (call.WeighsOnly)
            {
                if (!isEven) pass.Weigh(rows, ref totals);
                return;
            }

            pass.Weighs = !isEven && (gradient == null || call.WeightOfAll != null);
            if (gradient != null)
            {
                // The gradient's scale is known only when all rows have been weighed.
                if (!isEven && !pass.Weighs) pass.Weigh(rows, ref totals);
                pass.Scale = RowPowers.Split(traits.Share * call.Scale(call.WeightOfAll ?? (isEven ? rows : totals.Weight.ToDouble())), out pass.Power);
            }

            RowTasks.Run(rows, call.Layout.ClassCount, call.Threads, pass, ref totals);
        }
    }
}

/// <summary>What the engine is told of a loss.</summary>
/// <param name="Logits">How its logits are made of the scores.</param>
/// <param name="LabelsWeigh">A row counts what its label's class weighs.</param>
/// <param name="HasZLoss">It tells z-loss apart.</param>
/// <param name="MasksDiagonal">The scores are a square, and no row has its own column among its classes.</param>
/// <param name="Share">What its gradient is multiplied by beside, where the loss is one of several that are averaged.</param>
internal readonly record struct RowTraits(
    LogitTransform Logits, bool LabelsWeigh = false, bool HasZLoss = false, bool MasksDiagonal = false, double Share = 1);
