using FastLoss.Tests.Support;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace FastLoss.Tests.Losses.Sequences;

public class CtcTests
{
    private static readonly double[] s_logits = [.5, 1, -1, 0, 2, .25, 1.5, -.5, .75, 0, 0, 1];

    [Theory]
    [InlineData(3, new[] { 1 }, 1.5040773968)]
    [InlineData(3, new[] { 1, 1 }, 3.2958368660)]
    [InlineData(2, new[] { 1, 1 }, double.PositiveInfinity)]
    [InlineData(2, new int[0], 2.1972245773)]
    public void Known_values(int steps, int[] target, double expected)
    {
        LossTally tally = Loss.Evaluate<double>(new Ctc(), new double[steps * 3], 3, new(target, [target.Length]));
        Assert.Equal(expected, tally.Sum, 1e-10);
    }

    [Fact]
    public void A_known_value_of_logits()
    {
        LossTally tally = Loss.Evaluate<double>(new Ctc(), s_logits, 3, new([1, 2], [2]));
        Assert.Equal(.6651236554, tally.Mean, 1e-10);
    }

    /// <summary>By the definition: all C^T alignments, those that become the target summed.</summary>
    [Property(MaxTest = 200)]
    public Property The_loss_is_the_sum_over_alignments() => Prop.ForAll(Cases().ToArbitrary(), c =>
    {
        double expected = -Math.Log(Probability(c.Logits, c.Classes, c.Blank, c.Target));
        Ctc loss = new() { Blank = c.Blank };
        Assert.Equal(expected, Loss.Evaluate<double>(loss, c.Logits, c.Classes, new(c.Target, [c.Target.Length])).Sum, 1e-12 * Math.Max(1, expected));

        // The gradient, by central differences of the definition; zeros where there is no alignment.
        double[] gradient = new double[c.Logits.Length];
        Loss.EvaluateWithGradient(loss, c.Logits, c.Classes, new(c.Target, [c.Target.Length]), gradient);
        double h = 1e-5;
        for (int i = 0; i < gradient.Length; i++)
        {
            double[] up = [.. c.Logits], down = [.. c.Logits];
            up[i] += h;
            down[i] -= h;
            double slope = double.IsInfinity(expected) ? 0
                : (Math.Log(Probability(down, c.Classes, c.Blank, c.Target)) - Math.Log(Probability(up, c.Classes, c.Blank, c.Target))) / (2 * h);
            Assert.Equal(slope, gradient[i], 1e-8);
        }
    });

    /// <summary>Of log-probabilities, as numbers of their own: the gradient is minus what alignments spend there.</summary>
    [Property(MaxTest = 100)]
    public Property Log_probabilities_have_the_gradient_by_themselves() => Prop.ForAll(Cases().ToArbitrary(), c =>
    {
        double[] logs = new double[c.Logits.Length], gradient = new double[logs.Length], ofLogits = new double[logs.Length];
        LogSoftmax.Compute<double>(c.Logits, c.Classes, logs);
        CtcTargets targets = new(c.Target, [c.Target.Length]);
        Ctc loss = new() { Blank = c.Blank, FromLogProbabilities = true };
        LossTally tally = Loss.EvaluateWithGradient(loss, logs, c.Classes, targets, gradient);
        LossTally other = Loss.EvaluateWithGradient(loss with { FromLogProbabilities = false }, c.Logits, c.Classes, targets, ofLogits);
        Assert.Equal(other.Sum, tally.Sum, 1e-12 * Math.Max(1, Math.Abs(other.Sum)));
        if (double.IsInfinity(tally.Sum)) return;
        for (int t = 0; t < logs.Length / c.Classes; t++)
        {
            // All of a step's alignments go through one of its classes.
            Assert.Equal(-1, gradient.AsSpan(t * c.Classes, c.Classes).ToArray().Sum(), 1e-12);
            for (int k = 0; k < c.Classes; k++)
            {
                int i = (t * c.Classes) + k;
                Assert.Equal(ofLogits[i], gradient[i] + Math.Exp(logs[i]), 1e-12);
            }
        }
    });

