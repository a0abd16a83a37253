using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace FastLoss.Samples;

/// <summary>In a test project with xUnit and FsCheck: layers of every small shape have the gradient their backward pass says.</summary>
public class DenseLayerTests
{
    [Property(MaxTest = 50)]
    public Property TheBackwardPassIsTheGradient(PositiveInt inputs, PositiveInt outputs, int seed)
    {
        DenseLayer layer = new(1 + (inputs.Get % 6), 1 + (outputs.Get % 4));
        Random random = new(seed);
        double[] Values(int count) => [.. Enumerable.Range(0, count).Select(_ => (random.NextDouble() * 4) - 2)];
        GradientCheckReport report = layer.Check(Values(layer.ParameterCount), Values(1 + (inputs.Get % 6)), Values(1 + (outputs.Get % 4)));
        return report.Passed.Label(report.ToString());
    }

    /// <summary>The report throws in a test, and names the element.</summary>
    [Fact]
    public void AWrongGradientIsFound()
    {
        double[] y = [0.5, -1, 2], t = [0, 0, 1], gradient = new double[3];
        Loss.EvaluateWithGradient(new HalfSquaredError(), y, t, gradient);
        gradient[1] *= 1.001;
        GradientCheckReport report = GradientCheck.Compare<double>(x => Loss.Evaluate(new HalfSquaredError(), x, t).Mean, y, gradient);
        Assert.Equal(1, report.Worst?.Index);
        Assert.Throws<GradientCheckException>(report.ThrowIfFailed);
    }
}
