using System.Buffers;
using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>The checks and kernels of losses of sequences.</summary>
internal static unsafe class SequenceCalls
{
    public static LossTally Ctc<T>(
        Ctc loss,
        ReadOnlySpan<T> logits,
        int classCount,
        CtcTargets targets,
        LossOptions<T> options,
        Span<T> gradient,
        Span<T> losses,
        Wanted wanted)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int steps = Check(loss, logits, classCount, targets);
        int sequences = targets.Lengths.Length;
        Guard.Entries(options, sequences, "sequence", wanted);
        if (wanted == Wanted.Losses)
        {
            Guard.Length<T>(losses, sequences, "a loss for each sequence");
            Guard.Writes(losses).Apart(options).Apart(logits).Apart(targets.Labels).Apart(targets.Lengths).Apart(targets.Steps);
        }

        if (wanted == Wanted.Gradient)
        {
            Guard.SameLength<T, T>(gradient, logits);
            Guard.Writes(gradient).Input(logits, options).Apart(options).Apart(targets.Labels).Apart(targets.Lengths).Apart(targets.Steps);
        }

        Accumulation<T> added = new(options.Accumulate, gradient);
        int[] starts = ArrayPool<int>.Shared.Rent(sequences + 1);
        starts[0] = 0;
        for (int i = 0; i < sequences; i++) starts[i + 1] = starts[i] + targets.Lengths[i];
        LossTally tally;
        fixed (T* x = logits, by = added.Gradient)
        fixed (int* labels = targets.Labels, lengths = targets.Lengths, counts = targets.Steps, begins = starts)
        {
            CtcSequences<T> all = new()
            {
                Logits = x,
                Gradient = wanted == Wanted.Gradient ? by : null,
                Labels = labels,
                Starts = begins,
                Lengths = lengths,
                StepCounts = targets.Steps.IsEmpty ? null : counts,
                Steps = steps,
                Classes = classCount,
                Blank = loss.Blank,
                HasZeroInfinity = loss.ZeroInfinity,
                TakesLogs = loss.FromLogProbabilities,
            };
            tally = RowLosses.Run(sequences, Math.Max(1, checked(steps * classCount)), options, new CtcRow<T>(all), losses, wanted == Wanted.Gradient && sequences > 0);
        }

        ArrayPool<int>.Shared.Return(starts);
        added.Finish();
        return tally;
    }

    /// <summary>The steps of a sequence.</summary>
    private static int Check<T>(Ctc loss, ReadOnlySpan<T> logits, int classCount, CtcTargets targets)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        int rows = Guard.Rows(logits, classCount), sequences = targets.Lengths.Length;
        if (sequences == 0 ? rows > 0 : rows % sequences != 0)
            throw new ArgumentException($"logits has {rows} steps of {classCount} classes, which are not as many for each of {sequences} sequences", nameof(logits));
        if ((uint)loss.Blank >= (uint)classCount) Throw.OutOfRange(nameof(loss.Blank), loss.Blank, $"a class, 0 to {classCount - 1}");
        int steps = sequences == 0 ? 0 : rows / sequences;
        long total = 0;
        for (int i = 0; i < sequences; i++)
        {
            if (targets.Lengths[i] < 0) Throw.ElementOutOfRange("targets.Lengths", i, targets.Lengths[i], "0 or more");
            total += targets.Lengths[i];
        }

        if (total != targets.Labels.Length) throw new ArgumentException($"targets.Labels has {targets.Labels.Length} labels, and the lengths add up to {total}", nameof(targets));
        for (int i = 0; i < targets.Labels.Length; i++)
        {
            int label = targets.Labels[i];
            if ((uint)label >= (uint)classCount || label == loss.Blank)
                Throw.ElementOutOfRange("targets.Labels", i, label, $"a class from 0 to {classCount - 1} other than the blank, {loss.Blank}");
        }

        if (!targets.Steps.IsEmpty) Guard.Length(targets.Steps, sequences, "a number of steps for each sequence");
        for (int i = 0; i < targets.Steps.Length; i++)
        {
            if ((uint)targets.Steps[i] > (uint)steps) Throw.ElementOutOfRange("targets.Steps", i, targets.Steps[i], $"from 0 to {steps}, the steps there are");
        }

        return steps;
    }
}
