using System.Numerics;

namespace FastLoss.Tests.Differentiation;

public class FiniteDifferenceStencilTests
{
    [Fact]
    public void Known_formulas()
    {
        Known(FiniteDifferenceStencil.Central(1), [-1, 1], [-1, 1], 2, 2);
        Known(FiniteDifferenceStencil.Central(1, 4), [-2, -1, 1, 2], [1, -8, 8, -1], 12, 4);
        Known(FiniteDifferenceStencil.Central(2), [-1, 0, 1], [1, -2, 1], 1, 2);
        Known(FiniteDifferenceStencil.Central(2, 4), [-2, -1, 0, 1, 2], [-1, 16, -30, 16, -1], 12, 4);
        Known(FiniteDifferenceStencil.Central(3), [-2, -1, 1, 2], [-1, 2, -2, 1], 2, 2);
        Known(FiniteDifferenceStencil.Central(4), [-2, -1, 0, 1, 2], [1, -4, 6, -4, 1], 1, 2);
        Known(FiniteDifferenceStencil.Central(4, 4), [-3, -2, -1, 0, 1, 2, 3], [-1, 12, -39, 56, -39, 12, -1], 6, 4);
        Known(FiniteDifferenceStencil.Forward(1), [0, 1], [-1, 1], 1, 1);
        Known(FiniteDifferenceStencil.Forward(1, 2), [0, 1, 2], [-3, 4, -1], 2, 2);
        Known(FiniteDifferenceStencil.Forward(2, 2), [0, 1, 2, 3], [2, -5, 4, -1], 1, 2);
        Known(FiniteDifferenceStencil.Backward(1, 2), [-2, -1, 0], [1, -4, 3], 2, 2);
        Known(FiniteDifferenceStencil.Central(1, 8), [-4, -3, -2, -1, 1, 2, 3, 4], [3, -32, 168, -672, 672, -168, 32, -3], 840, 8);

        static void Known(FiniteDifferenceStencil stencil, int[] offsets, long[] numerators, long denominator, int accuracy)
        {
            Assert.Equal(offsets, stencil.Offsets);
            Assert.Equal(numerators, stencil.Numerators);
            Assert.Equal(denominator, stencil.Denominator);
            Assert.Equal(accuracy, stencil.Accuracy);
        }
    }

    /// <summary>
    /// The defining property, in exact arithmetic: sum of w_i t_i^p is d! where p = d and 0 for every other power below
    /// d + accuracy, and not 0 there.
    /// </summary>
    [Fact]
    public void Weights_on_random_points_are_exact()
    {
        for (int seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            int order = random.Next(1, 5), count = random.Next(order + 1, 9);
            int[] offsets = [.. Enumerable.Range(-12, 25).OrderBy(_ => random.Next()).Take(count)];
            var stencil = FiniteDifferenceStencil.Create(order, offsets);

            Assert.Equal(offsets, stencil.Offsets);
            for (int power = 0; power <= order + stencil.Accuracy; power++)
            {
                BigInteger sum = 0;
                for (int i = 0; i < count; i++) sum += stencil.Numerators[i] * BigInteger.Pow(offsets[i], power);
                int factorial = Enumerable.Range(1, order).Aggregate(1, (a, b) => a * b);
                if (power == order + stencil.Accuracy) Assert.False(sum.IsZero);
                else Assert.Equal(power == order ? factorial * (BigInteger)stencil.Denominator : 0, sum);
            }

            long common = stencil.Denominator;
            foreach (long numerator in stencil.Numerators) common = (long)BigInteger.GreatestCommonDivisor(common, numerator);
            Assert.Equal(1, common);
        }
    }

    [Theory]
    [InlineData(1, 2, 1e-9)]
    [InlineData(1, 4, 1e-11)]
    [InlineData(1, 8, 1e-12)]
    [InlineData(2, 2, 1e-6)]
    [InlineData(2, 6, 1e-9)]
    [InlineData(3, 2, 1e-4)]
    [InlineData(3, 4, 1e-6)]
    [InlineData(4, 2, 1e-3)]
    [InlineData(4, 6, 1e-5)]
    public void Derivatives_of_the_exponential(int order, int accuracy, double tolerance)
    {
        Assert.Equal(Math.E, FiniteDifferenceStencil.Central(order, accuracy).Differentiate(Math.Exp, 1.0), tolerance);
        Assert.Equal(Math.E, FiniteDifferenceStencil.Forward(order, accuracy).Differentiate(Math.Exp, 1.0), 100 * tolerance);
        Assert.Equal(Math.E, FiniteDifferenceStencil.Backward(order, accuracy).Differentiate(Math.Exp, 1.0), 100 * tolerance);
        double rate = Math.Log2(Error(0.25) / Error(0.125));
        Assert.Equal(accuracy, rate, 0.2);

        double Error(double h) => Math.Abs(FiniteDifferenceStencil.Central(order, accuracy).Differentiate(Math.Exp, 1.0, h) - Math.E);
    }

    [Fact]
    public void Polynomials_of_low_degree_are_exact()
    {
        // x^3: third derivative 6, in integers, so without rounding.
        Assert.Equal(6, FiniteDifferenceStencil.Central(3).Differentiate(x => x * x * x, 2.0, 0.5));
        Assert.Equal(6f, FiniteDifferenceStencil.Forward(3).Differentiate(x => x * x * x, 2f, 0.5f));
    }

    [Fact]
    public void A_stencil_reads_as_a_formula()
    {
        Assert.Equal("f''(x) = (-f(x-2h) + 16 f(x-h) - 30 f(x) + 16 f(x+h) - f(x+2h)) / (12 h^2) + O(h^4)", FiniteDifferenceStencil.Central(2, 4).ToString());
        Assert.Equal("f'(x) = (-f(x) + f(x+h)) / h + O(h^1)", FiniteDifferenceStencil.Forward(1).ToString());
    }

    [Fact]
    public void Impossible_stencils_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => FiniteDifferenceStencil.Create(0, [0, 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => FiniteDifferenceStencil.Create(5, [0, 1, 2, 3, 4, 5]));
        Assert.Contains("needs 3", Assert.Throws<ArgumentException>(() => FiniteDifferenceStencil.Create(2, [0, 1])).Message, StringComparison.Ordinal);
        Assert.Contains("offsets[2] is 1", Assert.Throws<ArgumentException>(() => FiniteDifferenceStencil.Create(1, [0, 1, 1])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => FiniteDifferenceStencil.Create(1, [.. Enumerable.Range(-40, 81)]));
        Assert.Throws<ArgumentOutOfRangeException>(() => FiniteDifferenceStencil.Central(1, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => FiniteDifferenceStencil.Central(1).Differentiate(Math.Exp, 1, 0.0));
    }
}
