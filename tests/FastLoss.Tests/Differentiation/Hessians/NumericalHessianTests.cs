namespace FastLoss.Tests.Differentiation;

public class NumericalHessianTests
{
    public static TheoryData<DifferenceScheme> Schemes => [DifferenceScheme.Central, DifferenceScheme.Adaptive];

    [Fact]
    public void Rosenbrock_at_2_3()
    {
        double[] x = [2, 3], hessian = new double[4], errors = new double[4], exact = [3602, -800, -800, 200];
        Assert.Equal(exact, Rosenbrock.Hessian(x));
        var function = new Rosenbrock();

        var report = NumericalHessian.Compute(ref function, x, hessian);
        for (int i = 0; i < 4; i++) Assert.Equal(exact[i], hessian[i], 1e-3);
        Assert.Equal(7, report.Evaluations);   // n^2 + n + 1
        Assert.Equal(7, function.Evaluations);
        Assert.Equal([2, 3], x);

        function.Evaluations = 0;
        report = NumericalHessian.Compute(ref function, x, hessian, errors, new() { Scheme = DifferenceScheme.Adaptive });
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(exact[i], hessian[i], 1e-7);
            Assert.True(Math.Abs(exact[i] - hessian[i]) <= errors[i], $"{i}: {hessian[i]} +- {errors[i]}");
        }

        Assert.Equal(function.Evaluations, report.Evaluations);
        Assert.Equal(DifferentiationStatus.Completed, report.Status);

