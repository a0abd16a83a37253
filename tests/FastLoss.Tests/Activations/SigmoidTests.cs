using FastLoss.Tests.Support;

namespace FastLoss.Tests.Activations;

public class SigmoidTests
{
    [Fact]
    public void EveryLengthAndTheCorners()
    {
        Random random = new(3);
        for (int n = 0; n < 260; n++)
        {
            float[] x = [.. Enumerable.Range(0, n).Select(_ => (float)((random.NextDouble() - 0.5) * 60))];
            float[] y = new float[n];
            Sigmoid.Compute<float>(x, y);
            Close.Relative<float>(Array.ConvertAll(x, v => 1 / (1 + Math.Exp(-v))), y, 4e-7, $"n {n}");
            Sigmoid.Compute<float>(x, x);
            Close.Same<float>(y, x, "in place");
        }

        double[] corners = [double.NegativeInfinity, -800, 0, 800, double.PositiveInfinity, double.NaN];
        Sigmoid.Compute<double>(corners, corners);
        Assert.Equal([0, 0, 0.5, 1, 1, double.NaN], corners);
    }
}
