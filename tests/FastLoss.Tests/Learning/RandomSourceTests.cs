namespace FastLoss.Tests.Learning;

public class RandomSourceTests
{
    /// <summary>The authors' C code with state 1, 2, 3, 4, as the rand_xoshiro crate also pins it.</summary>
    [Fact]
    public void Is_xoshiro256_star_star()
    {
        var random = new RandomSource(1, 2, 3, 4);
        ulong[] expected =
        [
            11520, 0, 1509978240, 1215971899390074240, 1216172134540287360, 607988272756665600,
            16172922978634559625, 8476171486693032832, 10595114339597558777, 2904607092377533576,
        ];
        foreach (ulong value in expected) Assert.Equal(value, random.NextBits());
    }

    [Fact]
    public void Is_seeded_by_SplitMix64()
    {
        var random = new RandomSource(seed: 0);
        ulong[] expected = [11091344671253066420, 13793997310169335082, 1900383378846508768, 7684712102626143532];
        foreach (ulong value in expected) Assert.Equal(value, random.NextBits());
    }

    [Fact]
    public void Streams_of_a_seed_and_seeds_of_a_stream_differ()
    {
        var first = new HashSet<ulong>();
        for (ulong seed = 0; seed < 40; seed++)
        {
            for (ulong stream = 0; stream < 40; stream++) Assert.True(first.Add(new RandomSource(seed, stream).NextBits()));
        }
    }

    [Fact]
    public void Doubles_are_uniform_in_the_unit_interval()
    {
        var random = new RandomSource(7);
        const int n = 100_000;
        int[] bins = new int[64];
        for (int i = 0; i < n; i++)
        {
            double u = random.NextDouble();
            Assert.InRange(u, 0, 1 - (1.0 / (1UL << 53)));
            bins[(int)(u * 64)]++;
        }

        // 63 degrees of freedom: above 103.4 once in 1,000 seeds.
        Assert.InRange(bins.Sum(b => Math.Pow(b - (n / 64.0), 2) / (n / 64.0)), 30, 103.4);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(1000)]
    public void Bounded_integers_are_uniform(int bound)
    {
        var random = new RandomSource(11);
        int n = bound * 200;
        int[] counts = new int[bound];
        for (int i = 0; i < n; i++) counts[random.NextBelow(bound)]++;
        double chiSquare = counts.Sum(c => Math.Pow(c - 200, 2) / 200);
        Assert.InRange(chiSquare, 0, (bound - 1) + (4 * Math.Sqrt(2.0 * bound)) + 4);
    }

    [Fact]
    public void The_largest_bound_is_reached_from_both_ends()
    {
        var random = new RandomSource(5);
        int low = int.MaxValue, high = 0;
        for (int i = 0; i < 10_000; i++)
        {
            int value = random.NextBelow(int.MaxValue);
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        }

        Assert.InRange(low, 0, int.MaxValue / 1000);
        Assert.InRange(high, int.MaxValue - (int.MaxValue / 1000), int.MaxValue - 1);
    }

    /// <summary>
    /// The largest distance between the sample's distribution function and the normal one: above 1.95 / sqrt(n) once in
    /// 1,000 seeds (Kolmogorov). The moments see what that is blind to, the tails.
    /// </summary>
    [Fact]
    public void Normals_are_normal()
    {
        var random = new RandomSource(3);
        const int n = 200_000;
        double[] sample = new double[n];
        foreach (ref double x in sample.AsSpan()) x = random.NextNormal();

        Assert.Equal(0, sample.Average(), 4 / Math.Sqrt(n));
        Assert.Equal(1, sample.Average(x => x * x), 4 * Math.Sqrt(2.0 / n));
        Assert.Equal(0, sample.Average(x => x * x * x), 4 * Math.Sqrt(15.0 / n));
        Assert.Equal(3, sample.Average(x => x * x * x * x), 4 * Math.Sqrt(96.0 / n));
        Assert.Equal(0.0026998, sample.Count(x => Math.Abs(x) > 3) / (double)n, 4 * Math.Sqrt(0.0027 / n));

        Array.Sort(sample);
        double distance = 0;
        for (int i = 0; i < n; i++) distance = Math.Max(distance, Math.Abs(NormalDistribution(sample[i]) - ((i + 0.5) / n)));
        Assert.InRange(distance, 0, 1.95 / Math.Sqrt(n));
    }

    /// <summary>What a seed draws is for good: a change here changes every training anyone has recorded.</summary>
    [Fact]
    public void Normals_of_a_seed_are_pinned()
    {
        var random = new RandomSource(seed: 1, stream: 2);
        double[] drawn = [random.NextNormal(), random.NextNormal(), random.NextNormal(), random.NextNormal()];
        Assert.Equal(PinnedNormals, drawn);
    }

    [Fact]
    public void Shuffles_are_uniform_over_orders()
    {
        var counts = new Dictionary<string, int>();
        for (ulong seed = 0; seed < 12_000; seed++)
        {
            int[] order = [0, 1, 2, 3];
            new RandomSource(seed).Shuffle(order);
            string key = string.Concat(order);
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }

        // 24 orders, 500 each: 23 degrees of freedom, above 49.7 once in 1,000.
        Assert.Equal(24, counts.Count);
        Assert.InRange(counts.Values.Sum(c => Math.Pow(c - 500, 2) / 500), 5, 49.7);
    }

    private static readonly double[] PinnedNormals =
        [-0.087818101145145766, -1.3703432580298758, 1.0691626746034721, 1.3874827844354525];

    /// <summary>By Simpson's rule from 0: 1e-9 where the test needs 1e-3.</summary>
    private static double NormalDistribution(double x)
    {
        const int intervals = 64;
        double h = x / intervals, sum = 0;
        for (int i = 0; i <= intervals; i++)
        {
            double weight = i is 0 or intervals ? 1 : i % 2 == 1 ? 4 : 2;
            sum += weight * Math.Exp(-0.5 * i * h * i * h);
        }

        return 0.5 + (sum * h / 3 / Math.Sqrt(2 * Math.PI));
    }
}