        NumericalHessian.ComputeFromGradient(ref function, x, hessian);
        for (int i = 0; i < 4; i++) Assert.Equal(exact[i], hessian[i], 1e-6);
        NumericalHessian.Compute(p => new Rosenbrock().Evaluate(p), x, hessian);
        for (int i = 0; i < 4; i++) Assert.Equal(exact[i], hessian[i], 1e-3);
    }

    /// <summary>exp(a.x) + sin(b.x), whose Hessian is exp(a.x) a a^T - sin(b.x) b b^T.</summary>
    private readonly struct Waves(double[] a, double[] b, double[] lower, double[] upper) : IScalarFunction<double>
    {
        public double Evaluate(ReadOnlySpan<double> x)
        {
            double p = 0, q = 0;
            for (int i = 0; i < x.Length; i++)
            {
                if (x[i] < lower[i] || x[i] > upper[i]) throw new InvalidOperationException("out of bounds");
                p += a[i] * x[i];
                q += b[i] * x[i];
            }

            return Math.Exp(p) + Math.Sin(q);
        }

        public double[] Hessian(double[] x)
        {
            double[] vectorA = a, vectorB = b;
            double p = x.Zip(a, (u, v) => u * v).Sum(), q = x.Zip(b, (u, v) => u * v).Sum();
            return [.. from i in Enumerable.Range(0, x.Length)
                       from j in Enumerable.Range(0, x.Length)
                       select Math.Exp(p) * vectorA[i] * vectorA[j] - Math.Sin(q) * vectorB[i] * vectorB[j]];
        }
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public void Random_functions_are_within_their_estimates_inside_any_bounds(DifferenceScheme scheme)
    {
        int elements = 0, outside = 0;
        for (int seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            int n = random.Next(1, 6);
            double[] Draw(double size) => [.. Enumerable.Range(0, n).Select(_ => size * (2 * random.NextDouble() - 1))];
            double[] x = Draw(1), below = Draw(1), aboveRoom = Draw(1);
            double Room(double draw) => Math.Abs(draw) < 0.3 ? 0 : Math.Abs(draw) < 0.6 ? 1e-6 : 10;
            double[] lower = [.. x.Select((v, i) => v - Room(below[i]))];
            double[] upper = [.. x.Select((v, i) => v + Math.Max(1e-2, Room(aboveRoom[i])))];
            var function = new Waves(Draw(1), Draw(1), lower, upper);
            double[] exact = function.Hessian(x), hessian = new double[n * n], same = new double[n * n], errors = new double[n * n], before = [.. x];
            DifferentiationOptions<double> options = new() { Scheme = scheme, LowerBounds = lower, UpperBounds = upper };

            NumericalHessian.Compute(ref function, x, hessian, options);
            NumericalHessian.Compute(ref function, x, same, errors, options);

            Assert.Equal(hessian, same);
            Assert.Equal(before, x);
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    int k = i * n + j;
                    Assert.Equal(hessian[k], hessian[j * n + i]);
                    Assert.Equal(exact[k], hessian[k], 1e-4);
                    elements++;
                    if (!(Math.Abs(exact[k] - hessian[k]) <= errors[k])) outside++;
                }
            }
        }

        Assert.True(outside <= elements / 100, $"{outside} of {elements}");
    }

    [Fact]
    public void Without_bounds_the_adaptive_hessian_has_nine_digits()
    {
        double[] none = [double.NegativeInfinity, double.NegativeInfinity], all = [double.PositiveInfinity, double.PositiveInfinity];
        var function = new Waves([0.5, -1], [1, 2], none, all);
        double[] x = [0.3, 0.7], hessian = new double[4], errors = new double[4], exact = function.Hessian(x);

        NumericalHessian.Compute(ref function, x, hessian, errors, new() { Scheme = DifferenceScheme.Adaptive });

        for (int k = 0; k < 4; k++)
        {
            Assert.Equal(exact[k], hessian[k], 1e-9);
            Assert.True(Math.Abs(exact[k] - hessian[k]) <= errors[k], $"{hessian[k]} +- {errors[k]}, exact {exact[k]}");
        }
    }

    [Fact]
    public void Vector_products_are_the_hessian_times_the_vector()
    {
        var random = new Random(1);
        const int n = 12;
        double[] x = [.. Enumerable.Range(0, n).Select(_ => 2 * random.NextDouble() - 1)], before = [.. x];
        double[] vector = [.. Enumerable.Range(0, n).Select(_ => 2 * random.NextDouble() - 1)], product = new double[n];
        double[] hessian = Rosenbrock.Hessian(x), exact = new double[n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++) exact[i] += hessian[i * n + j] * vector[j];
        }

        var function = new Rosenbrock();
        var report = NumericalHessian.VectorProduct(ref function, x, vector, product);
        for (int i = 0; i < n; i++) Assert.Equal(exact[i], product[i], 1e-3);
        Assert.Equal(4 * n, report.Evaluations);
        Assert.Equal(4 * n, function.Evaluations);

        NumericalHessian.VectorProduct(ref function, x, vector, product, new() { Scheme = DifferenceScheme.Adaptive });
        for (int i = 0; i < n; i++) Assert.Equal(exact[i], product[i], 1e-5);

        report = NumericalHessian.VectorProductFromGradient(ref function, x, vector, product);
        for (int i = 0; i < n; i++) Assert.Equal(exact[i], product[i], 1e-6);
        Assert.Equal(2, report.Evaluations);

        NumericalHessian.VectorProduct(p => new Rosenbrock().Evaluate(p), x, new double[n], product);
        Assert.All(product, value => Assert.Equal(0, value));
        Assert.Equal(before, x);
    }

    [Fact]
    public void The_point_is_restored_when_the_function_throws()
    {
        for (int evaluation = 1; evaluation <= 6; evaluation++)
        {
            foreach (DifferenceScheme scheme in new[] { DifferenceScheme.Central, DifferenceScheme.Adaptive })
            {
                double[] x = [1, 2];
                var function = new ThrowsAt(evaluation);
                Assert.Throws<InvalidOperationException>(() => NumericalHessian.Compute(ref function, x, new double[4], new() { Scheme = scheme }));
                Assert.Equal([1, 2], x);
            }
        }
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        double[] x = [1, 2];
        var function = new Rosenbrock();
        Assert.Throws<ArgumentException>(() => NumericalHessian.Compute(ref function, x, new double[3]));
        Assert.Throws<ArgumentException>(() => NumericalHessian.Compute(ref function, x, new double[4], new double[3]));
        Assert.Contains("FivePoint", Assert.Throws<ArgumentOutOfRangeException>(
            () => NumericalHessian.Compute(ref function, x, new double[4], new() { Scheme = DifferenceScheme.FivePoint })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => NumericalHessian.VectorProduct(ref function, x, [1.0, 1.0], new double[2], new() { Step = 0.1 }));
        Assert.Equal(0, function.Evaluations);
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        double[] x = [1, 2, 3, 4], hessian = new double[16], errors = new double[16], vector = [1, 1, 1, 1], product = new double[4];
        var function = new Rosenbrock();
        DifferentiationAllocation.AssertNone(() =>
        {
            NumericalHessian.Compute(ref function, x, hessian, errors);
            NumericalHessian.Compute(ref function, x, hessian, errors, new() { Scheme = DifferenceScheme.Adaptive });
            NumericalHessian.VectorProduct(ref function, x, vector, product);
            NumericalHessian.ComputeFromGradient(ref function, x, hessian);
        });
    }
}
