using FastLoss.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace FastLoss.Tests.Testing;

/// <summary>What the generators draw, and that it shrinks to little.</summary>
public class GeneratorTests
{
    /// <summary>The end of a chain of shrinks that stay bad, from the first bad one drawn.</summary>
    private static T Smallest<T>(Arbitrary<T> inputs, Func<T, bool> isBad)
    {
        T found = inputs.Generator.Sample(3000, 30).First(isBad);
        for (int steps = 0; steps < 10_000; steps++)
        {
            T[] smaller = [.. inputs.Shrinker(found).Where(isBad).Take(1)];
            if (smaller.Length == 0) return found;
            found = smaller[0];
        }

        throw new InvalidOperationException($"shrinking does not end: {found}");
    }

    [Fact]
    public void EveryInputShrinksToTheLeastThatIsBad()
    {
        LossBatch batch = Smallest(LossBatch.Arbitrary(LossDomain.Real), b => b.Predictions.Any(y => y > 2.5));
        Assert.Equal((1, 3.0, 0.0, 0, 0), (batch.Count, batch.Predictions[0], batch.Targets[0], batch.Weights.Length, batch.Mask.Length));
        LogitBatch rows = Smallest(Generators.Batches(), b => b.Logits.Any(x => x > 2.5));
        Assert.Equal((1, 1), (rows.Rows, rows.Labels.Length));
        Assert.Equal(rows.Logits.Max(), rows.Logits.Sum()); // the others are 0
        Assert.Equal([3], Smallest(Generators.Numbers(NumberDomain.Real), n => n.Values.Any(v => v > 2.5)).Values);
        Assert.Single(Smallest(Generators.AnyNumbers(), n => n.Values.Any(v => v > 2.5)).Values);
        Assert.Equal([double.NaN], Smallest(Generators.AnyBits(), n => n.Values.Any(double.IsNaN)).Values);
        Assert.Equal([false], Smallest(Generators.Masks(), m => m.Counts.Contains(false)).Counts);
    }

    [Fact]
    public void ADomainIsNotLeft()
    {
        foreach (NumberDomain domain in new[] { NumberDomain.Real, NumberDomain.Unit, NumberDomain.Inside, NumberDomain.Positive, NumberDomain.Negative, NumberDomain.Sign, NumberDomain.Count, new(0.1, 0.2) })
        {
            double[] drawn = [.. domain.Generate().Sample(2000, 30)];
            Assert.All(drawn, v => Assert.True(domain.Contains(v) && v == (float)v, $"{v:R} of {domain}"));
            Assert.All(drawn.Take(200).SelectMany(domain.Shrink), v => Assert.True(domain.Contains(v), $"{v:R} of {domain}"));
            Assert.True(drawn.Distinct().Count() >= (domain.Only.Count > 0 ? 2 : 60));
        }
    }

    [Fact]
    public void BitPatternsAndLengthsReachTheCorners()
    {
        double[] bits = [.. Generators.BitPatterns.Sample(20_000, 30)];
        Assert.Contains(bits, double.IsNaN);
        Assert.Contains(bits, double.IsPositiveInfinity);
        Assert.Contains(bits, v => v == 0 && double.IsNegative(v));
        Assert.Contains(bits, double.IsSubnormal);
        Assert.Contains(bits, v => v < -1e300);
        int[] lengths = [.. Generators.Lengths.Sample(5_000, 30)];
        Assert.All(new[] { 0, 1, 15, 16, 17, 63, 64, 65, 511, 512, 513, 8192 }, n => Assert.Contains(n, lengths));
    }
}
