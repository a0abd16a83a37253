namespace FastLoss.Tests.Differentiation;

/// <summary>Coordinate functions, batches and threads give the gradient of the plain function.</summary>
public class FunctionKindTests
{
    private const int Columns = 37;

    public static TheoryData<DifferenceScheme> Schemes => [.. Enum.GetValues<DifferenceScheme>()];

    private static double[] Point(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Columns).Select(_ => 4 * random.NextDouble() - 2)];
    }

    private static DifferentiationOptions<double> Options(DifferenceScheme scheme, double[]? lower = null) =>
        new() { Scheme = scheme, LowerBounds = lower };

    /// <summary>Every third coordinate is at its bound, so one-sided and symmetric formulas mix.</summary>
    private static double[] Bounds(double[] x) =>
        [.. x.Select((value, i) => i % 3 == 0 ? value : double.NegativeInfinity)];

    [Theory]
    [MemberData(nameof(Schemes))]
    public void A_batch_gives_the_same_bits(DifferenceScheme scheme)
    {
        double[] x = Point(1), expected = new double[Columns], gradient = new double[Columns];
        foreach (double[]? bounds in new[] { null, Bounds(x) })
        {
            var plain = RowFunction.Random(5, Columns, 2);
            var report = NumericalGradient.Compute(ref plain, x, expected, Options(scheme, bounds));
            foreach (int pointsPerCall in new[] { 4, 5, 7, 64, 1000 })
            {
                var batch = RowFunction.Random(5, Columns, 2);
                Array.Clear(gradient);
                var same = NumericalGradient.ComputeByBatch(ref batch, x, gradient, pointsPerCall, Options(scheme, bounds));

                Assert.Equal(expected, gradient);
                Assert.Equal(report, same);
                Assert.Equal(report.Evaluations, batch.Evaluations);
                Assert.InRange(batch.LargestBatch, 1, pointsPerCall);
                if (scheme != DifferenceScheme.Adaptive && pointsPerCall == 1000)
                    Assert.InRange(batch.Calls, 1, 2);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public void Threads_give_the_same_bits(DifferenceScheme scheme)
    {
        double[] x = Point(3), expected = new double[Columns], gradient = new double[Columns];
        double[] expectedErrors = new double[Columns], errors = new double[Columns];
        foreach (double[]? bounds in new[] { null, Bounds(x) })
        {
            var function = RowFunction.Random(5, Columns, 4);
            var report = NumericalGradient.Compute(ref function, x, expected, expectedErrors, Options(scheme, bounds));
            foreach (int workers in new[] { 0, 1, 2, 7 })
            {
                Array.Clear(gradient);
                Array.Clear(errors);
                var same = NumericalGradient.ComputeInParallel(
                    RowFunction.Random(5, Columns, 4), x, gradient, errors, Options(scheme, bounds), workers, TestContext.Current.CancellationToken);
                Assert.Equal(expected, gradient);
                Assert.Equal(expectedErrors, errors);
                Assert.Equal(report, same);

                Array.Clear(gradient);
                NumericalGradient.ComputeInParallel(
                    RowFunction.Random(5, Columns, 4), x, gradient, options: Options(scheme, bounds), workers: workers,
                    cancellationToken: TestContext.Current.CancellationToken);
                Assert.Equal(expected, gradient);
            }
        }
    }

    private readonly struct FailsAt(int coordinate) : IScalarFunction<double>, ICloneableFunction<FailsAt>
    {
        public double Evaluate(ReadOnlySpan<double> x) =>
            x[coordinate] != 1 ? throw new InvalidOperationException("no value here") : x[0];

        public FailsAt Clone() => this;
    }

    [Fact]
    public void What_the_function_throws_on_a_thread_reaches_the_caller_and_x_is_unchanged()
    {
        double[] x = [.. Enumerable.Repeat(1.0, 100)];
        Assert.Throws<InvalidOperationException>(() => NumericalGradient.ComputeInParallel(new FailsAt(70), x, new double[100], workers: 3, cancellationToken: TestContext.Current.CancellationToken));
        Assert.All(x, value => Assert.Equal(1, value));
        Assert.ThrowsAny<OperationCanceledException>(() => NumericalGradient.ComputeInParallel(
            new FailsAt(70), x, new double[100], cancellationToken: new CancellationToken(canceled: true)));
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public void A_coordinate_function_gives_the_same_gradient_with_fewer_rounding_errors(DifferenceScheme scheme)
    {
        double[] x = Point(5), before = [.. x], plain = new double[Columns], gradient = new double[Columns], errors = new double[Columns];
        foreach (double[]? bounds in new[] { null, Bounds(x) })
        {
            var function = RowFunction.Random(400, Columns, 6);
            double[] exact = function.Gradient(x);
            NumericalGradient.Compute(ref function, x, plain, Options(scheme, bounds));
            function.Evaluations = 0;
            var report = NumericalGradient.ComputeByCoordinate(ref function, x, gradient, Options(scheme, bounds));
            Assert.Equal(function.Evaluations, report.Evaluations);
            double worst = Distance(gradient, exact), worstPlain = Distance(plain, exact);

            Assert.True(worst <= (scheme is DifferenceScheme.Forward or DifferenceScheme.Backward ? 1e-6 : 1e-8), $"{worst}");
            if (scheme == DifferenceScheme.Central && bounds is null) Assert.True(worst < worstPlain, $"{worst}, plain {worstPlain}");

            double[] same = new double[Columns];
            NumericalGradient.ComputeByCoordinate(ref function, x, same, errors, Options(scheme, bounds));
            Assert.Equal(gradient, same);
            for (int i = 0; i < Columns; i++)
                Assert.True(Math.Abs(gradient[i] - exact[i]) <= errors[i], $"{i}: {gradient[i]} +- {errors[i]}, exact {exact[i]}");
            Assert.Equal(before, x);
        }

        static double Distance(double[] a, double[] b) => a.Zip(b, (p, q) => Math.Abs(p - q)).Max();
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public void A_directional_derivative_is_the_gradient_times_the_direction(DifferenceScheme scheme)
    {
        double[] x = Point(7), before = [.. x], direction = Point(8);
        direction[3] = 0;
        var function = RowFunction.Random(5, Columns, 9);
        double exact = function.Gradient(x).Zip(direction, (g, v) => g * v).Sum();

        foreach (double[]? bounds in new[] { null, Bounds([.. x.Select((v, i) => direction[i] > 0 ? v : double.NegativeInfinity)]) })
        {
            var estimate = DirectionalDerivative.Compute(ref function, x, direction, Options(scheme, bounds));

            Assert.True(Math.Abs(estimate.Value - exact) <= estimate.Error, $"{estimate}, exact {exact}");
            Assert.True(estimate.Error < (scheme is DifferenceScheme.Forward or DifferenceScheme.Backward ? 1e-4 : 1e-6), $"{estimate}");
            Assert.Equal(before, x);
        }

        Assert.Equal(default, DirectionalDerivative.Compute(ref function, x, new double[Columns]));
        Assert.Equal(6 * 0.5 + 8 * 2, DirectionalDerivative.Compute(p => p[0] * p[0] + p[1] * p[1], new[] { 3.0, 4.0 }, [0.5, 2.0]).Value, 1e-9);
    }

    [Fact]
    public void A_directional_derivative_restores_the_point_when_the_function_throws()
    {
        double[] x = [1, 2, 3];
        var function = new ThrowsAt(2);
        Assert.Throws<InvalidOperationException>(() => DirectionalDerivative.Compute(ref function, x, [1.0, 1.0, 1.0]));
        Assert.Equal([1, 2, 3], x);
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        double[] x = Point(1), gradient = new double[Columns], errors = new double[Columns], direction = Point(2);
        var squares = new SumOfSquares<double>();
        var batch = new SquaresBatch();
        DifferentiationAllocation.AssertNone(() =>
        {
            NumericalGradient.Compute(ref squares, x, gradient, errors, new() { Scheme = DifferenceScheme.Adaptive });
            NumericalGradient.ComputeByBatch(ref batch, x, gradient, 16);
            DirectionalDerivative.Compute(ref squares, x, direction);
        });
    }

    private struct SquaresBatch : IBatchFunction<double>
    {
        public readonly void Evaluate(ReadOnlySpan<double> points, int dimension, Span<double> values)
        {
            var squares = new SumOfSquares<double>();
            for (int i = 0; i < values.Length; i++) values[i] = squares.Evaluate(points.Slice(i * dimension, dimension));
        }
    }
}
