using FastLoss.Tests.Support;
using FsCheck.Xunit;

namespace FastLoss.Tests.Learning;

public class NetworkLossTests
{
    [Property(Arbitrary = [typeof(NetworkCase)], MaxTest = 20)]
    public void Numerical_gradients_of_the_definition_and_by_coordinate_are_the_analytic_one(NetworkCase c)
    {
        // A kink of ReLU within the step makes a difference quotient right and the derivative something else.
        if (c.Activation == HiddenActivation.Relu) c = c with { Activation = HiddenActivation.Sigmoid };
        Network<double> network = c.Network<double>();
        double[] inputs = c.Inputs<double>();
        int[] labels = c.Labels();
        double[] analytic = new double[c.Shape.ParameterCount], numerical = new double[analytic.Length], byCoordinate = new double[analytic.Length];

        LossTally tally = network.EvaluateWithGradient(inputs, labels, analytic);
        NetworkLoss<double> loss = network.LossOf(inputs, labels);
        NumericalGradient.Compute(ref loss, network.Parameters, numerical);
        LossTally prepared = network.EvaluateWithNumericalGradient(inputs, labels, byCoordinate);
        double[] byNode = new double[analytic.Length];
        Assert.Equal(tally.Mean, network.EvaluateWithNodeDifferences(inputs, labels, byNode).Mean, 1e-13);

        Assert.Equal(tally.Mean, prepared.Mean, 1e-13);
        for (int i = 0; i < analytic.Length; i++)
        {
            double scale = Math.Max(1, Math.Abs(analytic[i]));
            Assert.Equal(analytic[i], numerical[i], 1e-8 * scale);
            Assert.Equal(analytic[i], byCoordinate[i], 2e-9 * scale);
            Assert.Equal(analytic[i], byNode[i], 2e-9 * scale);
        }
    }

    /// <summary>
    /// In float the definition's quotient keeps about 4 digits; row by row it keeps 6, limited by h^2 alone.
    /// </summary>
    [Property(Arbitrary = [typeof(NetworkCase)], MaxTest = 60)]
    public void By_coordinate_float_keeps_its_digits(NetworkCase c)
    {
        c = c with { Activation = HiddenActivation.Sigmoid };
        float[] byCoordinate = new float[c.Shape.ParameterCount];
        c.Network<float>().EvaluateWithNumericalGradient(c.Inputs<float>(), c.Labels(), byCoordinate);
        double[] exact = c.Reference(c.Network<double>().Parameters).Gradient;
        for (int i = 0; i < exact.Length; i++) Assert.Equal(exact[i], byCoordinate[i], 1e-5);
    }

    /// <summary>Any parameter moved to any value, far beyond what a difference needs, also where probabilities turn over.</summary>
    [Property(Arbitrary = [typeof(NetworkCase)], MaxTest = 100)]
    public void A_coordinate_moved_anywhere_gives_the_loss_there(NetworkCase c, byte exponent, bool negative)
    {
        double value = Math.ScaleB(negative ? -1 : 1, (exponent % 24) - 14);
        Network<double> network = c.Network<double>();
        double[] x = network.Parameters.ToArray();
        NetworkLoss<double> loss = network.LossOf(c.Inputs<double>(), c.Labels());
        double atBase = loss.Prepare(x);
        Assert.Equal(loss.Evaluate(x), atBase, 1e-13 * Math.Max(1, atBase));
        var random = new Random(c.Seed);
        for (int trial = 0; trial < 12; trial++)
        {
            int index = trial < 3 ? Math.Max(0, x.Length - 1 - (trial * c.Shape.ClassCount / 2)) : random.Next(x.Length);
            double saved = x[index];
            x[index] = value;
            double expected = loss.Evaluate(x);
            x[index] = saved + 0.25;
            double near = loss.Evaluate(x);
            x[index] = saved;

            double tolerance = 1e-12 * Math.Max(1, expected);
            Assert.Equal(expected, loss.EvaluateAt(index, value), tolerance);
            Assert.Equal(near, loss.EvaluateAt(index, saved + 0.25), 1e-12);
            Assert.Equal(expected - near, loss.Difference(index, value, saved + 0.25), tolerance);
            Assert.Equal(0, loss.Difference(index, value, value));
        }
    }