    /// <summary>Ten thousand steps, 200 labels: the probability is far below the smallest double, its logarithm is not.</summary>
    [Fact]
    public void Nothing_underflows_in_ten_thousand_steps()
    {
        const int Steps = 10_000, Classes = 20;
        double[] logits = new double[Steps * Classes], gradient = new double[logits.Length];
        int[] target = [.. Enumerable.Range(0, 200).Select(i => 1 + (i % 19))];
        LossTally tally = Loss.EvaluateWithGradient(new Ctc(), logits, Classes, new(target, [200]), gradient);

        // All classes alike: as many alignments as there are, times C^-T. Consecutive labels differ, so alignments are paths of 401 states.
        double alignments = LogBinomial(Steps + 200, 400);
        double expected = (Steps * Math.Log(Classes)) - alignments;
        Assert.Equal(expected, tally.Sum, 1.2e-16 * Steps * expected);
        for (int t = 0; t < Steps; t += 997)
            Assert.Equal(0, gradient.AsSpan(t * Classes, Classes).ToArray().Sum(), 1e-8);
        Assert.All(gradient, g => Assert.True(double.IsFinite(g)));

        static double LogBinomial(int n, int k)
        {
            double sum = 0;
            for (int i = 1; i <= k; i++) sum += Math.Log((double)(n - k + i) / i);
            return sum;
        }
    }

