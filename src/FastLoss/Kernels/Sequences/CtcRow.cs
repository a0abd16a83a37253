using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;

namespace FastLoss.Kernels;

/// <summary>A batch of sequences, pinned.</summary>
internal unsafe struct CtcSequences<T>
    where T : unmanaged
{
    public T* Logits, Gradient;
    public int* Labels, Starts, Lengths, StepCounts;
    public int Steps, Classes, Blank;
    public bool HasZeroInfinity, TakesLogs;
}

/// <summary>
/// A sequence's loss and gradient. The states of an alignment are blank, label, blank, label, ..., blank: a[t][s] is ln of the probability of all beginnings that are in state s at step t, and b that of all ends
/// from there. States lie in lanes: a step of the recursion is three exponentials and a logarithm for as many states as a register holds.
/// </summary>
internal unsafe struct CtcRow<T>(CtcSequences<T> all) : IRowLoss
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private double[]? _rented;
    private double _logProbability;
    private bool _isBroken;

    public double Value(long row)
    {
        CtcPlan plan = Plan(row);
        _rented = ArrayPool<double>.Shared.Rent(plan.Length);
        _isBroken = false;
        fixed (double* buffer = _rented)
        {
            plan.Place(buffer);
            int* labels = all.Labels + all.Starts[row];
            plan.PrepareStates(labels);
            _logProbability = Forward(plan, all.Logits + (row * all.Steps * all.Classes), labels);
        }

        if (all.Gradient == null) Return();
        if (_isBroken) return double.NaN;
        if (double.IsNegativeInfinity(_logProbability)) return all.HasZeroInfinity ? 0 : double.PositiveInfinity;

        // The probability of what is certain rounds to a little more than 1.
        return Math.Max(0, -_logProbability);
    }

    public void Gradient(long row, double scale)
    {
        nint size = (nint)all.Steps * all.Classes;
        T* gradient = all.Gradient + (row * size);
        CtcPlan plan = Plan(row);
        int read = plan.Steps * all.Classes;
        new Span<T>(gradient + read, (int)size - read).Clear();
        if (_isBroken || double.IsNaN(_logProbability)) new Span<T>(gradient, read).Fill(T.NaN);
        else if (double.IsNegativeInfinity(_logProbability)) new Span<T>(gradient, read).Clear();
        else
        {
            fixed (double* buffer = _rented)
            {
                plan.Place(buffer);
                Backward(plan, all.Logits + (row * size), gradient, scale, all.Labels + all.Starts[row]);
            }
        }

        Return();
    }

    public void Clear(long row)
    {
        new Span<T>(all.Gradient + (row * all.Steps * all.Classes), all.Steps * all.Classes).Clear();
        Return();
    }

    private readonly CtcPlan Plan(long row) => new(
        all.StepCounts == null ? all.Steps : all.StepCounts[row], all.Lengths[row], all.Classes, keepsAll: all.Gradient != null);

    private void Return()
    {
        if (_rented is { } rented) ArrayPool<double>.Shared.Return(rented);
        _rented = null;
    }

    /// <summary>ln of the probability of all alignments; leaves the states of all steps in the plan, where it keeps them.</summary>
    private double Forward(in CtcPlan plan, T* logits, int* labels)
    {
        plan.Begin();
        for (int t = 0; t < plan.Steps; t++)
        {
            double normal = Read(plan, logits + ((nint)t * all.Classes));
            if (!double.IsFinite(normal))
            {
                _isBroken = true;
                return double.NaN;
            }

            plan.Emit(normal, all.Blank, labels);
            double* to = plan.Row(t + 1);
            CtcStates.Forward(plan.Row(t), to, plan.Skips, plan.Emissions, plan.States);
            to[0] = to[1] = double.NegativeInfinity;
            if (t == 0 && plan.LabelCount > 0) plan.Skips[1] = double.NegativeInfinity; // only the beginning leads to the first label past the first blank
        }

        if (plan.Steps == 0) return plan.LabelCount == 0 ? 0 : double.NegativeInfinity;
        return CtcStates.Total(plan.Row(plan.Steps) + CtcPlan.Front + plan.States - 1, plan.States == 1);
    }

    /// <summary>The gradient step by step from the last, whose logits are read before they are written over.</summary>
    private readonly void Backward(in CtcPlan plan, T* logits, T* gradient, double scale, int* labels)
    {
        int classes = all.Classes;
        plan.End();
        double* after = plan.After, slope = plan.Slopes, posteriors = plan.Posteriors;
        Span<double> row = new(plan.Frame, classes), slopes = new(slope, classes);
        for (int t = plan.Steps - 1; t >= 0; t--)
        {
            double normal = Read(plan, logits + ((nint)t * classes));
            plan.Emit(normal, all.Blank, labels);
            CtcStates.Posteriors(plan.Row(t + 1) + CtcPlan.Front, after, _logProbability, posteriors, plan.States);
            if (all.TakesLogs) slopes.Clear();
            else SoftmaxRows.Softmax<double>(row, classes, slopes, 0);
            slope[all.Blank] -= posteriors[0];
            for (nint i = 0; i < plan.LabelCount; i++)
            {
                slope[labels[i]] -= posteriors[(2 * i) + 1];
                slope[all.Blank] -= posteriors[(2 * i) + 2];
            }

            TensorPrimitives.Multiply(slopes, scale, slopes);
            TensorPrimitives.ConvertTruncating<double, T>(slopes, new Span<T>(gradient + ((nint)t * classes), classes));
            if (t == 0) break;

            // What is after the step, with the step's own probability, makes what is after the one before.
            Span<double> states = new(after, plan.States);
            TensorPrimitives.Add(states, new ReadOnlySpan<double>(plan.Emissions, plan.States), states);
            CtcStates.Back(after, plan.Skips, plan.Zeros, plan.States);
        }
    }

    /// <summary>Reads a step's logits, and says what makes probabilities of them.</summary>
    private readonly double Read(in CtcPlan plan, T* logits)
    {
        Span<double> row = new(plan.Frame, all.Classes);
        TensorPrimitives.ConvertTruncating<T, double>(new ReadOnlySpan<T>(logits, all.Classes), row);
        if (all.TakesLogs) return 0;
        double normal = 0;
        SoftmaxRows.LogSumExp<double>(row, all.Classes, new Span<double>(ref normal), 0);
        return normal;
    }
}
