using FastLoss.Tests.Support;

namespace FastLoss.Tests.Activations;

public class SoftmaxBackwardTests
{
    private static readonly double[] X = [.. Enumerable.Range(0, 1003).Select(i => i % 50 == 0 ? 0.25 : (((i * 0.618034) % 1) - 0.5) * (i % 3 == 0 ? 2 : 30))];

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(501)]
    public void SoftmaxAndLogSoftmaxAreTheJacobiansProduct(int classCount)
    {
        double[] x = [.. X.Take(classCount * 2).Select(v => v / 5)], g = [.. x.Select((_, i) => Math.Sin(i * 1.3))];
        double[] y = new double[x.Length], bySoftmax = new double[x.Length], byLog = new double[x.Length];
        Softmax.Compute<double>(x, classCount, y);
        Softmax.Backward<double>(y, classCount, g, bySoftmax);
        LogSoftmax.Compute<double>(x, classCount, y);
        LogSoftmax.Backward<double>(y, classCount, g, byLog);
        for (int i = 0; i < x.Length; i += Math.Max(1, x.Length / 20))
        {
            double[] moved = [.. x], output = new double[x.Length];
            double Along(double v, bool isLog)
            {
                moved[i] = v;
                if (isLog) LogSoftmax.Compute<double>(moved, classCount, output);
                else Softmax.Compute<double>(moved, classCount, output);
                return output.Zip(g, (a, b) => a * b).Sum();
            }

            Assert.Equal(NumericalDerivative.FivePoint(v => Along(v, false), x[i], 1e-3), bySoftmax[i], 1e-9);
            Assert.Equal(NumericalDerivative.FivePoint(v => Along(v, true), x[i], 1e-3), byLog[i], 1e-8);
        }

        double[] inPlace = [.. g];
        LogSoftmax.Backward<double>(y, classCount, inPlace, inPlace);
        Close.Same<double>(byLog, inPlace, "in place");
    }
}
