using System.Numerics;
using FastLoss.Tests.Support;
using FsCheck.Xunit;

namespace FastLoss.Tests.Learning.Optimizers;

public class OptimizerTests
{
    public static TheoryData<int> Rules => [.. Enumerable.Range(0, OptimizerCase.Rules.Count)];

    [Property(Arbitrary = [typeof(OptimizerCase)], MaxTest = 400)]
    public void Many_steps_are_PyTorchs(OptimizerCase c)
    {
        Check<float>(c, 4e-6);
        Check<double>(c, 1e-14);
    }

    [Property(Arbitrary = [typeof(Generators)], MaxTest = 200)]
    public void A_plain_step_is_one_fused_multiply_add_per_parameter(Numbers numbers, ushort rate)
    {
        float[] gradient = numbers.As<float>(), parameters = [.. gradient.Select(g => (g * 3) + 1)];
        float[] expected = [.. gradient.Zip(parameters, (g, p) => MathF.FusedMultiplyAdd(-rate / 64f, g, p))];
        new Optimizer<float>(new Sgd(), parameters.Length).Step(parameters, gradient, rate / 64f);
        Assert.Equal(expected, parameters);
    }

    /// <summary>Bias corrections, decays and the first step of a momentum follow the count alone.</summary>
    [Theory, MemberData(nameof(Rules))]
    public void Slots_and_count_are_all_that_a_training_needs_to_go_on(int index)
    {
        var c = new OptimizerCase(OptimizerCase.Rules[index], 37, 12, 0.02, 5);
        Optimizer<float> whole = new(c.Rule, c.Count), before = new(c.Rule, c.Count), after = new(c.Rule, c.Count);
        float[] p = c.Draw<float>(0), q = c.Draw<float>(0);
        for (int step = 1; step <= c.Steps; step++) whole.Step(p, c.Draw<float>(step), c.Rate);
        for (int step = 1; step <= 5; step++) before.Step(q, c.Draw<float>(step), c.Rate);
        for (int slot = 0; slot < before.SlotCount; slot++)
        {
            Assert.Equal(c.Count, before.Slot(slot).Length);
            before.Slot(slot).CopyTo(after.Slot(slot));
        }

        after.StepCount = before.StepCount;
        for (int step = 6; step <= c.Steps; step++) after.Step(q, c.Draw<float>(step), c.Rate);
        Assert.Equal(p, q);
        Assert.Equal(12, after.StepCount);
        for (int slot = 0; slot < whole.SlotCount; slot++) Assert.Equal(whole.Slot(slot), after.Slot(slot));

        whole.Reset();
        float[] again = c.Draw<float>(0), first = c.Draw<float>(0);
        whole.Step(again, c.Draw<float>(1), c.Rate);
        new Optimizer<float>(c.Rule, c.Count).Step(first, c.Draw<float>(1), c.Rate);
        Assert.Equal(first, again);
    }

    [Fact]
    public void Slots_have_PyTorchs_names()
    {
        Assert.Empty(Names(new Sgd()));
        Assert.Equal(["momentum_buffer"], Names(new Sgd { Momentum = 0.9 }));
        Assert.Equal(["sum"], Names(new AdaGrad()));
        Assert.Equal(["square_avg"], Names(new RmsProp()));
        Assert.Equal(["square_avg", "grad_avg"], Names(new RmsProp { Centered = true }));
        Assert.Equal(["square_avg", "momentum_buffer"], Names(new RmsProp { Momentum = 0.9 }));
        Assert.Equal(["square_avg", "grad_avg", "momentum_buffer"], Names(new RmsProp { Momentum = 0.9, Centered = true }));
        Assert.Equal(["exp_avg", "exp_avg_sq"], Names(new Adam()));
        Assert.Equal(["exp_avg", "exp_avg_sq", "max_exp_avg_sq"], Names(new AdamW { AmsGrad = true }));

        static string[] Names(IOptimizer rule)
        {
            Optimizer<double> optimizer = new(rule, 3);
            return [.. Enumerable.Range(0, optimizer.SlotCount).Select(optimizer.SlotName)];
        }
    }

