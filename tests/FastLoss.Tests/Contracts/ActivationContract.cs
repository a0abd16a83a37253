using FastLoss.Tests.Support;

namespace FastLoss.Tests.Contracts;

/// <summary>
/// What every activation of the library obeys beside the laws of <see cref="FastLoss.Testing.ActivationLaws"/>, which
/// <see cref="Testing.CatalogLaws"/> tries.
/// </summary>
public class ActivationContract
{
    public static TheoryData<string> Names => [.. ActivationCase.All.Select(c => c.Name)];

    private static ActivationCase Find(string name) => ActivationCase.All.Single(c => c.Name == name);

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
        Assert.Equal(0, Comparison.Allocated(() => calls.Forward(x, y)));
        Assert.Equal(0, Comparison.Allocated(() => calls.Backward(x, g, y)));
        Says("overlaps", () => calls.Backward(x.AsSpan(0, 9), g.AsSpan(0, 9), x.AsSpan(1, 9)));
        Says("overlaps", () => calls.Forward(x.AsSpan(0, 9), x.AsSpan(1, 9)));
        Says("destination has 8", () => calls.Forward(x.AsSpan(0, 9), y.AsSpan(0, 8)));
        Says("gradient has 8", () => calls.Backward(x.AsSpan(0, 9), g.AsSpan(0, 9), y.AsSpan(0, 8)));

        static void Says(string message, Action action) =>
            Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
    }
}
