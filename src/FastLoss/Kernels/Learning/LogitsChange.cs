using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>
/// What a parameter below the last hidden layer does: the changes of a layer's units go through the affine layer above as they are, for it is linear, and through the
/// activations by differences that do not cancel; at the end every logit moves by a number of its own.
/// </summary>
internal static unsafe class LogitsChange
{
    /// <summary>By how much activated values change where their inputs move by step times a factor each.</summary>
    /// <param name="activation">The layer's.</param>
    /// <param name="x">The inputs at the base point, a whole number of the widest registers, as all spans here.</param>
    /// <param name="activated">The activated values at the base point.</param>
    /// <param name="factors">How far a step moves each input; empty: by the step.</param>
    /// <param name="step">The step.</param>
    /// <param name="changes">Receives the changes.</param>
    public static void OfActivated<T>(HiddenActivation activation, ReadOnlySpan<T> x, ReadOnlySpan<T> activated, ReadOnlySpan<T> factors, T step, Span<T> changes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* xs = x, outputs = activated, by = factors, to = changes)
        {
            Moved<T> moved = new() { X = xs, Activated = outputs, Factors = by, Changes = to, Length = changes.Length, Step = step };
            switch (activation)
            {
                case HiddenActivation.Sigmoid: Run<T, SigmoidActivation>(moved); break;
                case HiddenActivation.Relu: Run<T, ReluActivation>(moved); break;
                case HiddenActivation.Tanh: Run<T, TanhActivation>(moved); break;
                case HiddenActivation.Gelu: Run<T, SubtractedActivation<ActivationFormulas.Gelu>>(moved); break;
                case HiddenActivation.GeluTanh: Run<T, SubtractedActivation<ActivationFormulas.GeluTanh>>(moved); break;
                case HiddenActivation.Silu: Run<T, SiluActivation>(moved); break;
                default: Run<T, SoftplusActivation>(moved); break;
            }
        }
    }

    /// <summary>The loss with the logits moved by upper, less that with them moved by lower: class by class, <see cref="ClassColumns{T}.Stride"/> apart.</summary>
    /// <param name="classes">The softmax at the base point.</param>
    /// <param name="upper">How far each logit moves.</param>
    /// <param name="lower">The same of the other end.</param>
    /// <param name="rows">Receives each row's difference, whole registers of them, or is empty.</param>
    public static double OfLoss<T>(ClassColumns<T> classes, ReadOnlySpan<T> upper, ReadOnlySpan<T> lower, Span<T> rows = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* up = upper, down = lower, labels = classes.Labels, p = classes.Probabilities, logP = classes.LogProbabilities, results = rows)
        {
            var softmax = new SoftmaxColumns<T>(classes.Count, classes.Stride, labels, p, logP);
            return Dispatch.Run<T, Between<T>, double>(new(classes.Rows, softmax, up, down, results));
        }
    }

    private static void Run<T, TActivation>(in Moved<T> moved)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TActivation : struct, IHiddenActivation
    {
        fixed (Moved<T>* p = &moved) Dispatch.Run<T, Changes<T, TActivation>, bool>(new(p));
    }

    private struct Moved<T>
        where T : unmanaged
    {
        public T* X, Activated, Factors, Changes;
        public nint Length;
        public T Step;
    }

    private readonly struct Changes<T, TActivation>(Moved<T>* moved) : IKernel<T, bool>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TActivation : struct, IHiddenActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public bool Run<V>()
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            T* x = moved->X, activated = moved->Activated, factors = moved->Factors, to = moved->Changes;
            nint length = moved->Length;
            V step = V.Parameter(double.CreateTruncating(moved->Step));
            for (nint i = 0; i < length; i += V.Count)
            {
                V by = factors == null ? step : step * V.Load(factors + i);
                V change = TActivation.Change<V, T>(V.Load(x + i), V.Load(activated + i), by);
                V isSmall = V.Abs(by) <= LossChange.SmallStep;
                if (V.Bits(isSmall) != ulong.MaxValue >> (64 - V.Count)) change = V.Where(isSmall, change, Far(V.Load(x + i), V.Load(activated + i), by));
                V.Store(change, to + i);
            }

            return true;
        }

        /// <summary>Out of line, for the JIT's budget.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        private static V Far<V>(V x, V activated, V by)
            where V : unmanaged, IPacked<V, T>, IVector<V> => TActivation.Of(x + by) - activated;
    }

    private readonly struct Between<T>(int rows, SoftmaxColumns<T> columns, T* upper, T* lower, T* results) : IKernel<T, double>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly SoftmaxColumns<T> _columns = columns;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public double Run<V>()
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            double* sums = Scratch.Take(stackalloc double[Scratch.Room<double>(16)]);
            new Span<double>(sums, 16).Clear();
            foreach ((int row, int left) in new Blocks(rows, V.Count))
            {
                V label = V.Load(_columns.Labels + row), growthUp = 0, growthDown = 0, ofLabel = 0, largest = 0, number = 0;
                nint at = row;
                for (int c = 0; c < _columns.Count; c++, at += _columns.Stride)
                {
                    V up = V.Load(upper + at), down = V.Load(lower + at), p = V.Load(_columns.Probabilities + at);
                    growthUp = V.Fma(p, Exponentials<V, T>.M1OfRest(up), growthUp);
                    growthDown = V.Fma(p, Exponentials<V, T>.M1OfRest(down), growthDown);
                    largest = V.Max(largest, V.Max(V.Abs(up), V.Abs(down)));
                    ofLabel = V.Where(V.Equal(label, number), up - down, ofLabel);
                    number += 1;
                }

                V change = V.Log1P((growthUp - growthDown) / (1 + growthDown)) - ofLabel, isSmall = largest <= LossChange.SmallStep;
                if (V.Bits(isSmall) != ulong.MaxValue >> (64 - V.Count)) change = V.Where(isSmall, change, Far<V>(row, upper) - Far<V>(row, lower));
                if (left < V.Count) change &= V.FirstLanes(left);
                if (results != null) V.Store(change, results + row);
                V.AddTo(sums + (row % DoubleSum<V, T>.Lanes), change);
            }

            double total = DoubleSum<V, T>.Total(sums);
            Scratch.Check(sums, 16);
            return total;
        }

        /// <summary>The rows' losses above their base, for moves of any size.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        private V Far<V>(int row, T* moves)
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            V label = V.Load(_columns.Labels + row), largest = 0, ofLabel = 0, number = 0, sum = 0;
            nint at = row;
            for (int c = 0; c < _columns.Count; c++, at += _columns.Stride)
            {
                V move = V.Load(moves + at), moved = V.Load(_columns.LogProbabilities + at) + move;
                largest = c == 0 ? moved : V.Where(V.Equal(moved, moved), V.Max(moved, largest), moved);
                ofLabel = V.Where(V.Equal(label, number), move, ofLabel);
                number += 1;
            }

            at = row;
            for (int c = 0; c < _columns.Count; c++, at += _columns.Stride)
                sum += V.Exp(V.Load(_columns.LogProbabilities + at) + V.Load(moves + at) - largest);
            return largest + V.Log(sum) - ofLabel;
        }
    }
}