    [Theory, MemberData(nameof(Rules))]
    public void A_step_allocates_nothing(int index)
    {
        Optimizer<float> optimizer = new(OptimizerCase.Rules[index], 1001);
        float[] p = new float[1001], g = new float[1001];
        Assert.Equal(0, Comparison.Allocated(() => optimizer.Step(p, g, 0.1)));
    }

    /// <summary>What is no number stays with its parameter, at every place of a register and of its last part.</summary>
    [Theory, MemberData(nameof(Rules))]
    public void A_NaN_is_its_own_parameters_alone(int index)
    {
        var c = new OptimizerCase(OptimizerCase.Rules[index], 35, 3, 0.02, 7);
        foreach (double bad in (double[])[double.NaN, double.PositiveInfinity])
        {
            for (int at = 0; at < c.Count; at++)
            {
                Optimizer<double> one = new(c.Rule, c.Count), other = new(c.Rule, c.Count);
                double[] p = c.Draw<double>(0), q = c.Draw<double>(0), g = c.Draw<double>(1);
                one.Step(p, g, c.Rate);
                g[at] = bad;
                other.Step(q, g, c.Rate);
                Assert.False(double.IsFinite(q[at]));
                if (double.IsNaN(bad)) Assert.True(double.IsNaN(q[at]));
                q[at] = p[at];
                Assert.Equal(p, q);
                for (int slot = 0; slot < one.SlotCount; slot++)
                {
                    Assert.False(double.IsFinite(other.Slot(slot)[at]));
                    other.Slot(slot)[at] = one.Slot(slot)[at];
                    Assert.Equal(one.Slot(slot), other.Slot(slot));
                }
            }
        }
    }

    [Theory, MemberData(nameof(Rules))]
    public void Threads_change_no_bit(int index)
    {
        var c = new OptimizerCase(OptimizerCase.Rules[index], (1 << 18) + 7, 1, 0.02, 9);
        Optimizer<float> alone = new(c.Rule, c.Count), helped = new(c.Rule, c.Count);
        float[] p = c.Draw<float>(0), q = [.. p], g = c.Draw<float>(1);
        alone.Step(p, g, c.Rate);
        helped.Step(q, g, c.Rate, threads: 3);
        Assert.Equal(p, q);
        for (int slot = 0; slot < alone.SlotCount; slot++) Assert.Equal(alone.Slot(slot), helped.Slot(slot));
    }

    /// <summary>Parameters and gradient at the border of a page: a read or write past them ends the process.</summary>
    [Theory, MemberData(nameof(Rules))]
    public void Nothing_past_the_spans_is_touched(int index)
    {
        if (!GuardedMemory.IsSupported) return;
        using GuardedMemory parameters = new(4096), gradient = new(4096);
        for (int n = 1; n < 40; n++)
        {
            Optimizer<float> optimizer = new(OptimizerCase.Rules[index], n);
            optimizer.Step(parameters.AtEnd<float>(n), gradient.AtEnd<float>(n), 0.1);
            optimizer.Step(parameters.AtStart<float>(n), gradient.AtStart<float>(n), 0.1);
        }
    }

    [Fact]
    public void A_constant_gradient_has_no_variance_and_no_NaN()
    {
        Optimizer<float> optimizer = new(new RmsProp { Centered = true, Smoothing = 0 }, 3);
        float[] p = [1, 2, 3];
        for (int i = 0; i < 50; i++) optimizer.Step(p, [0.1f, 0.3f, 0.7f], 1e-9);
        Assert.All(p, v => Assert.True(float.IsFinite(v)));
    }

