using System.Numerics;
using System.Runtime.CompilerServices;

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

    /// <summary>The loss with the input of a unit of the last hidden layer moved by upper * factor, less that with it moved by lower * factor.</summary>
    /// <param name="activation">The layer's.</param>
    /// <param name="classes">The softmax at the base point.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="upper">One step.</param>
    /// <param name="lower">The other.</param>
    /// <param name="rows">Receives each row's difference, whole registers of them, or is empty.</param>
    public static double OfHiddenUnit<T>(HiddenActivation activation, ClassColumns<T> classes, HiddenColumn<T> unit, T upper, T lower, Span<T> rows = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => activation switch
        {
            HiddenActivation.Sigmoid => OfHiddenUnit<T, SigmoidActivation>(classes, unit, upper, lower, rows),
            HiddenActivation.Relu => OfHiddenUnit<T, ReluActivation>(classes, unit, upper, lower, rows),
            HiddenActivation.Tanh => OfHiddenUnit<T, TanhActivation>(classes, unit, upper, lower, rows),
            HiddenActivation.Gelu => OfHiddenUnit<T, SubtractedActivation<ActivationFormulas.Gelu>>(classes, unit, upper, lower, rows),
            HiddenActivation.GeluTanh => OfHiddenUnit<T, SubtractedActivation<ActivationFormulas.GeluTanh>>(classes, unit, upper, lower, rows),
            HiddenActivation.Silu => OfHiddenUnit<T, SiluActivation>(classes, unit, upper, lower, rows),
            _ => OfHiddenUnit<T, SoftplusActivation>(classes, unit, upper, lower, rows),
        };

    private static double OfHiddenUnit<T, TActivation>(ClassColumns<T> classes, HiddenColumn<T> unit, T upper, T lower, Span<T> rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TActivation : struct, IHiddenActivation
    {
        fixed (T* factors = unit.Factors, x = unit.BeforeActivation, activated = unit.Activated)
        fixed (T* weights = unit.Weights, labelWeights = unit.LabelWeights)
        fixed (T* labels = classes.Labels, p = classes.Probabilities, logP = classes.LogProbabilities, results = rows)
        {
            var shift = new HiddenShift<T, TActivation>(factors, x, activated);
            var softmax = new SoftmaxColumns<T>(classes.Count, classes.Stride, labels, p, logP);
            var reach = new AllLogits<T>(softmax, weights, unit.LargestWeight, labelWeights);
            Between<T, HiddenShift<T, TActivation>, AllLogits<T>> between = new(classes.Rows, shift, reach, upper, lower, results);
            return Dispatch.Run<T, Between<T, HiddenShift<T, TActivation>, AllLogits<T>>, double>(between);
        }
    }

    /// <summary>The loss with one logit moved by upper * factor, less that with it moved by lower * factor.</summary>
    public static double OfLogit<T>(ClassColumns<T> classes, ReadOnlySpan<T> rowFactors, int label, T upper, T lower, Span<T> rows = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* factors = rowFactors, labels = classes.Labels, p = classes.Probabilities, logP = classes.LogProbabilities, results = rows)
        {
            var softmax = new SoftmaxColumns<T>(classes.Count, classes.Stride, labels, p, logP);
            Between<T, LinearShift<T>, OneLogit<T>> between = new(classes.Rows, new(factors), new(softmax, label), upper, lower, results);
            return Dispatch.Run<T, Between<T, LinearShift<T>, OneLogit<T>>, double>(between);
        }
    }

    /// <summary>loss(base + upper) - loss(base + lower), summed over the rows.</summary>
    private readonly struct Between<T, TShift, TReach>(int rows, TShift valueShift, TReach reach, T upper, T lower, T* results) : IKernel<T, double>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TShift : struct, IValueShift<T>
        where TReach : struct, ILogitReach<T>
    {
        private readonly TShift _valueShift = valueShift;
        private readonly TReach _reach = reach;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public double Run<V>()
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            V up = V.Parameter(double.CreateTruncating(upper)), down = V.Parameter(double.CreateTruncating(lower));
            V reachable = SmallStep / V.Parameter(double.CreateTruncating(_reach.Largest));
            double* sums = Scratch.Take(stackalloc double[Scratch.Room<double>(16)]);
            new Span<double>(sums, 16).Clear();
            foreach ((int row, int left) in new Blocks(rows, V.Count))
            {
                V shiftUp = _valueShift.Of(row, up), shiftDown = _valueShift.Of(row, down);
                V isSmall = _valueShift.IsSmall(row, up) & _valueShift.IsSmall(row, down)
                    & (V.Max(V.Abs(shiftUp), V.Abs(shiftDown)) <= reachable);
                _reach.Growth(row, shiftUp, shiftDown, out V growthUp, out V growthDown);
                V change = V.Log1P((growthUp - growthDown) / (1 + growthDown)) - ((shiftUp - shiftDown) * _reach.OfLabel<V>(row));

                // Further away the growth could cancel (towards -1) or overflow: each loss is taken by itself.
                if (V.Bits(isSmall) != ulong.MaxValue >> (64 - V.Count)) change = V.Where(isSmall, change, Far(row, up) - Far(row, down));
                if (left < V.Count) change &= V.FirstLanes(left);
                if (results != null) V.Store(change, results + row);
                V.AddTo(sums + (row % DoubleSum<V, T>.Lanes), change);
            }

            double total = DoubleSum<V, T>.Total(sums);
            Scratch.Check(sums, 16);
            return total;
        }

        /// <summary>
        /// The rows' losses above their base, for any step. Out of line: in the loop it would use up what the JIT is willing to
        /// inline there, and leave calls in the path that is taken.
        /// </summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        private V Far<V>(int row, V step)
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            V shift = _valueShift.OfLarge(row, step);
            return LogGrowth(row, shift) - (shift * _reach.OfLabel<V>(row));
        }

        /// <summary>ln sum_c p_c e^(shift w_c), for any shift.</summary>
        private V LogGrowth<V>(int row, V shift)
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            V largest = _reach.Moved(row, 0, shift);
            for (int c = 1; c < _reach.ClassCount; c++)
            {
                V moved = _reach.Moved(row, c, shift);
                largest = V.Where(V.Equal(moved, moved), V.Max(moved, largest), moved);
            }

            V sum = 0;
            for (int c = 0; c < _reach.ClassCount; c++) sum += V.Exp(_reach.Moved(row, c, shift) - largest);
            return largest + V.Log(sum);
        }
    }
}
