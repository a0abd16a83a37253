using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// An optimizer at work on a vector of parameters: its rule, what it remembers of each parameter, and how many steps it took. A step reads
/// parameters, gradient and memory once and writes them once, and allocates nothing. What it remembers can be read and written, so a
/// checkpoint is the slots, <see cref="StepCount"/> and the parameters: a training resumed from them has the bits of one that never stopped.
/// </summary>
/// <remarks>
/// <para>The rules are PyTorch's, element by element, each within 4 roundings of its formula. A NaN in the gradient makes its own parameter and
/// slots NaN and no other's; an infinite gradient makes them infinite or NaN. No parameters are no work, and still a step. The same input gives
/// the same bits on every machine and any number of threads.</para>
/// <para>One thread at a time: a step changes the slots. Parts of a vector that need different numbers, as biases without weight
/// decay, have an optimizer each, over slices.</para>
/// </remarks>
/// <example><code>
/// Optimizer&lt;float&gt; optimizer = new(new Adam(), network.Parameters.Length);
/// LearningRate rate = LearningRate.Cosine(1e-3, steps: 10_000).WarmUp(500);
/// network.EvaluateWithGradient(images, labels, gradient);
/// GradientClipping.ByNorm(gradient, 1);
/// optimizer.Step(network.Parameters, gradient, rate.At(optimizer.StepCount));
/// </code></example>
/// <typeparam name="T">The element type, float or double.</typeparam>
public sealed class Optimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _slots;

    /// <param name="rule">The rule and its numbers, such as <c>new Adam()</c>.</param>
    /// <param name="parameterCount">How many parameters every step has, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number of the rule is out of its range, or the slots are more than an array holds.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public Optimizer(IOptimizer rule, int parameterCount)
    {
        Guard.Float<T>();
        ArgumentNullException.ThrowIfNull(rule);
        Guard.AtLeast(parameterCount, 0);
        rule.Check<T>();
        SlotCount = rule.SlotNames.Length;
        if ((long)parameterCount * SlotCount > Array.MaxLength)
            Throw.OutOfRange(nameof(parameterCount), parameterCount, $"at most {Array.MaxLength / SlotCount} with {SlotCount} slots");
        Rule = rule;
        ParameterCount = parameterCount;
        _slots = new T[parameterCount * SlotCount];
        Reset();
    }

    /// <summary>The rule and its numbers.</summary>
    public IOptimizer Rule { get; }

    /// <summary>How many parameters every step has.</summary>
    public int ParameterCount { get; }

    /// <summary>How many numbers it remembers of each parameter, 0 to 3.</summary>
    public int SlotCount { get; }

    /// <summary>
    /// How many steps it took, 0 or more. Set it with the slots where a training resumes: bias corrections and schedules depend on it.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long StepCount
    {
        get;
        set
        {
            if (value < 0) Throw.BelowMinimum(nameof(StepCount), value, 0);
            field = value;
        }
    }

    /// <summary>The name of a slot, as PyTorch's state has it: "momentum_buffer", "exp_avg".</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such slot.</exception>
    public string SlotName(int slot)
    {
        Guard.Index(slot, SlotCount);
        return Rule.SlotNames[slot];
    }

    /// <summary>What it remembers in one slot, <see cref="ParameterCount"/> numbers; written, it goes on from there.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such slot.</exception>
    public Span<T> Slot(int slot)
    {
        Guard.Index(slot, SlotCount);
        return SlotOrNone(slot);
    }

    /// <summary>Forgets everything, as before the first step.</summary>
    public void Reset()
    {
        Array.Fill(_slots, T.CreateTruncating(Rule.InitialValue));
        StepCount = 0;
    }

    /// <summary>Moves the parameters by one step of the rule, and counts it.</summary>
    /// <param name="parameters">Changed in place; apart from the slots.</param>
    /// <param name="gradient">One element per parameter; the parameters themselves or apart from them, and apart from the slots.</param>
    /// <param name="learningRate">The rate of this step, 0 or more and finite as T; <see cref="LearningRate"/> makes it follow a schedule.</param>
    /// <param name="threads">How many threads may help: 0 or 1 the caller's alone, -1 one a processor. Used from 262,144 parameters on.</param>
    /// <exception cref="ArgumentException">A length is not <see cref="ParameterCount"/>, or spans overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The rate is negative or not finite, or threads below -1.</exception>
    public void Step(Span<T> parameters, ReadOnlySpan<T> gradient, double learningRate, int threads = 0)
    {
        Guard.Length<T>(parameters, ParameterCount, "the optimizer");
        Guard.Length(gradient, ParameterCount, "the optimizer");
        Guard.NotNegativeAs<T>(learningRate);
        Guard.Threads(threads);
        Guard.Writes(parameters).Over(gradient).Apart<T>(_slots, "slots");
        Guard.Apart<T, T>(_slots, gradient, "slots");
        Rule.Run(
            new UpdateSpans<T>(parameters, gradient, SlotOrNone(0), SlotOrNone(1), SlotOrNone(2)),
            new UpdateStep(learningRate, checked(StepCount + 1), threads));
        StepCount++;
    }

    private Span<T> SlotOrNone(int slot) => slot < SlotCount ? _slots.AsSpan(slot * ParameterCount, ParameterCount) : default;
}
