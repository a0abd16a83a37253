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
    public void ABatchShrinksToTheLeastThatIsBad()
    {
        LossBatch batch = Smallest(LossBatch.Arbitrary(LossDomain.Real), b => b.Predictions.Any(y => y > 2.5));
        Assert.Equal("1 element, predictions [3], targets [0]", batch.ToString());
        batch = Smallest(LossBatch.Arbitrary(LossDomain.Real), b => b.Count > 64 && b.Predictions.Contains(1));
        Assert.Equal(65, batch.Count);
        Assert.Equal((1, 0), (batch.Predictions.Count(y => y == 1), batch.Predictions.Count(y => y is not (0 or 1))));
        batch = Smallest(LossBatch.Arbitrary(LossDomain.Signs), b => Enumerable.Range(0, b.Count).Any(i => b.Weight(i) == 0 && b.Targets[i] == -1));
        Assert.Equal((1, -1.0, 0.0), (batch.Count, batch.Targets[0], batch.Predictions[0]));
    }

    [Fact]
    public void ArraysShrinkToTheLeastThatIsBad()
    {
        Assert.Equal([3], Smallest(Generators.Numbers(NumberDomain.Real), n => n.Values.Any(v => v > 2.5)).Values);
        Assert.Equal([3], Smallest(Generators.AnyNumbers(), n => n.Values.Any(v => v > 2.5 && v < 3.4)).Values);
        Assert.Equal([double.NaN], Smallest(Generators.AnyBits(), n => n.Values.Any(double.IsNaN)).Values);
        Assert.Equal([double.NaN], Smallest(Generators.AnyFloatBits(), n => n.Values.Any(double.IsNaN)).Values);
        Assert.Equal([0, 0, double.NaN], Smallest(Generators.AnyFloatBits(3), n => n.Values.Any(double.IsNaN)).Values.Order().Reverse());
        Assert.Equal([double.NaN], Smallest(Generators.NumbersAndSpecials(NumberDomain.Unit), n => n.Values.Any(double.IsNaN)).Values);
        Assert.Equal([1, 1], Smallest(Generators.Ties(NumberDomain.Real), n => n.Values.Where(v => v > 0).CountBy(v => v).Any(g => g.Value > 1)).Values);
        Assert.Equal([false], Smallest(Generators.Masks(), m => m.Counts.Contains(false)).Counts);
        Assert.Equal(65, Smallest(Generators.LengthsFrom(3), n => n > 64));
        Assert.Equal(3, Smallest(Generators.LengthsFrom(3), n => true));
    }

    [Fact]
    public void RowsAndLabelsShrinkToTheLeastThatIsBad()
    {
        LogitBatch rows = Smallest(Generators.Batches(), b => b.Logits.Any(x => x > 2.5 && x < 3.4));
        Assert.Equal("1 row of 1: [3], labels [0]", rows.ToString());
        rows = Smallest(Generators.Batches(), b => b.Labels.Any(l => l > 2));
        Assert.Equal("1 row of 4: [0 x 4], labels [3]", rows.ToString());
        LabelArray labels = Smallest(Generators.Labels(), a => a.Labels.Any(l => l > 2));
        Assert.Equal("1 of 4 classes: [3]", labels.ToString());
        Assert.All(Generators.Labels().Generator.Sample(500, 30), a => Assert.All(a.Labels, l => Assert.InRange(l, 0, a.ClassCount - 1)));
    }

    [Fact]
    public void ADomainIsNotLeft()
    {
        NumberDomain[] domains =
        [
            NumberDomain.Real, NumberDomain.Unit, NumberDomain.Inside, NumberDomain.Positive, NumberDomain.Negative, NumberDomain.Sign,
            NumberDomain.Count, new(0.1, 0.2),
        ];
        foreach (NumberDomain domain in domains)
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
        foreach (Gen<double> patterns in new[] { Generators.BitPatterns, Generators.FloatBitPatterns })
        {
            double[] bits = [.. patterns.Sample(20_000, 30)];
            Assert.Contains(bits, double.IsNaN);
            Assert.Contains(bits, double.IsPositiveInfinity);
            Assert.Contains(bits, v => v == 0 && double.IsNegative(v));
            Assert.Contains(bits, v => v < -1e30);
        }

        Assert.Contains(Generators.BitPatterns.Sample(20_000, 30), double.IsSubnormal);
        Assert.Contains(Generators.FloatBitPatterns.Sample(20_000, 30), v => float.IsSubnormal((float)v) && (float)v == v);
        int[] lengths = [.. Generators.Lengths.Sample(5_000, 30)];
        Assert.All(new[] { 0, 1, 15, 16, 17, 63, 64, 65, 511, 512, 513, 8192 }, n => Assert.Contains(n, lengths));
    }
}