    [Fact]
    public void What_does_not_fit_is_refused_before_the_first_write()
    {
        Optimizer<float> optimizer = new(new Adam(), 4);
        float[] p = [1, 2, 3, 4, 5], g = [1, 1, 1, 1, 1];
        Assert.Throws<ArgumentException>(() => optimizer.Step(p, g.AsSpan(0, 4), 0.1));
        Assert.Throws<ArgumentException>(() => optimizer.Step(p.AsSpan(0, 4), g, 0.1));
        Assert.Throws<ArgumentException>(() => optimizer.Step(p.AsSpan(0, 4), p.AsSpan(1), 0.1));
        Assert.Throws<ArgumentException>(() => optimizer.Step(optimizer.Slot(0), g.AsSpan(0, 4), 0.1));
        Assert.Throws<ArgumentException>(() => optimizer.Step(p.AsSpan(0, 4), optimizer.Slot(1), 0.1));
        foreach (double rate in (double[])[-1e-9, double.NaN, double.PositiveInfinity, 1e39])
            Assert.Throws<ArgumentOutOfRangeException>(() => optimizer.Step(p.AsSpan(0, 4), g.AsSpan(0, 4), rate));
        Assert.Throws<ArgumentOutOfRangeException>(() => optimizer.Step(p.AsSpan(0, 4), g.AsSpan(0, 4), 0.1, threads: -2));
        Assert.Throws<ArgumentOutOfRangeException>(() => optimizer.StepCount = -1);
        Assert.Throws<ArgumentOutOfRangeException>(() => optimizer.Slot(2).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => optimizer.SlotName(-1));
        Assert.Equal([1, 2, 3, 4, 5], p);
        Assert.Equal(0, optimizer.StepCount);
        Assert.All(optimizer.Slot(0).ToArray(), v => Assert.Equal(0, v));

        Assert.Throws<ArgumentNullException>(() => new Optimizer<float>(null!, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Optimizer<float>(new Sgd(), -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Optimizer<float>(new Adam(), 1 << 30));
        Assert.Throws<NotSupportedException>(() => new Optimizer<Half>(new Sgd(), 1));
    }

    [Fact]
    public void Numbers_out_of_range_are_refused_with_their_value()
    {
        IOptimizer[] wrong =
        [
            new Sgd { Momentum = 1 }, new Sgd { Momentum = -0.1 }, new Sgd { Dampening = 2 }, new Sgd { WeightDecay = double.NaN },
            new AdaGrad { Epsilon = -1 }, new AdaGrad { LearningRateDecay = -1 }, new AdaGrad { InitialAccumulator = -1 },
            new AdaGrad { WeightDecay = double.PositiveInfinity },
            new RmsProp { Smoothing = 1 }, new RmsProp { Momentum = 1.5 }, new RmsProp { Epsilon = double.NaN }, new RmsProp { WeightDecay = -1 },
            new Adam { Beta1 = 1 }, new Adam { Beta2 = 0.99999999999 }, new Adam { Epsilon = -1e-8 }, new Adam { WeightDecay = -1 },
            new AdamW { Beta1 = -1 }, new AdamW { Beta2 = 2 }, new AdamW { Epsilon = 1e39 }, new AdamW { WeightDecay = -1 },
        ];
        Assert.All(wrong, rule => Assert.Throws<ArgumentOutOfRangeException>(() => new Optimizer<float>(rule, 1)));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new Optimizer<float>(new Adam { Beta1 = 1.5 }, 1));
        Assert.Contains("Beta1 is 1.5; it must be 0 or more, and less than 1 as float", error.Message, StringComparison.Ordinal);
        Assert.Equal(0.9, default(Adam).Beta1);
        Assert.Equal(new Adam(), new Adam { Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8, BiasCorrection = true });
        Assert.Equal(0.01, default(AdamW).WeightDecay);
    }

    private static void Check<T>(OptimizerCase c, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Optimizer<T> optimizer = new(c.Rule, c.Count);
        OptimizerReference reference = new(c.Rule, c.Count);
        T[] actual = c.Draw<T>(0);
        double[] expected = c.Draw<double>(0);
        for (int step = 1; step <= c.Steps; step++)
        {
            optimizer.Step(actual, c.Draw<T>(step), c.Rate);
            reference.Step(expected, c.Draw<double>(step), c.Rate);
        }

        Assert.Equal(c.Steps, optimizer.StepCount);
        for (int i = 0; i < c.Count; i++)
            Assert.Equal(expected[i], double.CreateTruncating(actual[i]), tolerance * Math.Max(1, c.Steps * Math.Max(c.Rate * 10, 0.1)));
    }
}
