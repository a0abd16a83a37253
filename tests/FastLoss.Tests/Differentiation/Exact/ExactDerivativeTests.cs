using System.Globalization;
using System.Numerics;

namespace FastLoss.Tests.Differentiation;

/// <summary>Dual numbers and complex steps against closed forms, numerical derivatives and each other.</summary>
public class ExactDerivativeTests
{
    /// <summary>Each elementary function of a dual number with the same of double, and an interval inside its domain.</summary>
    private static readonly (string Name, Func<Dual<double>, Dual<double>> Dual, Func<double, double> Double, double From, double To)[] Elementary =
    [
        ("Exp", Dual<double>.Exp, double.Exp, -5, 5),
        ("ExpM1", Dual<double>.ExpM1, double.ExpM1, -5, 5),
        ("Exp2", Dual<double>.Exp2, double.Exp2, -5, 5),
        ("Exp2M1", Dual<double>.Exp2M1, double.Exp2M1, -5, 5),
        ("Exp10", Dual<double>.Exp10, double.Exp10, -3, 3),
        ("Exp10M1", Dual<double>.Exp10M1, double.Exp10M1, -3, 3),
        ("Log", Dual<double>.Log, double.Log, 0.1, 9),
        ("Log base x", x => Dual<double>.Log(7, x), x => double.Log(7, x), 1.5, 9),
        ("LogP1", Dual<double>.LogP1, double.LogP1, -0.5, 9),
        ("Log2", Dual<double>.Log2, double.Log2, 0.1, 9),
        ("Log2P1", Dual<double>.Log2P1, double.Log2P1, -0.5, 9),
        ("Log10", Dual<double>.Log10, double.Log10, 0.1, 9),
        ("Log10P1", Dual<double>.Log10P1, double.Log10P1, -0.5, 9),
        ("Sin", Dual<double>.Sin, double.Sin, -5, 5),
        ("Cos", Dual<double>.Cos, double.Cos, -5, 5),
        ("SinCos", x => Dual<double>.SinCos(x).Sin * Dual<double>.SinCos(x).Cos, x => double.Sin(x) * double.Cos(x), -5, 5),
        ("Tan", Dual<double>.Tan, double.Tan, -1, 1),
        ("SinPi", Dual<double>.SinPi, double.SinPi, -2, 2),
        ("CosPi", Dual<double>.CosPi, double.CosPi, -2, 2),
        ("TanPi", Dual<double>.TanPi, double.TanPi, -0.3, 0.3),
        ("Asin", Dual<double>.Asin, double.Asin, -0.9, 0.9),
        ("Acos", Dual<double>.Acos, double.Acos, -0.9, 0.9),
        ("Atan", Dual<double>.Atan, double.Atan, -5, 5),
        ("AsinPi", Dual<double>.AsinPi, double.AsinPi, -0.9, 0.9),
        ("AcosPi", Dual<double>.AcosPi, double.AcosPi, -0.9, 0.9),
        ("AtanPi", Dual<double>.AtanPi, double.AtanPi, -5, 5),
        ("Sinh", Dual<double>.Sinh, double.Sinh, -5, 5),
        ("Cosh", Dual<double>.Cosh, double.Cosh, -5, 5),
        ("Tanh", Dual<double>.Tanh, double.Tanh, -5, 5),
        ("Asinh", Dual<double>.Asinh, double.Asinh, -5, 5),
        ("Acosh", Dual<double>.Acosh, double.Acosh, 1.2, 9),
        ("Atanh", Dual<double>.Atanh, double.Atanh, -0.9, 0.9),
        ("x^2.5", x => Dual<double>.Pow(x, 2.5), x => double.Pow(x, 2.5), 0.2, 5),
        ("2.5^x", x => Dual<double>.Pow(2.5, x), x => double.Pow(2.5, x), -3, 3),
        ("x^x", x => Dual<double>.Pow(x, x), x => double.Pow(x, x), 0.2, 3),
        ("Sqrt", Dual<double>.Sqrt, double.Sqrt, 0.1, 9),
        ("Cbrt", Dual<double>.Cbrt, double.Cbrt, 0.1, 9),
        ("RootN", x => Dual<double>.RootN(x, 5), x => double.RootN(x, 5), 0.1, 9),
        ("Hypot", x => Dual<double>.Hypot(x, x * x + 1), x => double.Hypot(x, x * x + 1), -3, 3),
        ("Abs", x => Dual<double>.Abs(x - 3), x => double.Abs(x - 3), -3, 2),
        ("Max", x => Dual<double>.Max(x, x * x), x => double.Max(x, x * x), 0.1, 0.9),
        ("Min", x => Dual<double>.Min(x, x * x), x => double.Min(x, x * x), 0.1, 0.9),
        ("rational", x => (x * x - 3) / (x + 7) - -x + +x, x => (x * x - 3) / (x + 7) + x + x, -3, 3),
        ("remainder", x => (x * x) % (x + 10), x => (x * x) % (x + 10), 4, 7),
        ("steps", x => { var y = x; y++; y *= x; y--; return y; }, x => (x + 1) * x - 1, -3, 3),
    ];

