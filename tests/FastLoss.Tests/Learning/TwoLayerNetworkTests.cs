using System.Numerics;
using FastLoss.Tests.Support;
using FsCheck.Xunit;

namespace FastLoss.Tests.Learning;

public class TwoLayerNetworkTests
{
    [Property(Arbitrary = [typeof(NetworkCase)], MaxTest = 150)]
    public void Loss_logits_and_backpropagated_gradient_are_the_definitions(NetworkCase c)
    {
        Check<float>(c, 3e-6);
        Check<double>(c, 1e-13);
    }

    /// <summary>Pieces of a batch make the whole batch's gradient, whatever rows the workspace holds.</summary>
    [Property(Arbitrary = [typeof(NetworkCase)], MaxTest = 100)]
    public void Working_in_pieces_changes_rounding_only(NetworkCase c)
    {
        double[] pieces = new double[c.Shape.ParameterCount], whole = new double[pieces.Length];
        LossTally a = (c with { BatchRows = 3 }).Network<double>().EvaluateWithGradient(c.Inputs<double>(), c.Labels(), pieces);
        LossTally b = (c with { BatchRows = c.Rows }).Network<double>().EvaluateWithGradient(c.Inputs<double>(), c.Labels(), whole);
        Assert.Equal(b.Mean, a.Mean, 1e-13 * Math.Max(1, b.Mean));
        Assert.Equal(b.Count, a.Count);
        for (int i = 0; i < whole.Length; i++) Assert.Equal(whole[i], pieces[i], 1e-14);
    }

    [Property(Arbitrary = [typeof(NetworkCase)], MaxTest = 100)]
    public void A_row_does_not_depend_on_its_neighbours(NetworkCase c)
    {
        TwoLayerNetwork<float> network = c.Network<float>();
        float[] inputs = c.Inputs<float>();
        float[] together = new float[c.Rows * c.Shape.ClassCount], alone = new float[c.Shape.ClassCount];
        network.Logits(inputs, together);
        for (int row = 0; row < c.Rows; row++)
        {
            network.Logits(inputs.AsSpan(row * c.Shape.InputCount, c.Shape.InputCount), alone);
            Assert.Equal(alone, together.AsSpan(row * c.Shape.ClassCount, c.Shape.ClassCount));
        }
    }

    [Theory]
    [InlineData(HiddenActivation.Sigmoid, 2.0 / 450, 2.0 / 60)]
    [InlineData(HiddenActivation.Relu, 2.0 / 400, 2.0 / 60)]
    public void Initial_weights_have_the_variance_that_keeps_signals_alive(HiddenActivation activation, double first, double second)
    {
        var network = new TwoLayerNetwork<double>(new(400, 50, 10), activation);
        network.B1.Fill(1);
        network.B2.Fill(1);
        network.Initialize(seed: 5);
        Assert.Equal(first, Variance(network.W1), first * 4 * Math.Sqrt(2.0 / 20_000));
        Assert.Equal(second, Variance(network.W2), second * 4 * Math.Sqrt(2.0 / 500));
        Assert.All(network.B1.ToArray(), b => Assert.Equal(0, b));
        Assert.All(network.B2.ToArray(), b => Assert.Equal(0, b));
    }

    [Fact]
    public void A_seed_means_the_same_weights_in_float_and_double()
    {
        var single = new TwoLayerNetwork<float>(new(30, 20, 10));
        var wide = new TwoLayerNetwork<double>(new(30, 20, 10));
        single.Initialize(seed: 8);
        wide.Initialize(seed: 8);
        for (int i = 0; i < single.Parameters.Length; i++) Assert.Equal((float)wide.Parameters[i], single.Parameters[i]);

        float[] before = single.Parameters.ToArray();
        single.Initialize(seed: 9);
        Assert.NotEqual(before, single.Parameters.ToArray());
    }

    /// <summary>The three classes of a spiral no linear classifier tells apart; chance is a third.</summary>
    [Theory]
    [InlineData(HiddenActivation.Sigmoid, false)]
    [InlineData(HiddenActivation.Relu, false)]
    [InlineData(HiddenActivation.Relu, true)]
    public void Learns_a_spiral_by_either_gradient(HiddenActivation activation, bool numerical)
    {
        const int perClass = 24;
        float[] inputs = new float[3 * perClass * 2];
        int[] labels = new int[3 * perClass];
        for (int row = 0; row < labels.Length; row++)
        {
            labels[row] = row / perClass;
            double t = (row % perClass + 1.0) / perClass, angle = (4 * t) + (labels[row] * 2 * Math.PI / 3);
            (inputs[2 * row], inputs[(2 * row) + 1]) = ((float)(t * Math.Sin(angle)), (float)(t * Math.Cos(angle)));
        }

        var network = new TwoLayerNetwork<float>(new(2, 16, 3), activation);
        network.Initialize(seed: 1);
        float[] gradient = new float[network.Shape.ParameterCount], logits = new float[labels.Length * 3];
        Optimizer<float> optimizer = new(new Sgd(), gradient.Length);
        double first = network.Evaluate(inputs, labels).Mean;
        int steps = activation == HiddenActivation.Relu ? 400 : 1000;
        for (int step = 0; step < steps; step++)
        {
            if (numerical) network.EvaluateWithNumericalGradient(inputs, labels, gradient);
            else network.EvaluateWithGradient(inputs, labels, gradient);
            optimizer.Step(network.Parameters, gradient, activation == HiddenActivation.Relu ? 1 : 5);
        }

        network.Logits(inputs, logits);
        Assert.InRange(first, 0.8, 2);
        Assert.InRange(Accuracy.Evaluate<float>(logits, 3, labels).Value, 0.95, 1);
        Assert.InRange(network.Evaluate(inputs, labels).Mean, 0, 0.3);
    }

