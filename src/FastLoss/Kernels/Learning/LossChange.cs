using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>
/// By how much the summed softmax cross-entropy of a batch differs between two values of one parameter. With the base
/// point's probabilities p known, a row's loss at logits moved by d_c is ln(1 + sum_c p_c (e^d_c - 1)) - d_label above
/// its base: nothing is the difference of two large numbers, so the result keeps full relative precision at any step, and costs
/// only what the parameter touches.
/// </summary>
internal static unsafe class LossChange
{
    /// <summary>Up to here, just below ln 2 / 2, e^x - 1 is a polynomial alone. Steps of differences are far below it.</summary>
    public const double SmallStep = 0.34;

    /// <summary>The loss with the input of a hidden unit moved by upper * factor, less that with it moved by lower * factor.</summary>
    public static double OfHiddenUnit<T, TActivation>(ClassColumns<T> classes, HiddenColumn<T> unit, T upper, T lower)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TActivation : struct, IHiddenActivation<T>
    {
        fixed (T* factors = unit.Factors, x = unit.BeforeActivation, activated = unit.Activated)
        fixed (T* weights = unit.Weights, labelWeights = unit.LabelWeights)
        fixed (T* labels = classes.Labels, p = classes.Probabilities, logP = classes.LogProbabilities)
        {
            var shift = new HiddenShift<T, TActivation>(factors, x, activated);
            var softmax = new SoftmaxColumns<T>(classes.Count, classes.Stride, labels, p, logP);
            var reach = new AllLogits<T>(softmax, weights, unit.LargestWeight, labelWeights);
            return Between(classes.Rows, shift, reach, upper, lower);
        }
    }

    /// <summary>The loss with one logit moved by upper * factor, less that with it moved by lower * factor.</summary>
    public static double OfLogit<T>(ClassColumns<T> classes, ReadOnlySpan<T> rowFactors, int label, T upper, T lower)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* factors = rowFactors, labels = classes.Labels, p = classes.Probabilities, logP = classes.LogProbabilities)
        {
            var softmax = new SoftmaxColumns<T>(classes.Count, classes.Stride, labels, p, logP);
            return Between(classes.Rows, new LinearShift<T>(factors), new OneLogit<T>(softmax, label), upper, lower);
        }
    }

    /// <summary>loss(base + upper) - loss(base + lower), summed over the rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static double Between<T, TShift, TReach>(int rows, in TShift valueShift, in TReach reach, T upper, T lower)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TShift : struct, IValueShift<T>
        where TReach : struct, ILogitReach<T>
    {
        Vector512<T> up = Vector512.Create(upper), down = Vector512.Create(lower);
        Vector512<T> reachable = VectorMath.Of<T>(SmallStep) / Vector512.Create(reach.Largest);
        DoubleSum sum = default;
        foreach ((int row, int left) in new Blocks(rows, Vector512<T>.Count))
        {
            Vector512<T> change;
            bool isSmall = valueShift.IsSmall(row, up) && valueShift.IsSmall(row, down);
            Vector512<T> shiftUp = valueShift.Of(row, up), shiftDown = valueShift.Of(row, down);
            if (isSmall && Vector512.LessThanOrEqualAll(Vector512.Max(Vector512.Abs(shiftUp), Vector512.Abs(shiftDown)), reachable))
            {
                reach.Growth(row, shiftUp, shiftDown, out Vector512<T> growthUp, out Vector512<T> growthDown);
                Vector512<T> ratio = (growthUp - growthDown) / (Vector512<T>.One + growthDown);
                change = VectorMath.Log1P(ratio) - ((shiftUp - shiftDown) * reach.OfLabel(row));
            }
            else
            {
                // Further away the growth could cancel (towards -1) or overflow: each loss is taken by itself.
                change = Far<T, TShift, TReach>(valueShift, reach, row, up) - Far<T, TShift, TReach>(valueShift, reach, row, down);
            }

            if (left < Vector512<T>.Count)
                change = Lanes.Select(Lanes.FirstLanes<T>(left), change, Vector512<T>.Zero);
            sum.Add(change);
        }

        return sum.Total;
    }

    /// <summary>
    /// The rows' losses above their base, for any step. Out of line: in the loop it would use up what the JIT is willing to
    /// inline there, and leave calls in the path that is taken.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector512<T> Far<T, TShift, TReach>(in TShift valueShift, in TReach reach, int row, Vector512<T> step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TShift : struct, IValueShift<T>
        where TReach : struct, ILogitReach<T>
    {
        Vector512<T> shift = valueShift.OfLarge(row, step);
        return LogGrowth<T, TReach>(reach, row, shift) - (shift * reach.OfLabel(row));
    }

    /// <summary>ln sum_c p_c e^(shift w_c), for any shift.</summary>
    private static Vector512<T> LogGrowth<T, TReach>(in TReach reach, int row, Vector512<T> shift)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TReach : struct, ILogitReach<T>
    {
        Vector512<T> largest = reach.Moved(row, 0, shift);
        for (int c = 1; c < reach.ClassCount; c++) largest = Vector512.Max(largest, reach.Moved(row, c, shift));

        Vector512<T> sum = Vector512<T>.Zero;
        for (int c = 0; c < reach.ClassCount; c++) sum += VectorMath.Exp(reach.Moved(row, c, shift) - largest);
        return largest + VectorMath.Log(sum);
    }
}
