using System.Numerics;
using FastLoss.Kernels;

namespace FastLoss.Tests.Kernels;

/// <summary>The exact sum against one in integers of any size, which adds the shares of each bin as the sum's summary defines them.</summary>
public class ExactSumTests
{
    private const int Bias = 1123, Bins = 3;

    [Theory]
    [InlineData(1, 60_000)]
    [InlineData(2, 60_000)]
    public void Any_order_split_and_merging_gives_the_sum_in_integers(int seed, int rounds)
    {
        Random random = new(seed);
        for (int i = 0; i < rounds; i++)
        {
            bool isFloat = random.Next(2) == 0;
            double[] numbers = Numbers(random, isFloat);
            ExactSum expected = default;
            foreach (double x in numbers) expected.Add(x);
            Assert.Equal(Model(numbers), expected.ToDouble());
            random.Shuffle(numbers);
            ExactSum actual = Merged(random, numbers, isFloat, 0);
            if (!expected.Equals(actual)) Assert.Fail($"round {i}: {string.Join(", ", numbers.Select(x => x.ToString("R")))}");
            Assert.Equal(Bytes(expected), Bytes(actual));
            Assert.Equal(expected.GetHashCode(), actual.GetHashCode());
        }
    }

    [Fact]
    public void Long_sums_are_right_to_a_rounding()
    {
        Random random = new(3);
        double[] numbers = [.. Enumerable.Range(0, 200_000).Select(i => (random.NextDouble() - 0.3) * Math.Pow(2, random.Next(-40, 40)))];
        float[] narrow = [.. numbers.Select(x => (float)x)];
        ExactSum wide = default, floats = default;
        wide.Add<double>(numbers);
        floats.Add<float>(narrow);
        Assert.Equal(Model(numbers), wide.ToDouble());
        Assert.Equal(Model([.. narrow.Select(x => (double)x)]), floats.ToDouble());
    }

    [Theory]
    [InlineData(0.1, 10_000_000)]
    [InlineData(-1e300, 1_000_000)]
    public void Equal_numbers_add_to_their_multiple(double x, int count)
    {
        double[] block = [.. Enumerable.Repeat(x, 1000)];
        ExactSum sum = default;
        for (int i = 0; i < count; i += 1000) sum.Add<double>(block);
        double expected = (double)new BigInteger(count) * x;
        if (double.IsFinite(expected)) expected = Model(x, count);
        Assert.Equal(expected, sum.ToDouble());
    }

    /// <summary>2^28 as one number is of the bin above a single one's.</summary>
    [Theory]
    [InlineData(0, 3)]
    [InlineData(2, 1)]
    [InlineData(268_435_455, 1)]
    [InlineData(1L << 40, 3)]
    [InlineData(1L << 62, 1)]
    public void Ones_add_to_ones(long first, long second)
    {
        ExactSum sum = ExactSum.OfOnes(first), expected = ExactSum.OfOnes(first + second);
        for (long i = 0; i < second; i++) sum.Add(1);
        Assert.Equal(expected, sum);
        Assert.Equal((double)(first + second), sum.ToDouble());
    }

    [Fact]
    public void What_cancels_leaves_what_is_small()
    {
        ExactSum sum = default;
        foreach (double x in new[] { 1e20, 1e-5, -1e20 }) sum.Add(x);
        Assert.Equal(1e-5, sum.ToDouble());
        sum.Add(-1e-5);
        Assert.Equal(0.0, sum.ToDouble());
        Assert.False(double.IsNegative(sum.ToDouble()));
    }

    [Fact]
    public void A_sum_above_the_largest_double_is_infinite_and_comes_back()
    {
        ExactSum sum = default;
        sum.Add(double.MaxValue);
        sum.Add(double.MaxValue);
        Assert.Equal(double.PositiveInfinity, sum.ToDouble());
        sum.Add(-double.MaxValue);
        Assert.Equal(double.MaxValue, sum.ToDouble());
    }