    [Fact]
    public void Every_function_of_a_dual_number_has_the_value_and_derivative_of_the_function()
    {
        var random = new Random(1);
        foreach (var (name, dual, function, from, to) in Elementary)
        {
            for (int trial = 0; trial < 40; trial++)
            {
                double x = from + (to - from) * random.NextDouble();
                Dual<double> result = dual(Dual<double>.Variable(x));
                var numerical = NumericalDerivative.Estimate(
                    function, x, new() { Scheme = DifferenceScheme.Adaptive, LowerBounds = [from - 0.05], UpperBounds = [to + 0.05] });

                Assert.True(Math.Abs(result.Value - function(x)) <= 4e-15 * Math.Max(1, Math.Abs(result.Value)), $"{name} at {x}: {result}, not {function(x)}");
                Assert.True(
                    Math.Abs(result.Derivative - numerical.Value) <= numerical.Error + 1e-13 * Math.Abs(result.Derivative),
                    $"{name} at {x}: {result.Derivative}, numerically {numerical}");
                Assert.Equal(0, dual(Dual<double>.Constant(x)).Derivative);
            }
        }
    }

    /// <summary>The hard functions of the adaptive scheme, to the last digits.</summary>
    private static T Hard<T>(int index, T x)
        where T : INumber<T>, IExponentialFunctions<T>, ILogarithmicFunctions<T>, ITrigonometricFunctions<T>, IHyperbolicFunctions<T>, IPowerFunctions<T> =>
        index switch
        {
            0 => T.Exp(x),
            1 => T.Pow(x, T.CreateChecked(1.5)),
            2 => T.Sin(T.One / x),
            3 => T.Exp(-x * x),
            4 => x * x,
            5 => T.One / x,
            6 => T.Sinh(x),
            7 or 8 => T.Log(x),
            9 => T.Pow(x, T.CreateChecked(99)) - T.One,
            10 => T.Sin(x),
            11 => T.Asin(x),
            12 => T.One / (T.One + T.CreateChecked(25) * x * x),
            13 => x * T.Exp(-x),
            _ => T.Sin(x) / x,
        };

    [Fact]
    public void Dual_numbers_are_exact_where_differences_are_hard()
    {
        for (int i = 0; i < AdaptiveDerivativeTests.Hard.Length - 1; i++)
        {
            var (name, _, x, exact) = AdaptiveDerivativeTests.Hard[i];
            double derivative = Dual.Derivative(v => Hard(i, v), x);
            Assert.True(Math.Abs(derivative - exact) <= 4e-15 * Math.Abs(exact), $"{name}: {derivative}, exact {exact}");
        }
    }