    [Fact]
    public void What_has_no_alignment_has_zero_gradient_and_no_other_does()
    {
        // The second target needs three steps; the third sequence has two of three.
        double[] logits = [.. s_logits[..9], .. s_logits[..9], .. s_logits[..9]];
        double[] gradient = new double[27], zero = new double[27];
        CtcTargets targets = new([1, 2, 2, 2, 1], [1, 3, 1], [3, 3, 2]);
        LossTally tally = Loss.EvaluateWithGradient(new Ctc(), logits, 3, targets, gradient);
        Assert.Equal(double.PositiveInfinity, tally.Sum);
        Assert.All(gradient[9..18], g => Assert.Equal(0, g));
        Assert.All(gradient[24..], g => Assert.Equal(0, g));
        LossTally without = Loss.EvaluateWithGradient(new Ctc { ZeroInfinity = true }, logits, 3, targets, zero);
        Assert.True(double.IsFinite(without.Sum));
        Assert.Equal(gradient, zero);
        double[] alone = new double[6];
        LossTally two = Loss.EvaluateWithGradient<double>(new Ctc(), logits.AsSpan(18, 6), 3, new([1], [1]), alone, new() { Denominator = 3 });
        Assert.Equal(alone, gradient[18..24]);
        double[] losses = new double[3];
        Loss.PerRow<double>(new Ctc(), logits, 3, targets, losses);
        Assert.Equal(two.Sum, losses[2]);

        // A class that nothing can be: no alignment goes through it.
        double[] masked = [.. s_logits];
        foreach (int t in (int[])[0, 1, 2, 3]) masked[(3 * t) + 2] = double.NegativeInfinity;
        Assert.Equal(double.PositiveInfinity, Loss.Evaluate<double>(new Ctc(), masked, 3, new([1, 2], [2])).Sum);
        Assert.True(double.IsFinite(Loss.Evaluate<double>(new Ctc(), masked, 3, new([1], [1])).Sum));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_broken_step_breaks_its_sequence_alone(double value)
    {
        double[] logits = [.. s_logits, .. s_logits], gradient = new double[24], losses = new double[2];
        logits[4] = value;
        CtcTargets targets = new([1, 1], [1, 1]);
        Loss.PerRow<double>(new Ctc(), logits, 3, targets, losses);
        Assert.True(double.IsNaN(losses[0]) && double.IsFinite(losses[1]));
        Loss.EvaluateWithGradient(new Ctc(), logits, 3, targets, gradient);
        Assert.All(gradient[..12], g => Assert.True(double.IsNaN(g)));
        Assert.All(gradient[12..], g => Assert.True(double.IsFinite(g)));

        // Past its steps nothing is read.
        Loss.PerRow<double>(new Ctc(), logits, 3, new([1, 1], [1, 1], [1, 4]), losses);
        Assert.All(losses, l => Assert.True(double.IsFinite(l)));
    }

    [Fact]
    public void What_does_not_fit_is_refused_before_the_first_write()
    {
        double[] gradient = [.. Enumerable.Repeat(7.0, 12)];
        Refused("targets.Labels[1] is 0", new Ctc(), new([1, 0], [2]));
        Refused("targets.Labels[0] is 3", new Ctc(), new([3], [1]));
        Refused("targets.Lengths[0] is -1", new Ctc(), new([], [-1]));
        Refused("the lengths add up to 3", new Ctc(), new([1, 2], [3]));
        Refused("targets.Steps[0] is 5", new Ctc(), new([1], [1], [5]));
        Refused("Blank is 3", new Ctc { Blank = 3 }, new([1], [1]));
        Refused("not as many for each of 3 sequences", new Ctc(), new([], [0, 0, 0]));
        Assert.All(gradient, g => Assert.Equal(7, g));
        Assert.Throws<ArgumentException>(() => Loss.EvaluateWithGradient(new Ctc(), s_logits, 3, new([1], [1]), gradient.AsSpan(1)));
        Assert.True(double.IsNaN(Loss.Evaluate<double>(new Ctc(), [], 3, new([], [])).Mean));
        Assert.Equal(0, Loss.Evaluate<double>(new Ctc(), [], 3, new([], [0])).Sum);

        void Refused(string reason, Ctc loss, CtcTargets targets)
        {
            try
            {
                Loss.EvaluateWithGradient(loss, s_logits, 3, targets, gradient);
                Assert.Fail(reason);
            }
            catch (ArgumentException e)
            {
                Assert.Contains(reason, e.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Long_sequences_on_threads_have_the_same_bits_and_allocate_nothing_on_one()
    {
        const int Sequences = 16, Steps = 400, Classes = 60, Length = 50;
        Random random = new(1);
        float[] logits = [.. Enumerable.Range(0, Sequences * Steps * Classes).Select(_ => (random.NextSingle() - 0.5f) * 10)];
        int[] labels = [.. Enumerable.Range(0, Sequences * Length).Select(_ => random.Next(1, Classes))], lengths = [.. Enumerable.Repeat(Length, Sequences)];
        float[] one = new float[logits.Length], several = new float[logits.Length];
        LossTally tally = Loss.EvaluateWithGradient(new Ctc(), logits, Classes, new(labels, lengths), one);
        Assert.Equal(tally, Loss.EvaluateWithGradient(new Ctc(), logits, Classes, new(labels, lengths), several, new() { Threads = 3 }));
        Assert.Equal(one, several);
        Assert.Equal(tally, Loss.Evaluate<float>(new Ctc(), logits, Classes, new(labels, lengths)));
        Assert.Equal(0, Comparison.Allocated(() => Loss.EvaluateWithGradient(new Ctc(), logits, Classes, new(labels, lengths), one)));
    }

    private sealed record Case(double[] Logits, int Classes, int Blank, int[] Target);

    private static Gen<Case> Cases() =>
        from classes in Gen.Choose(2, 4)
        from steps in Gen.Choose(1, 5)
        from blank in Gen.Choose(0, classes - 1)
        from length in Gen.Choose(0, 3)
        from target in Gen.ArrayOf(Gen.Choose(0, classes - 2), length)
        from logits in Gen.ArrayOf(Gen.Choose(-40, 40), steps * classes)
        select new Case(Array.ConvertAll(logits, l => l / 8.0), classes, blank, Array.ConvertAll(target, l => l < blank ? l : l + 1));

    private static double Probability(double[] logits, int classes, int blank, int[] target)
    {
        int steps = logits.Length / classes;
        double[] p = new double[logits.Length];
        for (int t = 0; t < steps; t++)
        {
            double sum = Enumerable.Range(0, classes).Sum(k => Math.Exp(logits[(t * classes) + k]));
            for (int k = 0; k < classes; k++) p[(t * classes) + k] = Math.Exp(logits[(t * classes) + k]) / sum;
        }

        double total = 0;
        int[] path = new int[steps];
        for (long n = 0; n < Math.Pow(classes, steps); n++)
        {
            long rest = n;
            double product = 1;
            for (int t = 0; t < steps; t++, rest /= classes)
            {
                path[t] = (int)(rest % classes);
                product *= p[(t * classes) + path[t]];
            }

            int[] read = [.. path.Where((k, t) => k != blank && (t == 0 || path[t - 1] != k))];
            if (read.AsSpan().SequenceEqual(target)) total += product;
        }

        return total;
    }
}
