using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// A learning rate as a function of the step: what has been taken says what comes, so a training that resumes at a step has its rate.
/// Schedules are made once, combine, and are asked by <see cref="At"/>, which allocates nothing; derive from this class for your own.
/// </summary>
/// <remarks>
/// PyTorch's closed forms, in double, within 1e-13 of them relatively; the same bits on every machine. Schedules of the library may be used by any
/// number of threads. Rates are 0 or more and finite, else an ArgumentOutOfRangeException says so when the schedule is made: none gives NaN.
/// </remarks>
/// <example><code>
/// LearningRate rate = LearningRate.Cosine(0.1, steps: 10_000).WarmUp(500);
/// optimizer.Step(parameters, gradient, rate.At(optimizer.StepCount));
/// </code></example>
public abstract class LearningRate
{
    /// <summary>The rate of the step before which so many were taken.</summary>
    /// <param name="step">0 for the first; at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">step is negative.</exception>
    public double At(long step)
    {
        Guard.AtLeast(step, 0);
        return Evaluate(step);
    }

    /// <summary>The rate of the step before which so many were taken, 0 or more.</summary>
    protected abstract double Evaluate(long taken);

    /// <summary>Always the same rate.</summary>
    /// <exception cref="ArgumentOutOfRangeException">rate is negative or not finite.</exception>
    public static LearningRate Constant(double rate) => Linear(rate, rate, 1);

    /// <summary>From start to end in so many steps, start + (end - start) t / steps, and end from there on. PyTorch's LinearLR.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A rate is negative or not finite, or steps below 1.</exception>
    public static LearningRate Linear(double start, double end, long steps)
    {
        Guard.NotNegative(start);
        Guard.NotNegative(end);
        Guard.AtLeast(steps, 1);
        return new LinearRate(start, end, steps);
    }

    /// <summary>rate factor^floor(t / period). PyTorch's StepLR.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate is negative or not finite, period below 1, or factor not from 0 to 1.</exception>
    public static LearningRate Steps(double rate, long period, double factor = 0.1)
    {
        Guard.NotNegative(rate);
        Guard.AtLeast(period, 1);
        Guard.Between(factor, 0, 1);
        return new PeriodicRate(rate, period, factor);
    }

    /// <summary>rate factor^t. PyTorch's ExponentialLR.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate is negative or not finite, or factor not from 0 to 1.</exception>
    public static LearningRate Exponential(double rate, double factor) => Steps(rate, 1, factor);

    /// <summary>rate factor^(how many of the milestones were reached). PyTorch's MultiStepLR.</summary>
    /// <param name="rate">The first rate.</param>
    /// <param name="milestones">Steps in ascending order; one that occurs twice counts twice.</param>
    /// <param name="factor">What each milestone multiplies the rate by, 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is negative or not finite, a milestone below 0 or the one before, or factor not from 0 to 1.</exception>
    public static LearningRate Milestones(double rate, ReadOnlySpan<long> milestones, double factor = 0.1)
    {
        Guard.NotNegative(rate);
        Guard.Between(factor, 0, 1);
        for (int i = 0; i < milestones.Length; i++) Guard.AtLeast(milestones[i], i == 0 ? 0 : milestones[i - 1], $"milestones[{i}]");
        return new MilestoneRate(rate, milestones.ToArray(), factor);
    }

    /// <summary>
    /// minimum + (rate - minimum) (1 + cos(pi t / steps)) / 2, and the minimum from there on (Loshchilov and Hutter 2017). PyTorch's
    /// CosineAnnealingLR, which after T_max rises again.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A rate is negative or not finite, or steps below 1.</exception>
    public static LearningRate Cosine(double rate, long steps, double minimum = 0)
    {
        Guard.NotNegative(rate);
        Guard.AtLeast(steps, 1);
        Guard.NotNegative(minimum);
        return new CosineRate(rate, minimum, steps);
    }

    /// <summary>Rises from start times this schedule's first rate to that rate in so many steps, and then is this schedule from its own step 0.</summary>
    /// <param name="steps">How many, 1 or more.</param>
    /// <param name="start">The share of the first rate to begin with, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">steps is below 1, or start negative or not finite.</exception>
    public LearningRate WarmUp(long steps, double start = 0)
    {
        Guard.NotNegative(start);
        double first = At(0);
        return Linear(first * start, first, steps).Then(steps, this);
    }

    /// <summary>This schedule for so many steps, then another from its own step 0. PyTorch's SequentialLR.</summary>
    /// <exception cref="ArgumentOutOfRangeException">steps is negative.</exception>
    public LearningRate Then(long steps, LearningRate next)
    {
        Guard.AtLeast(steps, 0);
        ArgumentNullException.ThrowIfNull(next);
        return new SequentialRate(this, steps, next);
    }

    /// <summary>This rate times another schedule's: PyTorch's ChainedScheduler, where the other begins at 1.</summary>
    public LearningRate Times(LearningRate other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new ProductRate(this, other);
    }

    private sealed class LinearRate(double start, double end, long steps) : LearningRate
    {
        protected override double Evaluate(long taken) => taken >= steps ? end : start + ((end - start) * ((double)taken / steps));
    }

    private sealed class PeriodicRate(double rate, long period, double factor) : LearningRate
    {
        protected override double Evaluate(long taken) => rate * Powers.Of(factor, taken / period);
    }

    private sealed class MilestoneRate(double rate, long[] milestones, double factor) : LearningRate
    {
        protected override double Evaluate(long taken)
        {
            int reached = 0;
            while (reached < milestones.Length && milestones[reached] <= taken) reached++;
            return rate * Powers.Of(factor, reached);
        }
    }

    private sealed class CosineRate(double rate, double minimum, long steps) : LearningRate
    {
        protected override double Evaluate(long taken) =>
            taken >= steps ? minimum : minimum + ((rate - minimum) * Powers.HalfCosine((double)taken / steps));
    }

    private sealed class SequentialRate(LearningRate before, long steps, LearningRate after) : LearningRate
    {
        protected override double Evaluate(long taken) => taken < steps ? before.Evaluate(taken) : after.Evaluate(taken - steps);
    }

    private sealed class ProductRate(LearningRate one, LearningRate other) : LearningRate
    {
        protected override double Evaluate(long taken) => one.Evaluate(taken) * other.Evaluate(taken);
    }
}
