using System.Numerics;

namespace FastLoss.Tests.Differentiation;

/// <summary>exp(x) - 1, log(1 + x) and steps into the complex plane keep the digits of a small part.</summary>
public class SmallPartTests
{
    private static double LogP1(double x) => Dual<double>.LogP1(Dual<double>.Variable(x)).Value;

    private static double ExpM1(double x) => Dual<double>.ExpM1(Dual<double>.Variable(x)).Value;

    [Fact]
    public void A_dual_number_keeps_all_digits_of_log_1_plus_x_and_exp_x_minus_1()
    {
        Assert.Equal(9.99999995000000033e-9, LogP1(1e-8), 4e-24);
        Assert.Equal(1.00000000500000002e-8, ExpM1(1e-8), 4e-24);
        var random = new Random(3);
        for (int trial = 0; trial < 20_000; trial++)
        {
            double x = Math.Pow(10, 12 * random.NextDouble() - 15) * (random.Next(2) == 0 ? 1 : -1);
            AssertNear(x - x * x * (1.0 / 2 - x * (1.0 / 3 - x * (1.0 / 4 - x * (1.0 / 5 - x / 6)))), LogP1(x), x);
            AssertNear(x + x * x / 2 * (1 + x / 3 * (1 + x / 4 * (1 + x / 5))), ExpM1(x), x);
            AssertNear(LogP1(x) / Math.Log(2), Dual<double>.Log2P1(x).Value, x);
            AssertNear(LogP1(x) / Math.Log(10), Dual<double>.Log10P1(x).Value, x);
            AssertNear(ExpM1(x * Math.Log(2)), Dual<double>.Exp2M1(x).Value, x);
            AssertNear(ExpM1(x * Math.Log(10)), Dual<double>.Exp10M1(x).Value, x);
        }

        foreach (double x in new[] { 0.5, 1, 10, 700, -0.5, -0.999, -40 })
        {
            AssertNear(Math.Exp(x) - 1, ExpM1(x), x, 8);
            if (x > -1) AssertNear(Math.Log(1 + x), LogP1(x), x, 8);
        }

        Assert.Equal(float.BitIncrement(0) * 2, Dual<float>.LogP1(float.BitIncrement(0) * 2).Value);
        Assert.Equal(9.999995e-7f, Dual<float>.LogP1(1e-6f).Value, 2e-13f);
    }

    private static void AssertNear(double expected, double actual, double x, int ulps = 4) =>
        Assert.True(Math.Abs(expected - actual) <= ulps * Math.BitIncrement(Math.Abs(expected)) - ulps * Math.Abs(expected) + 1e-27, $"{x}: {actual:r}, expected {expected:r}");

    [Fact]
    public void The_ends_of_both_functions()
    {
        Assert.Equal(double.NegativeInfinity, LogP1(-1));
        Assert.Equal(double.PositiveInfinity, LogP1(double.PositiveInfinity));
        Assert.Equal(double.NaN, LogP1(-2));
        Assert.Equal(double.NaN, LogP1(double.NaN));
        Assert.Equal(double.PositiveInfinity, ExpM1(double.PositiveInfinity));
        Assert.Equal(double.PositiveInfinity, ExpM1(800));
        Assert.Equal(-1, ExpM1(double.NegativeInfinity));
        Assert.Equal(-1, ExpM1(-800));
        Assert.Equal(double.NaN, ExpM1(double.NaN));
        Assert.Equal(0, LogP1(0));
        Assert.Equal(0, ExpM1(0));
        Assert.Equal(1, Dual<Dual<double>>.LogP1(Dual<Dual<double>>.Variable(Dual<double>.Variable(0))).Derivative.Value);
        Assert.Equal(-1, Dual<Dual<double>>.LogP1(Dual<Dual<double>>.Variable(Dual<double>.Variable(0))).Derivative.Derivative);
    }

