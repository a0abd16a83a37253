using System.Runtime.Intrinsics;
using FastLoss.Kernels;

namespace FastLoss.Tests.Kernels;

/// <summary>Software multiply-add against the base library's, which is one instruction where there is one. NaN equals NaN.</summary>
public class SoftwareFmaTests
{
    private const int Rounds = 10_000_000;

    private static readonly float[] s_singles =
    [
        0, -0f, 1, -1, 3, 0.5f, float.Epsilon, -float.Epsilon, 1.1754942e-38f, 1.17549435e-38f, -1.1754945e-38f, 1.2e-19f, -3e-23f, 8388609, 16777215,
        1.8446744e19f, 3.4028233e38f, float.MaxValue, float.MinValue, float.PositiveInfinity, float.NegativeInfinity, float.NaN,
    ];

    private static readonly double[] s_doubles =
    [
        0, -0.0, 1, -1, 3, 0.5, double.Epsilon, -double.Epsilon, 2.225073858507201e-308, 2.2250738585072014e-308, -2.225073858507202e-308, 1.5e-154, -3e-162,
        1.2e-271, 9007199254740993, 1.3407807929942596e154, 1.1e301, 1.7976931348623155e308, double.MaxValue, double.MinValue, double.PositiveInfinity,
        double.NegativeInfinity, double.NaN, 1 + double.Epsilon, 1.0000000000000002, 0.99999999999999989, 1.1102230246251565e-16, 8.98846567431158e307,
    ];

    [Fact]
    public void Random_bits_give_the_bits_of_the_instruction_in_float() =>
        CheckSingle(Rounds, random => (Bits(random), Bits(random), Bits(random)));

    [Fact]
    public void Random_bits_give_the_bits_of_the_instruction_in_double() =>
        CheckDouble(Rounds, random => (WideBits(random), WideBits(random), WideBits(random)));

    /// <summary>Exponents so close that every kind of cancellation and alignment of product and addend comes up.</summary>
    [Fact]
    public void Addends_near_the_product_give_the_bits_of_the_instruction_in_float() =>
        CheckSingle(Rounds, random =>
        {
            float a = Near(random, 0, 30), b = Near(random, 0, 30);
            return (a, b, random.Next(4) == 0 ? Nudged(-(a * b), random) : MathF.ScaleB(a * b * (1 + random.NextSingle()), random.Next(-52, 53)));
        });

    [Fact]
    public void Addends_near_the_product_give_the_bits_of_the_instruction_in_double() =>
        CheckDouble(Rounds, random =>
        {
            double a = NearWide(random, 200), b = NearWide(random, 200);
            return (a, b, random.Next(4) == 0 ? NudgedWide(-(a * b), random) : Math.ScaleB(a * b * (1 + random.NextDouble()), random.Next(-110, 111)));
        });

    /// <summary>Small integers times powers of two: exact results, ties and zeros in most rounds.</summary>
    [Fact]
    public void Few_digits_give_the_bits_of_the_instruction()
    {
        CheckSingle(Rounds / 4, random => (
            random.Next(-9, 10), MathF.ScaleB(random.Next(-9, 10), random.Next(-30, 31)), MathF.ScaleB(random.Next(-9, 10), random.Next(-30, 31))));
        CheckDouble(Rounds / 4, random => (
            random.Next(-9, 10), Math.ScaleB(random.Next(-9, 10), random.Next(-60, 61)), Math.ScaleB(random.Next(-9, 10), random.Next(-60, 61))));
    }

    /// <summary>
    /// c plus half a unit in its last place, a little more or less: the sum in double is half-way, and rounding it again goes to even. Over the
    /// whole range, subnormal results and the edge of overflow included; that rounding twice is wrong shows that the cases bite.
    /// </summary>
    [Fact]
    public void Sums_beside_half_a_unit_are_not_rounded_twice_in_float()
    {
        int wrong = 0;
        CheckSingle(1_000_000, random =>
        {
            int exponent = random.Next(-149, 105);
            float c = MathF.ScaleB(random.Next(1 << (exponent == -149 ? random.Next(1, 24) : 23), 1 << 24), exponent);
            if (random.Next(8) == 0 && exponent == 104) c = float.MaxValue;
            float little = MathF.ScaleB(1, -random.Next(12, 24)) * (random.Next(2) == 0 ? 1 : -1);
            int part = random.Next(-30, 31);
            float a = MathF.ScaleB(1 + little, part), b = MathF.ScaleB(1 - little, Math.Max(exponent - 1 - part, -126));
            float half = random.Next(2) == 0 ? 1 : -1;
            c *= random.Next(2) == 0 ? 1 : -1;
            if ((float)(((double)a * b * half) + c) != MathF.FusedMultiplyAdd(a, b * half, c)) wrong++;
            return (a, b * half, c);
        });
        Assert.InRange(wrong, 100_000, 1_000_000);
    }

    [Fact]
    public void Results_below_the_normal_range_are_rounded_once()
    {
        CheckSingle(2_000_000, random =>
        {
            float a = Near(random, -70, 12), b = Near(random, -70, 12);
            return (a, b, BitConverter.UInt32BitsToSingle((uint)random.Next(1 << random.Next(1, 25)) | ((uint)random.Next(2) << 31)));
        });
        CheckDouble(2_000_000, random =>
        {
            double a = Math.ScaleB(NearWide(random, 24), -530), b = Math.ScaleB(NearWide(random, 24), -520);
            return (a, b, BitConverter.Int64BitsToDouble(random.NextInt64(1L << random.Next(1, 54)) | ((long)random.Next(2) << 63)));
        });
    }

