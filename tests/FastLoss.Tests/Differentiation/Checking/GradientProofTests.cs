using FastLoss.Tests.Learning;

namespace FastLoss.Tests.Differentiation;

/// <summary>Numerical gradients and gradient checks on the functions they are made for.</summary>
public class GradientProofTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(17)]
    [InlineData(100)]
    [InlineData(1000)]
    public void Rosenbrock(int n)
    {
        var random = new Random(n);
        double[] x = [.. Enumerable.Range(0, n).Select(_ => 4 * random.NextDouble() - 2)], before = [.. x];
        double[] exact = new double[n], gradient = new double[n], errors = new double[n];
        var function = new Rosenbrock();
        function.Evaluate(x, exact);
        double value = function.Evaluate(x);
        foreach (DifferenceScheme scheme in Enum.GetValues<DifferenceScheme>())
        {
            var report = NumericalGradient.Compute(ref function, x, gradient, errors, new() { Scheme = scheme });

            // Rounding of a sum of n terms over the step, and the curvature of up to 5,000 for the one-sided.
            double tolerance = scheme switch
            {
                DifferenceScheme.Forward or DifferenceScheme.Backward => 1e-4 + 5e-8 * value,
                DifferenceScheme.Central => 1e-6 + 1e-10 * value,
                _ => 1e-8 + 1e-11 * value,
            };
            Assert.Equal(DifferentiationStatus.Completed, report.Status);
            int outside = 0;
            for (int i = 0; i < n; i++)
            {
                Assert.True(Math.Abs(gradient[i] - exact[i]) <= tolerance, $"{scheme}, {i}: {gradient[i]}, exact {exact[i]}");
                if (!(Math.Abs(gradient[i] - exact[i]) <= errors[i])) outside++;
            }

            Assert.True(outside <= n / 100, $"{scheme}: {outside} of {n} outside their estimates");
            Assert.Equal(before, x);
        }
    }

    /// <summary>The loss as a function of the logits, and its gradient, for one element type.</summary>
    private readonly struct LogitsLoss(int classCount, int[] labels) : IScalarFunction<double>, ICloneableFunction<LogitsLoss>
    {
        public double Evaluate(ReadOnlySpan<double> x) => Loss.Evaluate(new SoftmaxCrossEntropy(), x, classCount, labels).Mean;

        public LogitsLoss Clone() => this;
    }

    [Theory]
    [InlineData(1, 10)]
    [InlineData(8, 3)]
    [InlineData(5, 64)]
    [InlineData(2, 131)]
    public void Softmax_cross_entropy(int rows, int classCount)
    {
        var random = new Random(rows);
        double[] logits = [.. Enumerable.Range(0, rows * classCount).Select(_ => 8 * random.NextDouble() - 4)];
        int[] labels = [.. Enumerable.Range(0, rows).Select(_ => random.Next(classCount))];
        double[] gradient = new double[logits.Length], numerical = new double[logits.Length], parallel = new double[logits.Length];
        Loss.EvaluateWithGradient(new SoftmaxCrossEntropy(), logits, classCount, labels, gradient);
        var function = new LogitsLoss(classCount, labels);

        NumericalGradient.Compute(ref function, logits, numerical);
        for (int i = 0; i < logits.Length; i++) Assert.Equal(gradient[i], numerical[i], 1e-9);
        NumericalGradient.ComputeInParallel(function, logits, parallel, workers: 2, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(numerical, parallel);

        GradientCheck.Compare(ref function, logits, gradient).ThrowIfFailed();
        GradientCheck.Search(ref function, logits, gradient).ThrowIfFailed();
        int wrong = random.Next(logits.Length);
        gradient[wrong] += 1e-3;
        var report = GradientCheck.Compare(ref function, logits, gradient);
        Assert.Equal([wrong], report.Elements.Where(e => !e.Passed).Select(e => e.Index));
        Assert.Equal(wrong, GradientCheck.Search(ref function, logits, gradient).Worst!.Value.Index);
    }

    [Theory]
    [InlineData(HiddenActivation.Sigmoid)]
    [InlineData(HiddenActivation.Relu)]
    public void Network(HiddenActivation activation)
    {
        for (int seed = 0; seed < 4; seed++)
        {
            var c = new NetworkCase(new(12, 9, 5), activation, 20, 100, seed);
            Network<double> network = c.Network<double>();
            double[] inputs = c.Inputs<double>(), gradient = new double[c.Shape.ParameterCount], before = network.Parameters.ToArray();
            int[] labels = c.Labels();
            network.EvaluateWithGradient(inputs, labels, gradient);
            NetworkLoss<double> loss = network.LossOf(inputs, labels);

            GradientCheck.Compare(ref loss, network.Parameters, gradient).ThrowIfFailed();
            GradientCheck.CompareByCoordinate(ref loss, network.Parameters, gradient).ThrowIfFailed();
            GradientCheck.Search(ref loss, network.Parameters, gradient).ThrowIfFailed();
            Assert.Equal(before, network.Parameters);

            // The derivative of the first layer's bias forgotten.
            gradient.AsSpan(c.Shape.Biases(0)).Clear();
            GradientCheckReport report = GradientCheck.CompareByCoordinate(ref loss, network.Parameters, gradient);
            Assert.Contains("missing term", report.Suspicion, StringComparison.Ordinal);
            int[] failed = [.. report.Elements.Where(e => !e.Passed).Select(e => e.Index)];
            Assert.InRange(failed.Length, 5, 9);   // a unit that no row switches on has a bias gradient of 0
            Assert.All(failed, i => Assert.InRange(i, c.Shape.Biases(0).Start.Value, c.Shape.Weights(1).Start.Value - 1));
            report = GradientCheck.Search(ref loss, network.Parameters, gradient);
            Assert.InRange(report.Worst!.Value.Index, c.Shape.Biases(0).Start.Value, c.Shape.Weights(1).Start.Value - 1);
        }
    }

    [Fact]
    public void A_float_network_is_checked_in_float()
    {
        var c = new NetworkCase(new(6, 5, 3), HiddenActivation.Sigmoid, 10, 100, 3);
        Network<float> network = c.Network<float>();
        float[] inputs = c.Inputs<float>(), gradient = new float[c.Shape.ParameterCount];
        network.EvaluateWithGradient(inputs, c.Labels(), gradient);
        NetworkLoss<float> loss = network.LossOf(inputs, c.Labels());

        GradientCheck.Compare(ref loss, network.Parameters, gradient).ThrowIfFailed();
        GradientCheck.CompareByCoordinate(ref loss, network.Parameters, gradient).ThrowIfFailed();
        gradient[7] += 0.02f;
        Assert.Equal(7, GradientCheck.Compare(ref loss, network.Parameters, gradient).Worst!.Value.Index);
    }
}