    /// <summary>The subtraction row by row keeps full precision at steps where the definition has none left.</summary>
    [Fact]
    public void Tiny_steps_still_have_exact_quotients()
    {
        var c = new NetworkCase(new(6, 5, 4), HiddenActivation.Sigmoid, Rows: 20, BatchRows: 32, Seed: 3);
        Network<double> network = c.Network<double>();
        double[] gradient = new double[c.Shape.ParameterCount];
        network.EvaluateWithGradient(c.Inputs<double>(), c.Labels(), gradient);
        NetworkLoss<double> loss = network.LossOf(c.Inputs<double>(), c.Labels());
        loss.Prepare(network.Parameters);
        for (int i = 0; i < gradient.Length; i++)
        {
            double x = network.Parameters[i], h = Math.ScaleB(1, -40), above = x + h, below = x - h;
            Assert.Equal(gradient[i], loss.Difference(i, above, below) / (above - below), 1e-13 + (1e-11 * Math.Abs(gradient[i])));
        }
    }

    [Fact]
    public void Evaluating_leaves_the_network_as_it_was()
    {
        var c = new NetworkCase(new(3, 4, 2), HiddenActivation.Relu, Rows: 5, BatchRows: 8, Seed: 1);
        Network<double> network = c.Network<double>();
        double[] before = network.Parameters.ToArray(), elsewhere = new double[before.Length];
        NetworkLoss<double> loss = network.LossOf(c.Inputs<double>(), c.Labels());
        Assert.Equal(Math.Log(2), loss.Evaluate(elsewhere), 1e-15);
        Assert.Equal(network.Evaluate(c.Inputs<double>(), c.Labels()).Mean, loss.Evaluate(before));
        Assert.Equal(before, network.Parameters);
    }

    [Fact]
    public void Coordinates_of_an_unprepared_or_overtaken_loss_are_refused()
    {
        var c = new NetworkCase(new(3, 4, 2), HiddenActivation.Relu, Rows: 5, BatchRows: 8, Seed: 1);
        Network<double> network = c.Network<double>();
        Assert.Throws<InvalidOperationException>(() => network.LossOf(c.Inputs<double>(), c.Labels()).EvaluateAt(0, 1));
        Assert.Throws<InvalidOperationException>(() =>
        {
            NetworkLoss<double> one = network.LossOf(c.Inputs<double>(), c.Labels());
            NetworkLoss<double> other = network.LossOf(c.Inputs<double>(), c.Labels());
            one.Prepare(network.Parameters);
            other.Prepare(network.Parameters);
            one.Difference(0, 1, 0);
        });
        Assert.Throws<ArgumentException>(() => network.LossOf(c.Inputs<double>(), c.Labels()).Evaluate(new double[3]));
        Assert.Throws<ArgumentException>(() => network.LossOf(c.Inputs<double>(), c.Labels()).Prepare(new double[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() =>
        {
            NetworkLoss<double> loss = network.LossOf(c.Inputs<double>(), c.Labels());
            loss.Prepare(network.Parameters);
            loss.EvaluateAt(network.Shape.ParameterCount, 0);
        });
    }

    [Fact]
    public void A_numerical_gradient_allocates_nothing_once_its_state_stands()
    {
        var c = new NetworkCase(new(6, 5, 4), HiddenActivation.Sigmoid, Rows: 20, BatchRows: 32, Seed: 3);
        Network<float> network = c.Network<float>();
        float[] inputs = c.Inputs<float>(), gradient = new float[c.Shape.ParameterCount];
        int[] labels = c.Labels();
        Assert.Equal(0, Comparison.Allocated(() =>
        {
            network.EvaluateWithNumericalGradient(inputs, labels, gradient);
            NetworkLoss<float> loss = network.LossOf(inputs, labels);
            NumericalGradient.Compute(ref loss, network.Parameters, gradient);
        }));
    }
}