    [Fact]
    public void A_training_step_allocates_nothing()
    {
        var network = new TwoLayerNetwork<float>(new(20, 15, 10), HiddenActivation.Relu, batchRows: 16);
        network.Initialize(1);
        float[] inputs = new float[40 * 20], gradient = new float[network.Shape.ParameterCount], logits = new float[400];
        int[] labels = new int[40];
        Optimizer<float> optimizer = new(new Sgd(), gradient.Length);
        Assert.Equal(0, Allocation.Of(() =>
        {
            network.EvaluateWithGradient(inputs, labels, gradient);
            optimizer.Step(network.Parameters, gradient, 0.1);
            network.EvaluateWithNumericalGradient(inputs, labels, gradient);
            network.Evaluate(inputs, labels);
            network.Logits(inputs, logits);
        }));
    }

    [Fact]
    public void No_rows_give_an_empty_tally_and_zero_gradients()
    {
        var network = new TwoLayerNetwork<float>(new(2, 3, 4));
        float[] gradient = new float[network.Shape.ParameterCount];
        foreach (bool numerical in (bool[])[false, true])
        {
            Array.Fill(gradient, 7);
            LossTally tally = numerical
                ? network.EvaluateWithNumericalGradient([], [], gradient)
                : network.EvaluateWithGradient([], [], gradient);
            Assert.Equal(default, tally);
            Assert.All(gradient, g => Assert.Equal(0, g));
        }

        network.Logits([], []);
    }

    [Fact]
    public void What_does_not_fit_is_refused_before_the_first_write()
    {
        var network = new TwoLayerNetwork<float>(new(2, 3, 4), batchRows: 1);
        int count = network.Shape.ParameterCount;
        float[] gradient = new float[count];
        Array.Fill(gradient, 7);
        float[] two = [1, 2, 3, 4];

        // The bad label stands in the second piece of the batch.
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => network.EvaluateWithGradient(two, [0, 4], gradient));
        Assert.Contains("labels[1] is 4; with 4 classes a label is 0 to 3", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => network.EvaluateWithNumericalGradient(two, [0, 4], gradient));
        Assert.Throws<ArgumentException>(() => network.EvaluateWithGradient(two, [0], gradient));
        Assert.Throws<ArgumentException>(() => network.EvaluateWithGradient(two.AsSpan(1), [0], gradient));
        Assert.Throws<ArgumentException>(() => network.EvaluateWithGradient(two, [0, 1], gradient.AsSpan(1)));
        Assert.Throws<ArgumentException>(() => network.EvaluateWithGradient(two, [0, 1], network.Parameters));
        Assert.Throws<ArgumentException>(() => network.EvaluateWithNumericalGradient(two, [0, 1], network.Parameters));
        Assert.Throws<ArgumentException>(() => network.Logits(two, gradient.AsSpan(0, 7)));
        Assert.Throws<ArgumentException>(() => network.Logits(two, network.Parameters[..8]));
        Assert.Throws<ArgumentException>(() => network.Evaluate(two, [0]));
        Assert.All(gradient, g => Assert.Equal(7, g));

        Assert.Throws<ArgumentOutOfRangeException>(() => new TwoLayerNetwork<float>(new(2, 3, 4), (HiddenActivation)2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TwoLayerNetwork<float>(new(2, 3, 4), batchRows: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TwoLayerNetwork<float>(default));
        Assert.Throws<NotSupportedException>(() => new TwoLayerNetwork<Half>(new(2, 3, 4)));
    }

    private static double Variance(ReadOnlySpan<double> x)
    {
        double sum = 0;
        foreach (double value in x) sum += value * value;
        return sum / x.Length;
    }

    private static void Check<T>(NetworkCase c, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TwoLayerNetwork<T> network = c.Network<T>();
        T[] inputs = c.Inputs<T>(), logits = new T[c.Rows * c.Shape.ClassCount], gradient = new T[c.Shape.ParameterCount];
        (double loss, double[] expectedLogits, double[] expectedGradient) = c.Reference(c.Network<double>().Parameters);

        network.Logits(inputs, logits);
        LossTally tally = network.Evaluate(inputs, c.Labels());
        Assert.Equal(tally, network.EvaluateWithGradient(inputs, c.Labels(), gradient));
        Assert.Equal(c.Rows, tally.Count);
        Assert.Equal(loss, tally.Mean, tolerance * 10);
        for (int i = 0; i < logits.Length; i++) Assert.Equal(expectedLogits[i], double.CreateTruncating(logits[i]), tolerance * 10);
        for (int i = 0; i < gradient.Length; i++) Assert.Equal(expectedGradient[i], double.CreateTruncating(gradient[i]), tolerance);
    }
}