    [Fact]
    public void A_complex_step_through_every_function_is_exact()
    {
        Assert.Equal(-2, ComplexStep.Derivative(z => ComplexStepMath.Pow(z, 2), -1), 1e-15);
        Assert.Equal(0.8, ComplexStep.Derivative(ComplexStepMath.Atan, 0.5), 1e-15);
        // The framework's own, which is why.
        Assert.True(Math.Abs(ComplexStep.Derivative(z => Complex.Pow(z, 2), -1)) > 1e80);
        Assert.Equal(0, ComplexStep.Derivative(Complex.Atan, 0.5));

        foreach (var (name, function, real, from, to) in new (string, Func<Complex, Complex>, Func<double, double>, double, double)[]
        {
            ("Exp", ComplexStepMath.Exp, Math.Exp, -2, 2), ("ExpM1", ComplexStepMath.ExpM1, v => Math.Exp(v) - 1, -2, 2),
            ("Log", ComplexStepMath.Log, Math.Log, 0.1, 4), ("LogP1", ComplexStepMath.LogP1, v => Math.Log(1 + v), -0.8, 4),
            ("Log2", ComplexStepMath.Log2, Math.Log2, 0.1, 4), ("Log10", ComplexStepMath.Log10, Math.Log10, 0.1, 4),
            ("Pow 3", z => ComplexStepMath.Pow(z, 3), v => v * v * v, -2, 2), ("Pow 1.5", z => ComplexStepMath.Pow(z, 1.5), v => Math.Pow(v, 1.5), 0.1, 4),
            ("Pow z", z => ComplexStepMath.Pow(z, z), v => Math.Pow(v, v), 0.3, 3), ("Sqrt", ComplexStepMath.Sqrt, Math.Sqrt, 0.1, 4),
            ("Cbrt", ComplexStepMath.Cbrt, Math.Cbrt, -4, -0.3), ("Hypot", z => ComplexStepMath.Hypot(z, 2), v => Math.Sqrt(v * v + 4), -3, 3),
            ("Sin", ComplexStepMath.Sin, Math.Sin, -4, 4), ("Cos", ComplexStepMath.Cos, Math.Cos, -4, 4), ("Tan", ComplexStepMath.Tan, Math.Tan, -1.2, 1.2),
            ("Asin", ComplexStepMath.Asin, Math.Asin, -0.9, 0.9), ("Acos", ComplexStepMath.Acos, Math.Acos, -0.9, 0.9), ("Atan", ComplexStepMath.Atan, Math.Atan, -5, 5),
            ("Sinh", ComplexStepMath.Sinh, Math.Sinh, -3, 3), ("Cosh", ComplexStepMath.Cosh, Math.Cosh, -3, 3), ("Tanh", ComplexStepMath.Tanh, Math.Tanh, -3, 3),
            ("Asinh", ComplexStepMath.Asinh, Math.Asinh, -3, 3), ("Acosh", ComplexStepMath.Acosh, Math.Acosh, 1.2, 4), ("Atanh", ComplexStepMath.Atanh, Math.Atanh, -0.9, 0.9),
            ("Abs", ComplexStepMath.Abs, Math.Abs, -3, -0.5), ("Max", z => ComplexStepMath.Max(z, 1), v => Math.Max(v, 1), 1.5, 3), ("Min", z => ComplexStepMath.Min(z, 1), v => Math.Min(v, 1), 1.5, 3),
        })
        {
            for (double x = from; x <= to; x += (to - from) / 13)
            {
                DerivativeEstimate<double> numerical = NumericalDerivative.Estimate(real, x, new() { Scheme = DifferenceScheme.Adaptive, Scale = 0.5 });
                double step = ComplexStep.Derivative(function, x);
                Assert.True(Math.Abs(step - numerical.Value) <= numerical.Error, $"{name} at {x}: {step}, {numerical}");
                Assert.Equal(real(x), function(new Complex(x, 0)).Real, 1e-13 * Math.Max(1, Math.Abs(real(x))));
            }
        }
    }
}
