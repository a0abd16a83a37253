using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>The steps of the recursions over states, a register of them at a time. States do not depend on each other within a step, so the register changes no bit.</summary>
internal static unsafe class CtcStates
{
    /// <summary>Each state from itself, the one before and, where it may skip a blank, the one before that, times its own probability; all as logarithms.</summary>
    /// <param name="from">The states before, <see cref="CtcPlan.Front"/> before the first.</param>
    /// <param name="to">The states after, likewise.</param>
    /// <param name="skips">0 or -infinity for each.</param>
    /// <param name="emissions">For each.</param>
    /// <param name="count">How many; whole registers are read and written.</param>
    public static void Forward(double* from, double* to, double* skips, double* emissions, int count)
    {
        Step step = new() { Stay = from + 2, One = from + 1, Two = from, Skips = skips, Emissions = emissions, To = to + 2, Count = count };
        Run(step);

        // What was computed behind the last state is read by nobody: a step looks back.
    }

    /// <summary>What follows a state, from what follows its successors with these in it; in place, from the first: each looks ahead only.</summary>
    public static void Back(double* after, double* skips, double* zeros, int count)
    {
        Step step = new() { Stay = after, One = after + 1, Two = after + 2, Skips = skips + 2, Emissions = zeros, To = after, Count = count };
        Run(step);
        after[count] = after[count + 1] = double.NegativeInfinity;
    }

    /// <summary>ln of the sum of the last two states, or of the last alone.</summary>
    public static double Total(double* last, bool isAlone)
    {
        double minimum = double.NegativeInfinity, total;
        double* states = Scratch.Take(stackalloc double[Scratch.Room<double>(12)]);
        new Span<double>(states, 12).Fill(minimum);
        (states[2], states[1]) = (*last, isAlone ? minimum : last[-1]);
        double* zeros = Scratch.Take(stackalloc double[Scratch.Room<double>(12)]);
        new Span<double>(zeros, 12).Clear();
        Step step = new() { Stay = states + 2, One = states + 1, Two = states, Skips = zeros, Emissions = zeros, To = states + 2, Count = 1 };
        Run(step);
        total = states[2];
        Scratch.Check(states, 12);
        Scratch.Check(zeros, 12);
        return total;
    }

    /// <summary>e^(before + after - total) of each state.</summary>
    public static void Posteriors(double* before, double* after, double total, double* posteriors, int count)
    {
        Step step = new() { Stay = before, One = after, To = posteriors, Total = total, Count = count };
        Dispatch.Run<double, Shares, bool>(new(&step));
    }

    private static void Run(in Step step)
    {
        fixed (Step* p = &step) Dispatch.Run<double, Sums, bool>(new(p));
    }

    private struct Step
    {
        public double* Stay, One, Two, Skips, Emissions, To;
        public double Total;
        public int Count;
    }

    private readonly struct Sums(Step* step) : IKernel<double, bool>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public bool Run<V>()
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            double* stay = step->Stay, one = step->One, two = step->Two, skips = step->Skips, emissions = step->Emissions, to = step->To;
            V least = double.NegativeInfinity;
            for (nint i = 0, count = step->Count; i < count; i += V.Count)
            {
                V a = V.Load(stay + i), b = V.Load(one + i), c = V.Load(two + i) + V.Load(skips + i);
                V largest = V.Max(a, V.Max(b, c));

                // Of states of probability 0 the difference would be NaN.
                largest = V.Where(V.Equal(largest, least), 0, largest);
                V sum = V.CalledExp(a - largest) + V.CalledExp(b - largest) + V.CalledExp(c - largest);
                V.Store(largest + V.CalledLog(sum) + V.Load(emissions + i), to + i);
            }

            return true;
        }
    }

    private readonly struct Shares(Step* step) : IKernel<double, bool>
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public bool Run<V>()
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            double* before = step->Stay, after = step->One, to = step->To;
            V total = V.Parameter(step->Total);
            for (nint i = 0, count = step->Count; i < count; i += V.Count)
                V.Store(V.CalledExp(V.Load(before + i) + V.Load(after + i) - total), to + i);
            return true;
        }
    }
}