    [Theory]
    [InlineData(double.PositiveInfinity, 1, double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity, 1, double.NegativeInfinity)]
    [InlineData(double.PositiveInfinity, double.NegativeInfinity, double.NaN)]
    [InlineData(double.NaN, double.PositiveInfinity, double.NaN)]
    [InlineData(-0.0, -0.0, 0.0)]
    [InlineData(double.Epsilon, -0.0, double.Epsilon)]
    [InlineData(2.2250738585072014e-308, -4.9406564584124654E-324, 2.225073858507201e-308)]
    public void Special_values_are_those_of_an_addition(double first, double second, double expected)
    {
        ExactSum sum = default, backwards = default, whole = default;
        sum.Add(first);
        sum.Add(second);
        backwards.Add(second);
        backwards.Add(ExactSum.Of(first));
        whole.Add<double>([second, first, 0, 0, 0, 0, 0, 0, 0]);
        Assert.Equal(BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(sum.ToDouble()));
        Assert.Equal(sum, backwards);
        Assert.Equal(sum, whole);
    }

    [Fact]
    public void Bytes_that_no_sum_writes_are_not_read()
    {
        ExactSum sum = ExactSum.Of(0.1);
        byte[] bytes = Bytes(sum);
        Assert.Equal(ExactSum.Size, bytes.Length);
        Assert.True(ExactSum.TryRead(bytes, out ExactSum read));
        Assert.Equal(sum, read);
        Assert.False(ExactSum.TryRead([.. bytes.Select((b, i) => i == 0 ? (byte)34 : b)], out _)); // a bin above the largest double's
        Assert.False(ExactSum.TryRead([.. bytes.Select((b, i) => i == 3 ? (byte)0x80 : b)], out _));
        Assert.False(ExactSum.TryRead([.. bytes.Select((b, i) => i == 4 ? (byte)8 : b)], out _));
        Assert.False(ExactSum.TryRead([.. bytes.Select((b, i) => i == 0 ? (byte)0 : b)], out _)); // digits without a number
    }

    /// <summary>In parts of any length, by spans or one by one, added to each other in any tree.</summary>
    private static ExactSum Merged(Random random, ReadOnlySpan<double> numbers, bool isFloat, int depth)
    {
        ExactSum sum = default;
        if (numbers.Length > 1 && depth < 4 && random.Next(3) != 0)
        {
            int split = random.Next(numbers.Length + 1);
            sum = Merged(random, numbers[split..], isFloat, depth + 1);
            sum.Add(Merged(random, numbers[..split], isFloat, depth + 1));
            return sum;
        }

        if (random.Next(3) == 0)
        {
            foreach (double x in numbers) sum.Add(x);
        }
        else if (isFloat)
        {
            Span<float> narrow = new float[numbers.Length];
            for (int i = 0; i < narrow.Length; i++) narrow[i] = (float)numbers[i];
            sum.Add<float>(narrow);
        }
        else
        {
            sum.Add(numbers);
        }

        if (random.Next(4) != 0) return sum;
        Assert.True(ExactSum.TryRead(Bytes(sum), out ExactSum read));
        return read;
    }

