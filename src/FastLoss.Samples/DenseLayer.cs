namespace FastLoss.Samples;

/// <summary>A layer written by hand, tanh(W x + b), and its backward pass. DenseLayerTests.cs is its test for xUnit and FsCheck.</summary>
internal sealed class DenseLayer(int inputs, int outputs)
{
    /// <summary>Weights row by row, then the biases.</summary>
    public int ParameterCount => (inputs + 1) * outputs;

    public void Forward(ReadOnlySpan<double> parameters, ReadOnlySpan<double> x, Span<double> y)
    {
        for (int o = 0; o < outputs; o++)
        {
            double sum = parameters[(inputs * outputs) + o];
            for (int i = 0; i < inputs; i++) sum += parameters[(o * inputs) + i] * x[i];
            y[o] = Math.Tanh(sum);
        }
    }

    /// <summary>What the loss changes by with each parameter, from what it changes by with each output.</summary>
    public void Backward(ReadOnlySpan<double> x, ReadOnlySpan<double> y, ReadOnlySpan<double> outputGradient, Span<double> gradient)
    {
        for (int o = 0; o < outputs; o++)
        {
            double slope = outputGradient[o] * (1 - (y[o] * y[o]));
            for (int i = 0; i < inputs; i++) gradient[(o * inputs) + i] = slope * x[i];
            gradient[(inputs * outputs) + o] = slope;
        }
    }

    /// <summary>The layer under a loss, as a function of its parameters, against what its backward pass says.</summary>
    public GradientCheckReport Check(double[] parameters, double[] x, double[] targets)
    {
        double[] y = new double[outputs], outputGradient = new double[outputs], gradient = new double[ParameterCount];
        Forward(parameters, x, y);
        Loss.EvaluateWithGradient(new HalfSquaredError(), y, targets, outputGradient);
        Backward(x, y, outputGradient, gradient);
        return GradientCheck.Compare<double>(
            p =>
            {
                Forward(p, x, y);
                return Loss.Evaluate(new HalfSquaredError(), y, targets).Mean;
            },
            parameters,
            gradient);
    }

    public static void Run(TextWriter output)
    {
        DenseLayer layer = new(3, 2);
        GradientCheckReport report = layer.Check([.1, -.2, .3, .4, -.5, .6, 0, .1], [1, -1, 2], [.5, -.5]);
        output.WriteLine($"{report.Count(GradientVerdict.Pass)} of {layer.ParameterCount} elements pass");
    }
}
