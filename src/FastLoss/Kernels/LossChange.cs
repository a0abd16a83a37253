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
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Between<T, TShift, TReach>(int rows, in TShift valueShift, in TReach reach, T upper, T lower)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TShift : struct, IValueShift<T>
        where TReach : struct, ILogitReach<T>
    {
        Vector512<T> up = Vector512.Create(upper), down = Vector512.Create(lower);
        Vector512<T> largest = Vector512.Create(reach.Largest);
        DoubleSum sum = default;
        for (int row = 0; row < rows; row += Vector512<T>.Count)
        {
            bool small = valueShift.IsSmall(row, up) && valueShift.IsSmall(row, down);
            Vector512<T> shiftUp = small ? valueShift.Of(row, up) : valueShift.OfLarge(row, up);
            Vector512<T> shiftDown = small ? valueShift.Of(row, down) : valueShift.OfLarge(row, down);

            // Past 1 the growth could cancel (towards -1) or overflow; then each loss is taken by itself.
            Vector512<T> furthest = Vector512.Max(Vector512.Abs(shiftUp), Vector512.Abs(shiftDown)) * largest;
            Vector512<T> change;
            if (small && Vector512.LessThanOrEqualAll(furthest, Vector512<T>.One))
            {
                Vector512<T> growthDown = reach.Growth(row, shiftDown);
                Vector512<T> ratio = (reach.Growth(row, shiftUp) - growthDown) / (Vector512<T>.One + growthDown);
                change = VectorMath.Log1P(ratio);
            }
            else
            {
                change = LogGrowth<T, TReach>(reach, row, shiftUp) - LogGrowth<T, TReach>(reach, row, shiftDown);
            }

            change -= (shiftUp - shiftDown) * reach.OfLabel(row);
            int left = rows - row;
            if (left < Vector512<T>.Count)
                change = Vector512.ConditionalSelect(Lanes.FirstLanes<T>(left), change, Vector512<T>.Zero);
            sum.Add(change);
        }

        return sum.Total;
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