    /// <summary>Of one size, of a few sizes, or of any bits; zeros, subnormal and largest ones and powers of two among them; often cancelling.</summary>
    private static double[] Numbers(Random random, bool isFloat)
    {
        double[] numbers = new double[random.Next(20) == 0 ? random.Next(600) : random.Next(24)];
        int kind = random.Next(5), spread = random.Next(1, 300), center = random.Next(isFloat ? -149 : -1074, isFloat ? 128 : 1024);
        if (kind < 2) (center, spread) = (random.Next(-10, 5), random.Next(1, 20));
        for (int i = 0; i < numbers.Length; i++)
        {
            double x = kind == 4
                ? isFloat ? BitConverter.UInt32BitsToSingle((uint)random.NextInt64(1L << 32)) : BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue))
                : Math.ScaleB(random.Next(8) == 0 ? 1 : 1 + random.NextDouble(), center + random.Next(-spread, spread + 1)) * (random.Next(2) == 0 ? 1 : -1);
            if (random.Next(16) == 0) x = random.Next(2) == 0 ? 0 : -0.0;
            if (i > 0 && random.Next(6) == 0) x = -numbers[random.Next(i)];
            if (isFloat) x = (float)x;
            numbers[i] = double.IsFinite(x) || kind == 4 && random.Next(200) == 0 ? x : 1;
        }

        return numbers;
    }

    private static byte[] Bytes(in ExactSum sum)
    {
        byte[] bytes = new byte[ExactSum.Size];
        sum.Write(bytes);
        return bytes;
    }

    private static double Model(double x, int count)
    {
        (BigInteger units, int top) = (Units(x), Top(x));
        BigInteger total = 0;
        foreach ((int bin, BigInteger share) in Shares(units, top))
        {
            if (bin > top - Bins) total += count * share * Unit(bin);
        }

        return Rounded(total);
    }

    private static double Model(double[] numbers)
    {
        if (numbers.Any(double.IsNaN)) return double.NaN;
        double infinities = numbers.Where(double.IsInfinity).Sum();
        if (infinities != 0) return infinities;
        int top = numbers.Select(Top).DefaultIfEmpty(0).Max();
        BigInteger total = 0;
        foreach (double x in numbers)
        {
            foreach ((int bin, BigInteger share) in Shares(Units(x), Top(x)))
            {
                if (bin > top - Bins) total += share * Unit(bin);
            }
        }

        return Rounded(total);
    }

    private static int Top(double x)
    {
        int field = (int)(BitConverter.DoubleToInt64Bits(x) >> 52) & 2047;
        return x == 0 ? 0 : (Math.Max(field, 1) - 1022 + Bias) / 64;
    }

    /// <summary>x / 2^-1074.</summary>
    private static BigInteger Units(double x)
    {
        long bits = BitConverter.DoubleToInt64Bits(x), mantissa = bits & ((1L << 52) - 1);
        int field = (int)(bits >> 52) & 2047;
        BigInteger units = field == 0 ? mantissa : new BigInteger(mantissa | (1L << 52)) << (field - 1);
        return bits < 0 ? -units : units;
    }

    /// <summary>A bin's first bit / 2^-1074; for the lowest, which begins below it, the smallest double.</summary>
    private static BigInteger Unit(int bin) => BigInteger.One << Math.Max(0, (64 * bin) - Bias + 1074);

    private static IEnumerable<(int Bin, BigInteger Share)> Shares(BigInteger units, int top)
    {
        for (int bin = top; bin >= 0; bin--)
        {
            BigInteger unit = Unit(bin), share = BigInteger.DivRem(BigInteger.Abs(units), unit, out BigInteger rest);
            int half = (2 * rest).CompareTo(unit);
            if (half > 0 || (half == 0 && !share.IsEven)) share += 1;
            share *= units.Sign;
            units -= share * unit;
            yield return (bin, share);
        }
    }

    /// <summary>total * 2^-1074 as the nearest double, ties to even.</summary>
    private static double Rounded(BigInteger total)
    {
        BigInteger magnitude = BigInteger.Abs(total);
        int drop = (int)Math.Max(0, (long)magnitude.GetBitLength() - 53);
        BigInteger kept = magnitude >> drop, rest = magnitude - (kept << drop);
        int half = drop == 0 ? -1 : rest.CompareTo(BigInteger.One << (drop - 1));
        if (half > 0 || (half == 0 && !kept.IsEven)) kept += 1;
        double result = Math.ScaleB((double)(long)kept, drop - 1074);
        return total.Sign < 0 ? -result : result;
    }
}
