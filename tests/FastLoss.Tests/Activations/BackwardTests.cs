using FastLoss.Tests.Support;

namespace FastLoss.Tests.Activations;

public class BackwardTests
{
    private delegate void Forward<T>(ReadOnlySpan<T> x, Span<T> y);

    private delegate void Backward<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> g, Span<T> d);

    private static readonly double[] X = [.. Enumerable.Range(0, 1003).Select(i => i % 50 == 0 ? 0.25 : (((i * 0.618034) % 1) - 0.5) * (i % 3 == 0 ? 2 : 30))];

    [Fact]
    public void SigmoidIs() => Is(x => 1 / (1 + Math.Exp(-x)), Sigmoid.Compute, Sigmoid.Backward, Sigmoid.Compute, Sigmoid.Backward);

    [Fact]
    public void LogSigmoidIs() => Is(x => -(Math.Max(0, -x) + Reference.Log1P(Math.Exp(-Math.Abs(x)))), LogSigmoid.Compute, LogSigmoid.Backward, LogSigmoid.Compute, LogSigmoid.Backward);

    [Fact]
    public void SoftplusIs() => Is(x => Math.Max(0, x) + Reference.Log1P(Math.Exp(-Math.Abs(x))), Softplus.Compute, Softplus.Backward, Softplus.Compute, Softplus.Backward);

    [Fact]
    public void TanhIs() => Is(Math.Tanh, Tanh.Compute, Tanh.Backward, Tanh.Compute, Tanh.Backward);

    [Fact]
    public void ReluIs() => Is(x => Math.Max(0, x), Relu.Compute, Relu.Backward, Relu.Compute, Relu.Backward);

    [Fact]
    public void SiluIs() => Is(x => x / (1 + Math.Exp(-x)), Silu.Compute, Silu.Backward, Silu.Compute, Silu.Backward);

    [Fact]
    public void GeluIs() => Is(
        x => x < 0 ? x * NormalTail.Of(-x).High : x - (x * NormalTail.Of(x).High), Gelu.Compute, Gelu.Backward, Gelu.Compute, Gelu.Backward);

    [Fact]
    public void GeluTanhIs() => Is(
        x => x / (1 + Math.Exp(-2 * Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))), GeluTanh.Compute, GeluTanh.Backward, GeluTanh.Compute, GeluTanh.Backward, 2e-13);

    private static void Is(Func<double, double> definition, Forward<double> forward, Backward<double> backward, Forward<float> narrow, Backward<float> narrowBack, double tolerance = 4e-14)
    {
        double[] y = new double[X.Length], g = [.. X.Select((_, i) => 1.0 + (i % 7))], d = new double[X.Length];
        forward(X, y);
        backward(X, g, d);
        float[] x32 = Array.ConvertAll(X, v => (float)v), y32 = new float[X.Length], d32 = new float[X.Length], g32 = Array.ConvertAll(g, v => (float)v);
        narrow(x32, y32);
        narrowBack(x32, g32, d32);
        for (int i = 0; i < X.Length; i++)
        {
            Assert.True(Close.IsClose(definition(X[i]), y[i], tolerance), $"x = {X[i]:R}: {y[i]:R}, not {definition(X[i]):R}");
            Assert.True(Close.IsClose(definition(x32[i]), y32[i], 2e-5, 1e-37), $"float x = {x32[i]:R}: {y32[i]:R}, not {definition(x32[i]):R}");
            double numerical = NumericalDerivative.FivePoint(definition, X[i], 1e-3);
            if (Math.Abs(X[i]) > 0.01)
            {
                Assert.True(Math.Abs((numerical * g[i]) - d[i]) <= 1e-8 * g[i], $"x = {X[i]:R}: {d[i]:R}, numerically {numerical * g[i]:R}");
            }

            Assert.Equal(d[i], d32[i], 2e-5 * g[i]);
        }

        double[] corners = [double.NaN, double.PositiveInfinity, double.NegativeInfinity], slopes = new double[3];
        backward(corners, [1, 1, 1], slopes);
        Assert.True(double.IsNaN(slopes[0]));
        Assert.True(double.IsFinite(slopes[1]) && double.IsFinite(slopes[2]), $"slopes at infinity: {slopes[1]}, {slopes[2]}");
        double[] inPlace = [.. X];
        backward(inPlace, g, inPlace);
        Close.Same<double>(d, inPlace, "in place");
        Assert.Equal(0, Allocation.Of(() => backward(X, g, d)));
        Assert.Contains("overlaps", Assert.ThrowsAny<ArgumentException>(() => backward(X.AsSpan(0, 9), g.AsSpan(0, 9), X.AsSpan(1, 9))).Message, StringComparison.Ordinal);
    }

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