    [Fact]
    public void Complex_steps_are_exact_where_differences_are_hard()
    {
        Func<Complex, Complex>[] functions =
        [
            Complex.Exp, z => Complex.Pow(z, 1.5), z => Complex.Sin(1 / z), z => Complex.Exp(-z * z), z => z * z, z => 1 / z,
            Complex.Sinh, Complex.Log, Complex.Log, z => Complex.Pow(z, 99) - 1, Complex.Sin, Complex.Asin,
            z => 1 / (1 + 25 * z * z), z => z * Complex.Exp(-z),
        ];
        for (int i = 0; i < functions.Length; i++)
        {
            var (name, _, x, exact) = AdaptiveDerivativeTests.Hard[i];
            double derivative = ComplexStep.Derivative(functions[i], x);
            // The framework's Pow goes by the logarithm: 99 ln 7 costs two digits.
            double tolerance = name.StartsWith("x^", StringComparison.Ordinal) ? 1e-13 : 4e-15;
            Assert.True(Math.Abs(derivative - exact) <= tolerance * Math.Abs(exact), $"{name}: {derivative}, exact {exact}");
        }
    }

    private static T Rosenbrock<T>(ReadOnlySpan<T> x)
        where T : INumberBase<T>
    {
        T sum = T.Zero;
        for (int i = 0; i + 1 < x.Length; i++)
        {
            T bend = x[i + 1] - x[i] * x[i], rest = T.One - x[i];
            sum += T.CreateChecked(100) * bend * bend + rest * rest;
        }

        return sum;
    }

    [Fact]
    public void Gradients_of_generic_functions()
    {
        double[] x = [1.2, -0.7, 2, 0.3], exact = new double[4], dual = new double[4], complex = new double[4];
        new Rosenbrock().Evaluate(x, exact);

        Dual.Gradient(Rosenbrock, x, dual);
        ComplexStep.Gradient(Rosenbrock, x, complex);

        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(exact[i], dual[i], 1e-12 * Math.Abs(exact[i]));
            Assert.Equal(exact[i], complex[i], 1e-12 * Math.Abs(exact[i]));
        }

