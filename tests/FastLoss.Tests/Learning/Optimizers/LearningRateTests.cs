using FastLoss.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace FastLoss.Tests.Learning.Optimizers;

public class LearningRateTests
{
    [Property(MaxTest = 100)]
    public Property Schedules_are_PyTorchs_closed_forms() => Prop.ForAll(
        Gen.Choose(1, 60).ToArbitrary(), Gen.Choose(0, 100).ToArbitrary(), (period, percent) =>
        {
            double factor = percent / 100.0;
            long[] milestones = [period / 3, period, period, (2 * period) + 1];
            LearningRate linear = LearningRate.Linear(0.05, 0.4, period), steps = LearningRate.Steps(0.4, period, factor);
            LearningRate exponential = LearningRate.Exponential(0.4, factor), several = LearningRate.Milestones(0.4, milestones, factor);
            LearningRate cosine = LearningRate.Cosine(0.4, period, 0.1);
            for (int t = 0; t < 200; t++)
            {
                Close(0.05 + (0.35 * Math.Min(t, period) / period), linear.At(t));
                Close(0.4 * Math.Pow(factor, t / period), steps.At(t));
                Close(0.4 * Math.Pow(factor, t), exponential.At(t));
                Close(0.4 * Math.Pow(factor, milestones.Count(m => m <= t)), several.At(t));
                Close(0.1 + (0.3 * (1 + Math.Cos(Math.PI * Math.Min(t, period) / period)) / 2), cosine.At(t));
            }
        });

    [Fact]
    public void Schedules_combine()
    {
        LearningRate warm = LearningRate.Cosine(0.4, 100).WarmUp(10, start: 0.25);
        Close(0.1, warm.At(0));
        Close(0.25, warm.At(5));
        for (int t = 0; t < 120; t++) Close(LearningRate.Cosine(0.4, 100).At(t), warm.At(10 + t));

        LearningRate then = LearningRate.Constant(0.3).Then(7, LearningRate.Steps(0.2, 5).Times(LearningRate.Linear(1, 0.5, 10)));
        Close(0.3, then.At(6));
        Close(0.2, then.At(7));
        Close(0.2 * 0.1 * 0.7, then.At(7 + 6));
        Close(0.3, LearningRate.Constant(0.3).At(long.MaxValue));
    }

    /// <summary>The cosine against values known to 20 digits; its ends exactly.</summary>
    [Fact]
    public void The_cosine_has_its_digits()
    {
        LearningRate cosine = LearningRate.Cosine(1, 12);
        Assert.Equal(1, cosine.At(0));
        Assert.Equal(0.5, cosine.At(6));
        Assert.Equal(0, cosine.At(12));
        Assert.Equal((2 + Math.Sqrt(3)) / 4, cosine.At(2), 2e-16);
        Assert.Equal(0.75, cosine.At(4), 2e-16);
        Assert.Equal((2 - Math.Sqrt(3)) / 4, cosine.At(10), 2e-16);
    }

    [Fact]
    public void Powers_of_many_steps_keep_their_digits()
    {
        foreach (long n in (long[])[1, 7, 1000, 12_345])
            Assert.Equal(Math.Exp(n * Math.Log(0.999)), Powers.Of(0.999, n), 1e-13);
        Assert.Equal(0, Powers.Of(0.999, long.MaxValue));
        Assert.Equal(1, Powers.Of(1, long.MaxValue));
        Assert.Equal(1, Powers.Of(0, 0));
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        foreach (double rate in (double[])[-1, double.NaN, double.PositiveInfinity])
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => LearningRate.Constant(rate));
            Assert.Throws<ArgumentOutOfRangeException>(() => LearningRate.Linear(1, rate, 1));
            Assert.Throws<ArgumentOutOfRangeException>(() => LearningRate.Steps(rate, 1));
            Assert.Throws<ArgumentOutOfRangeException>(() => LearningRate.Exponential(rate, 1));
            Assert.Throws<ArgumentOutOfRangeException>(() => LearningRate.Milestones(rate, []));
            Assert.Throws<ArgumentOutOfRangeException>(() => LearningRate.Cosine(rate, 1));
            Assert.Throws<ArgumentOutOfRangeException>(() => LearningRate.Cosine(1, 1, rate));
            Assert.Throws<ArgumentOutOfRangeException>(() => LearningRate.Steps(1, 1, rate));
            Assert.Throws<ArgumentOutOfRangeException>(() => LearningRate.Constant(1).WarmUp(1, rate));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRate.Linear(1, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRate.Steps(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRate.Cosine(1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRate.Constant(1).WarmUp(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRate.Constant(1).Then(-1, LearningRate.Constant(1)));
        Assert.Throws<ArgumentNullException>(() => LearningRate.Constant(1).Then(1, null!));
        Assert.Throws<ArgumentNullException>(() => LearningRate.Constant(1).Times(null!));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => LearningRate.Milestones(1, [3, 2]));
        Assert.Contains("milestones[1] is 2; it must be at least 3", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => LearningRate.Constant(1).At(-1));
    }

    [Fact]
    public void Asking_allocates_nothing()
    {
        LearningRate rate = LearningRate.Milestones(0.1, [3, 9]).WarmUp(2).Times(LearningRate.Cosine(1, 50));
        Assert.Equal(0, Comparison.Allocated(() => rate.At(7)));
    }

    private static void Close(double expected, double actual) => Assert.Equal(expected, actual, 1e-13 * Math.Max(expected, 1e-3));
}
