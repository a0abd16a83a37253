namespace FastLoss.Tests.Differentiation;

public class NumericalJacobianTests
{
    public static TheoryData<DifferenceScheme> Schemes => [.. Enum.GetValues<DifferenceScheme>()];

    /// <summary>(x0 sin x1, x1 cos x0, x0^3 / sqrt x1), 3 by 2.</summary>
    private struct Textbook : IVectorFunction<double>
    {
        public int Evaluations;

        public void Evaluate(ReadOnlySpan<double> x, Span<double> values)
        {
            Evaluations++;
            values[0] = x[0] * Math.Sin(x[1]);
            values[1] = x[1] * Math.Cos(x[0]);
            values[2] = x[0] * x[0] * x[0] / Math.Sqrt(x[1]);
        }

        public static double[] Exact(double[] x) =>
        [
            Math.Sin(x[1]), x[0] * Math.Cos(x[1]),
            -x[1] * Math.Sin(x[0]), Math.Cos(x[0]),
            3 * x[0] * x[0] / Math.Sqrt(x[1]), -0.5 * x[0] * x[0] * x[0] / Math.Pow(x[1], 1.5),
        ];
    }

    [Fact]
    public void Textbook_function_far_from_its_scale()
    {
        double[] x = [-100, 0.2], jacobian = new double[6], errors = new double[6], exact = Textbook.Exact(x);
        var function = new Textbook();

        var report = NumericalJacobian.Compute(ref function, x, 3, jacobian, errors, new() { Scheme = DifferenceScheme.Adaptive });

        for (int i = 0; i < 6; i++)
        {
            Assert.True(Math.Abs(jacobian[i] - exact[i]) <= 1e-10 * Math.Abs(exact[i]), $"{i}: {jacobian[i]}, exact {exact[i]}");
            Assert.True(Math.Abs(jacobian[i] - exact[i]) <= errors[i], $"{i}: {jacobian[i]} +- {errors[i]}, exact {exact[i]}");
        }

        Assert.Equal(function.Evaluations, report.Evaluations);
        Assert.Equal([-100, 0.2], x);

        // Fixed steps of max(1, |x|) are 100 and 1 times 6e-6, and the third output varies on the scale of 0.2.
        NumericalJacobian.Compute(ref function, x, 3, jacobian, new() { Scales = [1.0, 0.1] });
        for (int i = 0; i < 6; i++) Assert.Equal(exact[i], jacobian[i], 1e-6 * Math.Max(1, Math.Abs(exact[i])));
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public void Every_scheme_is_within_its_estimates_and_inside_the_bounds(DifferenceScheme scheme)
    {
        double[] x = [0.7, 0.2], jacobian = new double[6], same = new double[6], errors = new double[6], exact = Textbook.Exact(x);
        foreach (double distance in new[] { 0, 1e-8, 1e-4, 0.1 })
        {
            double lower = 0.2 - distance;
            void Function(ReadOnlySpan<double> p, Span<double> y)
            {
                if (p[1] < lower) throw new InvalidOperationException("below the bound");
                new Textbook().Evaluate(p, y);
            }

            DifferentiationOptions<double> options = new()
            {
                Scheme = scheme,
                LowerBounds = [-10, lower],
                Scales = [0.5, 0.1],
            };
            var adapter = new DelegateVectorFunction<double>(Function);
            NumericalJacobian.Compute(ref adapter, x, 3, jacobian, options);
            NumericalJacobian.Compute(ref adapter, x, 3, same, errors, options);

            Assert.Equal(jacobian, same);
            for (int i = 0; i < 6; i++)
            {
                Assert.True(Math.Abs(jacobian[i] - exact[i]) <= errors[i], $"{distance}, {i}: {jacobian[i]} +- {errors[i]}, exact {exact[i]}");
                Assert.True(errors[i] < 1e-4, $"{distance}, {i}: {errors[i]}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public void A_row_is_the_gradient_of_its_output(DifferenceScheme scheme)
    {
        if (scheme == DifferenceScheme.Adaptive) return;   // stops by column there, by element here
        double[] x = [0.7, 0.2], jacobian = new double[6], gradient = new double[2];
        DifferentiationOptions<double> options = new() { Scheme = scheme, LowerBounds = [0.7, 0] };
        var function = new Textbook();
        NumericalJacobian.Compute(ref function, x, 3, jacobian, options);
        for (int row = 0; row < 3; row++)
        {
            NumericalGradient.Compute(
                p =>
                {
                    double[] y = new double[3];
                    new Textbook().Evaluate(p, y);
                    return y[row];
                },
                x,
                gradient,
                options);
            Assert.Equal(gradient, jacobian.AsSpan(2 * row, 2));
        }
    }

    /// <summary>y_i = 10 + sin(x_(i-1)) + x_i^2 + exp(x_(i+1) / 4), without cancellation: a tridiagonal Jacobian.</summary>
    private struct Chain : IVectorFunction<double>
    {
        public int Evaluations;

        public void Evaluate(ReadOnlySpan<double> x, Span<double> values)
        {
            Evaluations++;
            for (int i = 0; i < x.Length; i++)
            {
                values[i] = 10 + x[i] * x[i];
                if (i > 0) values[i] += Math.Sin(x[i - 1]);
                if (i + 1 < x.Length) values[i] += Math.Exp(x[i + 1] / 4);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Schemes))]
    public void A_tridiagonal_jacobian_takes_three_groups_and_equals_the_dense_one(DifferenceScheme scheme)
    {
        const int n = 200;
        var random = new Random(1);
        double[] x = [.. Enumerable.Range(0, n).Select(_ => 4 * random.NextDouble() - 2)], before = [.. x];
        double[] bounds = [.. x.Select((v, i) => i % 5 == 0 ? v : -10)];
        var pattern = SparsityPattern.Banded(n, n, 1, 1);
        var coloring = JacobianColoring.Greedy(pattern);
        Assert.Equal(3, coloring.GroupCount);
        Assert.Equal(3 * n - 2, pattern.Count);

        double[] dense = new double[n * n], values = new double[pattern.Count], errors = new double[pattern.Count];
        foreach (bool bounded in new[] { false, true })
        {
            DifferentiationOptions<double> options = new() { Scheme = scheme, LowerBounds = bounded ? bounds : [] };
            var function = new Chain();
            NumericalJacobian.Compute(ref function, x, n, dense, options);
            function.Evaluations = 0;
            var report = NumericalJacobian.ComputeSparse(ref function, x, coloring, values, options);

            Assert.Equal(function.Evaluations, report.Evaluations);
            if (scheme == DifferenceScheme.Central && !bounded) Assert.Equal(6, report.Evaluations);
            if (scheme == DifferenceScheme.Adaptive) Assert.InRange(report.Evaluations, 6, 3 * 28);
            NumericalJacobian.ComputeSparse(ref function, x, coloring, values, errors, options);
            for (int row = 0; row < n; row++)
            {
                for (int slot = pattern.RowStarts[row]; slot < pattern.RowStarts[row + 1]; slot++)
                {
                    int column = pattern.ColumnIndices[slot];
                    double exact = column == row ? 2 * x[row] : column < row ? Math.Cos(x[column]) : Math.Exp(x[column] / 4) / 4;
                    // In a group the other columns' changes round differently; alone or together is the same but for that.
                    Assert.True(Math.Abs(values[slot] - exact) <= errors[slot], $"{row},{column}: {values[slot]} +- {errors[slot]}, exact {exact}");
                    Assert.True(Math.Abs(values[slot] - dense[row * n + column]) <= 2 * errors[slot], $"{row},{column}: {values[slot]}, dense {dense[row * n + column]}");
                }
            }

            Assert.Equal(before, x);
        }
    }

    [Fact]
    public void Colourings_never_put_two_columns_of_a_row_in_one_group()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            int rows = random.Next(0, 12), columns = random.Next(1, 15);
            double[] matrix = [.. Enumerable.Range(0, rows * columns).Select(_ => random.Next(4) == 0 ? 1.0 : 0)];
            var pattern = SparsityPattern.FromDense(matrix, columns);
            var coloring = JacobianColoring.Greedy(pattern);

            Assert.Equal(matrix.Count(v => v != 0), pattern.Count);
            var seen = new int[columns];
            for (int group = 0; group < coloring.GroupCount; group++)
            {
                var touched = new HashSet<int>();
                foreach (int column in coloring.Columns(group))
                {
                    seen[column]++;
                    for (int row = 0; row < rows; row++)
                    {
                        if (matrix[row * columns + column] != 0) Assert.True(touched.Add(row));
                    }
                }
            }

            Assert.All(seen, count => Assert.Equal(1, count));
            int widest = rows == 0 ? 0 : Enumerable.Range(0, rows).Max(row => matrix.AsSpan(row * columns, columns).Count(1.0));
            Assert.InRange(coloring.GroupCount, Math.Max(1, widest), columns);
        }
    }

    [Theory]
    [InlineData(50, 0, 0, 1)]
    [InlineData(50, 2, 2, 5)]
    [InlineData(50, 3, 0, 4)]
    [InlineData(50, 0, 60, 50)]
    public void A_band_takes_as_many_groups_as_it_is_wide(int n, int below, int above, int groups) =>
        Assert.Equal(groups, JacobianColoring.Greedy(SparsityPattern.Banded(n, n, below, above)).GroupCount);

    [Theory]
    [MemberData(nameof(Schemes))]
    public void A_vector_product_is_the_jacobian_times_the_vector(DifferenceScheme scheme)
    {
        double[] x = [0.7, 0.2], direction = [0.3, -0.01], product = new double[3], exact = Textbook.Exact(x);
        var function = new Textbook();
        DifferentiationOptions<double> options = new() { Scheme = scheme, Scales = [0.5, 0.1] };

        NumericalJacobian.VectorProduct(ref function, x, direction, product, options);

        for (int row = 0; row < 3; row++)
            Assert.Equal(exact[2 * row] * 0.3 - exact[2 * row + 1] * 0.01, product[row], 1e-6);
        Assert.Equal([0.7, 0.2], x);

        NumericalJacobian.VectorProduct(ref function, x, [0.0, 0.0], product, options);
        Assert.Equal([0, 0, 0], product);
    }

    [Fact]
    public void The_point_is_restored_when_the_function_throws()
    {
        foreach (DifferenceScheme scheme in Enum.GetValues<DifferenceScheme>())
        {
            for (int evaluation = 1; evaluation <= 4; evaluation++)
            {
                double[] x = [1, -0.0, 3];
                int calls = 0;
                Assert.Throws<InvalidOperationException>(() => NumericalJacobian.Compute(
                    (p, y) =>
                    {
                        if (++calls == evaluation) throw new InvalidOperationException("no value here");
                        p.CopyTo(y);
                    },
                    x, 3, new double[9], new() { Scheme = scheme }));
                Assert.Equal([1, 0x8000_0000_0000_0000 == BitConverter.DoubleToUInt64Bits(x[1]) ? x[1] : double.NaN, 3], x);
            }
        }
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        var function = new Chain();
        double[] x = [1, 2, 3];
        var coloring = JacobianColoring.Greedy(SparsityPattern.Banded(4, 4, 1, 1));
        Assert.Throws<ArgumentException>(() => NumericalJacobian.Compute(ref function, x, 3, new double[8]));
        Assert.Throws<ArgumentException>(() => NumericalJacobian.Compute(ref function, x, 3, new double[9], new double[8]));
        Assert.Throws<ArgumentException>(() => NumericalJacobian.Compute(ref function, x, 1, x));
        Assert.Throws<ArgumentException>(() => NumericalJacobian.ComputeSparse(ref function, x, coloring, new double[10]));
        Assert.Throws<ArgumentException>(() => NumericalJacobian.VectorProduct(ref function, x, [1.0], new double[3]));
        Assert.Contains("columnIndices[1] is 3", Assert.Throws<ArgumentOutOfRangeException>(
            () => new SparsityPattern(3, [0, 2], [0, 3])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new SparsityPattern(3, [0, 2], [1, 1]));
        Assert.Throws<ArgumentException>(() => new SparsityPattern(3, [0, 1], [1, 2]));
        Assert.Throws<ArgumentException>(() => new SparsityPattern(3, [0, 2, 1, 2], [1, 2]));
        Assert.Equal(0, function.Evaluations);
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        const int n = 40;
        double[] x = new double[n], values = new double[3 * n - 2], dense = new double[n * n], errors = new double[n * n];
        var coloring = JacobianColoring.Greedy(SparsityPattern.Banded(n, n, 1, 1));
        var function = new Chain();
        DifferentiationAllocation.AssertNone(() =>
        {
            foreach (DifferenceScheme scheme in (ReadOnlySpan<DifferenceScheme>)[DifferenceScheme.Central, DifferenceScheme.Adaptive])
            {
                NumericalJacobian.Compute(ref function, x, n, dense, errors, new() { Scheme = scheme });
                NumericalJacobian.ComputeSparse(ref function, x, coloring, values, new() { Scheme = scheme });
                NumericalJacobian.VectorProduct(ref function, x, values.AsSpan(0, n), dense.AsSpan(0, n), new() { Scheme = scheme });
            }
        });
    }
}
