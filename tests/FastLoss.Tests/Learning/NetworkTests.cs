using System.Numerics;
using FastLoss.Tests.Support;
using FsCheck.Xunit;

namespace FastLoss.Tests.Learning;

public class NetworkTests
{
    [Property(Arbitrary = [typeof(NetworkCase)], MaxTest = 150)]
    public void Loss_logits_and_backpropagated_gradient_are_the_definitions(NetworkCase c)
    {
        Check<float>(c, 3e-6);
        Check<double>(c, 1e-13);
    }

    /// <summary>Whatever rows the workspace holds, and however many threads there are.</summary>
    [Property(Arbitrary = [typeof(NetworkCase)], MaxTest = 100)]
    public void Pieces_and_threads_change_no_bit(NetworkCase c)
    {
        float[] gradient = new float[c.Shape.ParameterCount], expected = new float[gradient.Length];
        float[] logits = new float[c.Rows * c.Shape.ClassCount], expectedLogits = new float[logits.Length];
        Network<float> whole = (c with { BatchRows = 128 }).Network<float>();
        LossTally tally = whole.EvaluateWithGradient(c.Inputs<float>(), c.Labels(), expected);
        whole.Logits(c.Inputs<float>(), expectedLogits);
        foreach ((int rows, int threads) in ((int, int)[])[(3, 1), (c.BatchRows, 2), (128, 3)])
        {
            var network = new Network<float>(c.Shape, c.Activation, rows, threads);
            whole.Parameters.CopyTo(network.Parameters);
            Assert.Equal(tally, network.EvaluateWithGradient(c.Inputs<float>(), c.Labels(), gradient));
            Assert.Equal(tally, network.Evaluate(c.Inputs<float>(), c.Labels()));
            Assert.Equal(expected, gradient);
            network.Logits(c.Inputs<float>(), logits);
            Assert.Equal(expectedLogits, logits);
        }
    }

    /// <summary>Large enough that threads are used: blocks beside each other, and the products of a single one.</summary>
    [Theory]
    [InlineData(100)]
    [InlineData(256)]
    [InlineData(700)]
    public void Threads_change_no_bit_of_a_large_batch(int rows)
    {
        var c = new NetworkCase(new(200, 150, 90, 10), HiddenActivation.Silu, rows, 128, 7);
        float[] one = new float[c.Shape.ParameterCount], several = new float[one.Length];
        Network<float> network = c.Network<float>(), threaded = new(c.Shape, c.Activation, 128, threads: 4);
        network.Parameters.CopyTo(threaded.Parameters);
        LossTally tally = network.EvaluateWithGradient(c.Inputs<float>(), c.Labels(), one);
        for (int trial = 0; trial < 10; trial++)
        {
            Assert.Equal(tally, threaded.EvaluateWithGradient(c.Inputs<float>(), c.Labels(), several));
            Assert.Equal(one, several);
        }
    }

    /// <summary>The definition of the sum: 300 rows are five blocks of 60, in their order.</summary>
    [Fact]
    public void A_gradient_is_the_sum_of_its_blocks_in_order()
    {
        var c = new NetworkCase(new(13, 17, 5), HiddenActivation.Tanh, 300, 128, 3);
        Network<float> network = c.Network<float>();
        float[] whole = new float[c.Shape.ParameterCount], inputs = c.Inputs<float>();
        int[] labels = c.Labels();
        network.EvaluateWithGradient(inputs, labels, whole);
        float[] sum = new float[whole.Length], block = new float[whole.Length];
        for (int start = 0; start < 300; start += 60)
        {
            int end = start + 60;
            network.EvaluateWithGradient(inputs.AsSpan(start * 13, (end - start) * 13), labels.AsSpan(start, end - start), block);
            for (int i = 0; i < sum.Length; i++) sum[i] += block[i] * ((end - start) / 300f);
        }

        for (int i = 0; i < sum.Length; i++) Assert.Equal(sum[i], whole[i], 1e-7);
    }

    [Property(Arbitrary = [typeof(NetworkCase)], MaxTest = 100)]
    public void A_row_does_not_depend_on_its_neighbours(NetworkCase c)
    {
        Network<float> network = c.Network<float>();
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
    [InlineData(HiddenActivation.Sigmoid, 2.0 / 450, 2.0 / 90)]
    [InlineData(HiddenActivation.Tanh, 2.0 / 450, 2.0 / 90)]
    [InlineData(HiddenActivation.Relu, 2.0 / 400, 2.0 / 50)]
    [InlineData(HiddenActivation.Gelu, 2.0 / 400, 2.0 / 50)]
    public void Initial_weights_have_the_variance_that_keeps_signals_alive(HiddenActivation activation, double first, double second)
    {
        var network = new Network<double>(new(400, 50, 40, 10), activation);
        network.Parameters.Fill(1);
        network.Initialize(seed: 5);
        Assert.Equal(first, Variance(network.Weights(0)), first * 4 * Math.Sqrt(2.0 / 20_000));
        Assert.Equal(second, Variance(network.Weights(1)), second * 4 * Math.Sqrt(2.0 / 2000));
        Assert.Equal(2.0 / 50, Variance(network.Weights(2)), 2.0 / 50 * 4 * Math.Sqrt(2.0 / 400));
        for (int layer = 0; layer < 3; layer++) Assert.All(network.Biases(layer).ToArray(), b => Assert.Equal(0, b));
    }

    [Fact]
    public void A_seed_means_the_same_weights_in_float_and_double()
    {
        var single = new Network<float>(new(30, 20, 10));
        var wide = new Network<double>(new(30, 20, 10));
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

        var network = new Network<float>(new(2, 16, 3), activation);
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
        var network = new Network<float>(new(20, 15, 12, 10), HiddenActivation.Relu, batchRows: 16);
        network.Initialize(1);
        float[] inputs = new float[40 * 20], gradient = new float[network.Shape.ParameterCount], logits = new float[400];
        int[] labels = new int[40];
        Optimizer<float> optimizer = new(new Sgd(), gradient.Length);
        Assert.Equal(0, Comparison.Allocated(() =>
        {
            network.EvaluateWithGradient(inputs, labels, gradient);
            optimizer.Step(network.Parameters, gradient, 0.1);
            network.EvaluateWithNumericalGradient(inputs, labels, gradient);
            network.EvaluateWithNodeDifferences(inputs, labels, gradient);
            network.Evaluate(inputs, labels);
            network.Logits(inputs, logits);
        }));
    }

    [Fact]
    public void No_rows_give_an_empty_tally_and_zero_gradients()
    {
        var network = new Network<float>(new(2, 3, 4));
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
        var network = new Network<float>(new(2, 3, 4), batchRows: 1);
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

        Assert.Throws<ArgumentOutOfRangeException>(() => new Network<float>(new(2, 3, 4), (HiddenActivation)7));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Network<float>(new(2, 3, 4), batchRows: 0));
        Assert.Throws<ArgumentNullException>(() => new Network<float>(null!));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Network<float>(new(2, 3, 4), threads: -2));
        Assert.Throws<ArgumentException>(() => network.EvaluateWithNodeDifferences(two, [0, 1], network.Parameters));
        Assert.Throws<ArgumentOutOfRangeException>(() => network.EvaluateWithNodeDifferences(two, [0, 4], gradient));
        Assert.Throws<NotSupportedException>(() => new Network<Half>(new(2, 3, 4)));
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
        Network<T> network = c.Network<T>();
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