    /// <summary>1 + 2^-53 and the largest double plus half its unit, a little more or less: ties of the two error terms.</summary>
    [Fact]
    public void Sums_beside_half_a_unit_are_rounded_once_in_double() =>
        CheckDouble(2_000_000, random =>
        {
            int exponent = random.Next(-1074, 972);
            double c = Math.ScaleB(random.NextInt64(1L << 52, 1L << 53), exponent);
            if (random.Next(8) == 0) c = Math.ScaleB(1L << 52, exponent);
            if (random.Next(8) == 0 && exponent == 971) c = double.MaxValue;
            double little = random.Next(4) == 0 ? 0 : Math.ScaleB(1, -random.Next(26, 53));
            int part = random.Next(-40, 41);
            double half = random.Next(2) == 0 ? 1 : -1;
            double a = Math.ScaleB(1 + little, part), b = Math.ScaleB((1 - little) * half, exponent - random.Next(1, 3) - part);
            return (a, b, c * (random.Next(2) == 0 ? 1 : -1));
        });

    [Fact]
    public void Every_combination_of_special_values_gives_the_bits_of_the_instruction()
    {
        foreach (float a in s_singles)
        {
            foreach (float b in s_singles)
            {
                foreach (float c in s_singles) Same(a, b, c, SoftwareFma.MultiplyAdd(Vector128.Create(a), Vector128.Create(b), Vector128.Create(c)));
            }
        }

        foreach (double a in s_doubles)
        {
            foreach (double b in s_doubles)
            {
                foreach (double c in s_doubles) Same(a, b, c, SoftwareFma.MultiplyAdd(Vector128.Create(a), Vector128.Create(b), Vector128.Create(c)));
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(71)]
    public void Spans_are_multiplied_and_added_to_their_end(int length)
    {
        Random random = new(length);
        double[] x = [.. Enumerable.Range(0, length).Select(_ => random.NextDouble())], y = [.. x.Select(v => v - 0.3)];
        float[] narrowX = [.. x.Select(v => (float)v)], narrowY = [.. y.Select(v => (float)v)];
        double[] expected = [.. x.Zip(y, (a, c) => Math.FusedMultiplyAdd(a, 0.7, c))];
        float[] narrow = [.. narrowX.Zip(narrowY, (a, c) => MathF.FusedMultiplyAdd(a, 0.7f, c))];
        MultiplyAdd.Software(x, 0.7, y, y);
        MultiplyAdd.Software(narrowX, 0.7f, narrowY, narrowX);
        Assert.Equal(expected, y);
        Assert.Equal(narrow, narrowX);
    }

    private static void CheckSingle(int rounds, Func<Random, (float A, float B, float C)> next)
    {
        Random random = new(17);
        Span<float> a = stackalloc float[4], b = stackalloc float[4], c = stackalloc float[4];
        for (int i = 0; i < rounds; i += 4)
        {
            for (int k = 0; k < 4; k++) (a[k], b[k], c[k]) = next(random);
            Vector128<float> actual = SoftwareFma.MultiplyAdd(Vector128.Create<float>(a), Vector128.Create<float>(b), Vector128.Create<float>(c));
            for (int k = 0; k < 4; k++) Same(a[k], b[k], c[k], actual, k);
        }
    }

    private static void CheckDouble(int rounds, Func<Random, (double A, double B, double C)> next)
    {
        Random random = new(19);
        Span<double> a = stackalloc double[2], b = stackalloc double[2], c = stackalloc double[2];
        for (int i = 0; i < rounds; i += 2)
        {
            for (int k = 0; k < 2; k++) (a[k], b[k], c[k]) = next(random);
            Vector128<double> actual = SoftwareFma.MultiplyAdd(Vector128.Create<double>(a), Vector128.Create<double>(b), Vector128.Create<double>(c));
            for (int k = 0; k < 2; k++) Same(a[k], b[k], c[k], actual, k);
        }
    }

    private static void Same(float a, float b, float c, Vector128<float> actual, int lane = 0)
    {
        float expected = MathF.FusedMultiplyAdd(a, b, c), found = actual[lane];
        if (BitConverter.SingleToInt32Bits(expected) != BitConverter.SingleToInt32Bits(found) && !(float.IsNaN(expected) && float.IsNaN(found)))
            Assert.Fail($"{a:R} * {b:R} + {c:R} is {expected:R}, not {found:R}");
    }

    private static void Same(double a, double b, double c, Vector128<double> actual, int lane = 0)
    {
        double expected = Math.FusedMultiplyAdd(a, b, c), found = actual[lane];
        if (BitConverter.DoubleToInt64Bits(expected) != BitConverter.DoubleToInt64Bits(found) && !(double.IsNaN(expected) && double.IsNaN(found)))
            Assert.Fail($"{a:R} * {b:R} + {c:R} is {expected:R}, not {found:R}");
    }

    private static float Bits(Random random) => BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue));

    private static double WideBits(Random random) => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));

    private static float Near(Random random, int exponent, int spread) =>
        MathF.ScaleB((random.Next(2) == 0 ? 1 : -1) * (1 + random.NextSingle()), exponent + random.Next(-spread, spread + 1));

    private static double NearWide(Random random, int spread) =>
        Math.ScaleB((random.Next(2) == 0 ? 1 : -1) * (1 + random.NextDouble()), random.Next(-spread, spread + 1));

    private static float Nudged(float x, Random random) =>
        BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(x) + random.Next(-3, 4));

    private static double NudgedWide(double x, Random random) =>
        BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(x) + random.Next(-3, 4));
}
