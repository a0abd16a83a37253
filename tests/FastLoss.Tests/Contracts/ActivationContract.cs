using System.Numerics;
using FastLoss.Tests.Support;

namespace FastLoss.Tests.Contracts;

/// <summary>The laws every element-wise activation obeys, in float and double.</summary>
public class ActivationContract
{
    private static readonly double[] X = [.. Enumerable.Range(0, 1003).Select(i => i % 50 == 0 ? 0.25 : (((i * 0.618034) % 1) - 0.5) * (i % 3 == 0 ? 2 : 30))];

    public static TheoryData<string> Names => [.. ActivationCase.All.Select(c => c.Name)];

    private static ActivationCase Find(string name) => ActivationCase.All.Single(c => c.Name == name);

    /// <summary>At every length up to a few registers, and at one of a thousand elements.</summary>
    [Theory, MemberData(nameof(Names))]
    public void EachElementIsTheDefinition(string name)
    {
        ActivationCase c = Find(name);
        for (int n = 0; n <= 140; n++) Definition(c, c.Float, X.AsSpan(n, n), Math.ScaleB(1, -23), 1e-37);
        Definition(c, c.Float, X, Math.ScaleB(1, -23), 1e-37);
        Definition(c, c.Double, X, Math.ScaleB(1, -52), 0);
    }

    private static void Definition<T>(ActivationCase c, ActivationCalls<T> calls, ReadOnlySpan<double> inputs, double ulp, double flushed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] x = Array.ConvertAll(inputs.ToArray(), T.CreateTruncating), y = new T[x.Length];
        calls.Forward(x, y);
        for (int i = 0; i < x.Length; i++)
        {
            double at = double.CreateTruncating(x[i]), expected = c.Value(at), actual = double.CreateTruncating(y[i]);
            double allowed = (c.Ulps(at) + (typeof(T) == typeof(double) ? 0.5 + DefinitionUlps(at, expected) : 0.5)) * ulp;
            Assert.True(Close.IsClose(expected, actual, allowed, flushed), $"{c.Name} of {typeof(T).Name} x = {at:R}: {actual:R}, not {expected:R}");
        }

        T[] inPlace = [.. x];
        calls.Forward(inPlace, inPlace);
        Close.Same<T>(y, inPlace, $"{c.Name} in place");
    }

    /// <summary>What the definition in double loses itself: the argument of its exponential rounds.</summary>
    private static double DefinitionUlps(double x, double value) => 2 + (2 * (Math.Abs(x) - Math.Log(Math.Clamp(Math.Abs(value), 1e-300, 1))));

    [Theory, MemberData(nameof(Names))]
    public void TheGradientIsTheNumericalOne(string name)
    {
        ActivationCase c = Find(name);
        double[] g = [.. X.Select((_, i) => 1.0 + (i % 7))], d = new double[X.Length];
        float[] narrow = new float[X.Length];
        c.Double.Backward(X, g, d);
        c.Float.Backward(Array.ConvertAll(X, v => (float)v), Array.ConvertAll(g, v => (float)v), narrow);
        int compared = 0;
        for (int i = 0; i < X.Length; i++)
        {
            Assert.Equal(d[i], narrow[i], 2e-5 * g[i]);
            if (c.Kinks.Any(k => Math.Abs(k - X[i]) < 0.01)) continue;
            double numerical = NumericalDerivative.FivePoint(c.Value, X[i], 1e-3);
            Assert.True(Math.Abs((numerical * g[i]) - d[i]) <= 1e-8 * g[i], $"{name}, x = {X[i]:R}: {d[i]:R}, numerically {numerical * g[i]:R}");
            compared++;
        }

        Assert.True(compared > 900, $"{name}: only {compared} points compared");
        double[] inPlace = [.. X];
        c.Double.Backward(inPlace, g, inPlace);
        Close.Same<double>(d, inPlace, $"{name} in place");
    }

    [Theory, MemberData(nameof(Names))]
    public void CornersAreDefined(string name)
    {
        ActivationCalls<double> calls = Find(name).Double;
        double[] corners = [double.NaN, double.PositiveInfinity, double.NegativeInfinity], values = new double[3], slopes = new double[3];
        calls.Forward(corners, values);
        Assert.Equal([true, false, false], values.Select(double.IsNaN));
        calls.Backward(corners, [1, 1, 1], slopes);
        Assert.True(double.IsNaN(slopes[0]));
        Assert.True(double.IsFinite(slopes[1]) && double.IsFinite(slopes[2]), $"slopes at infinity: {slopes[1]}, {slopes[2]}");
    }

    [Theory, MemberData(nameof(Names))]
    public void BadCallsThrowAndGoodOnesAllocateNothing(string name)
    {
        ActivationCalls<float> calls = Find(name).Float;
        float[] x = new float[1003], g = new float[1003], y = new float[1003];
        Assert.Equal(0, Allocation.Of(() => calls.Forward(x, y)));
        Assert.Equal(0, Allocation.Of(() => calls.Backward(x, g, y)));
        Says("overlaps", () => calls.Backward(x.AsSpan(0, 9), g.AsSpan(0, 9), x.AsSpan(1, 9)));
        Says("overlaps", () => calls.Forward(x.AsSpan(0, 9), x.AsSpan(1, 9)));
        Says("destination has 8", () => calls.Forward(x.AsSpan(0, 9), y.AsSpan(0, 8)));
        Says("gradient has 8", () => calls.Backward(x.AsSpan(0, 9), g.AsSpan(0, 9), y.AsSpan(0, 8)));

        static void Says(string message, Action action) =>
            Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
    }
}