        Assert.Throws<ArgumentException>(() => Dual.Gradient(Rosenbrock, x, new double[3]));
        Assert.Throws<ArgumentException>(() => ComplexStep.Gradient(Rosenbrock, x, x));
    }

    [Fact]
    public void Duals_of_duals_give_second_derivatives()
    {
        double[] at = [2, 3];
        double[] hessian = new double[4];
        for (int i = 0; i < 2; i++)
        {
            for (int j = 0; j < 2; j++)
            {
                var x = new Dual<Dual<double>>[2];
                for (int k = 0; k < 2; k++)
                    x[k] = new(new(at[k], k == i ? 1 : 0), new(k == j ? 1 : 0, 0));
                hessian[2 * i + j] = Rosenbrock<Dual<Dual<double>>>(x).Derivative.Derivative;
            }
        }

        Assert.Equal([3602, -800, -800, 200], hessian);

        static TNumber Function<TNumber>(TNumber x)
            where TNumber : INumber<TNumber>, IExponentialFunctions<TNumber>, ITrigonometricFunctions<TNumber> =>
            TNumber.Exp(TNumber.Sin(x)) / (TNumber.One + x * x);
        var second = Function(new Dual<Dual<double>>(new(0.7, 1), new(1, 0)));
        double numerical = FiniteDifferenceStencil.Central(2, 6).Differentiate(Function, 0.7);
        Assert.Equal(numerical, second.Derivative.Derivative, 1e-9);
    }

    [Fact]
    public void Derivatives_at_the_edge_of_a_domain()
    {
        Assert.Equal(0, Dual<double>.Sqrt(Dual<double>.Constant(0)).Derivative);
        Assert.Equal(double.PositiveInfinity, Dual<double>.Sqrt(Dual<double>.Variable(0)).Derivative);
        Assert.Equal(0, Dual<double>.Pow(Dual<double>.Variable(0), 2).Derivative);
        Assert.Equal(1, Dual<double>.Pow(Dual<double>.Variable(0), 1).Derivative);
        Assert.Equal(-32, Dual<double>.Pow(Dual<double>.Variable(-2), 4).Derivative);
        Assert.Equal(0, Dual<double>.Pow(Dual<double>.Variable(0), 0).Derivative);
        Assert.Equal(0, Dual<double>.Abs(Dual<double>.Variable(0)).Derivative);
        Assert.Equal(1, Dual<double>.Max(Dual<double>.Variable(0), 0).Derivative);
        Assert.True(double.IsNaN(Dual<double>.Max(double.NaN, 1).Value));
        Assert.True(double.IsNaN(Dual<double>.Min(1, double.NaN).Value) || Dual<double>.Min(1, double.NaN).Value == 1);
    }

    [Fact]
    public void A_dual_number_is_a_number()
    {
        Dual<double> x = new(1.5, 2), y = new(1.5, 3);
        Assert.NotEqual(x, y);
        Assert.True(x != y && x <= y && x >= y && !(x < y) && !(x > y));
        Assert.Equal(0, x.CompareTo(y));
        Assert.Equal(1, x.CompareTo(null));
        Assert.Throws<ArgumentException>(() => x.CompareTo("1.5"));
        Assert.True(x.Equals((object)new Dual<double>(1.5, 2)));
        Assert.Equal(x.GetHashCode(), new Dual<double>(1.5, 2).GetHashCode());
        Assert.Equal("1.5 + 2 ε", x.ToString(null, CultureInfo.InvariantCulture));
        Assert.Equal(Dual<double>.Constant(2.5), Dual<double>.Parse("2.5", CultureInfo.InvariantCulture));
        Assert.True(Dual<double>.TryParse("2.5", CultureInfo.InvariantCulture, out Dual<double> parsed) && parsed.Value == 2.5);
        Assert.False(Dual<double>.TryParse("two", CultureInfo.InvariantCulture, out _));
        Assert.Equal(3, int.CreateTruncating(new Dual<double>(3.7, 1)));
        Assert.Equal(Dual<double>.Constant(3), Create<Dual<double>, int>(3));
        Assert.Equal(Dual<float>.Constant(0.5f), Create<Dual<float>, double>(0.5));
        Assert.Equal(-1, Dual<double>.Sign(-2));
        Assert.Equal(6, Sum<Dual<double>>([1, 2, 3]).Value);
        Span<char> text = stackalloc char[20];
        Assert.True(x.TryFormat(text, out int written, "", CultureInfo.InvariantCulture));
        Assert.Equal("1.5 + 2 ε", text[..written].ToString());
        Assert.False(x.TryFormat(text[..3], out _, "", CultureInfo.InvariantCulture));
        foreach (double v in new[] { 0, -1.5, 3, 4, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1e-310 })
        {
            Dual<double> d = v;
            Assert.Equal(
                (double.IsFinite(v), double.IsNaN(v), double.IsInfinity(v), double.IsNegative(v), double.IsInteger(v), double.IsEvenInteger(v), double.IsPositiveInfinity(v)),
                (Dual<double>.IsFinite(d), Dual<double>.IsNaN(d), Dual<double>.IsInfinity(d), Dual<double>.IsNegative(d), Dual<double>.IsInteger(d), Dual<double>.IsEvenInteger(d), Dual<double>.IsPositiveInfinity(d)));
        }

        static TNumber Create<TNumber, TOther>(TOther value)
            where TNumber : INumber<TNumber>
            where TOther : INumber<TOther> => TNumber.CreateChecked(value);

        static TNumber Sum<TNumber>(ReadOnlySpan<TNumber> values)
            where TNumber : INumber<TNumber>
        {
            TNumber sum = TNumber.AdditiveIdentity;
            foreach (TNumber value in values) sum += value * TNumber.MultiplicativeIdentity;
            return TNumber.Clamp(sum, TNumber.Zero, TNumber.CreateChecked(100));
        }
    }
}
