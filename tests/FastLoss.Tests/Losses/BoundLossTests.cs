using System.Numerics;
using FastLoss.Tests.Readme;
using FastLoss.Tests.Support;

namespace FastLoss.Tests.Losses;

/// <summary>Losses of elements chosen at run time: the bits of the verbs on Loss, with options, and nothing allocated by a call.</summary>
public class BoundLossTests
{
    [Fact]
    public void ABoundLossGivesTheSameBits()
    {
        Check<Huber, float>(new(2), Loss.Bind<Huber, float>(new(2)));
        Check<Huber, double>(new(2), Loss.BindCurved<Huber, double>(new(2)));
        Check<Cauchy, float>(default, Loss.Bind<Cauchy, float>(default));
        Check<Cauchy, double>(default, Loss.Bind<Cauchy, double>(default));
        Assert.NotEqual(Loss.Bind<Huber, float>(new(2)).Evaluate([3f], [0f]), Loss.Bind<Huber, float>(new(1)).Evaluate([3f], [0f]));
    }

    private static void Check<TLoss, T>(TLoss loss, ElementLoss<T> bound)
        where TLoss : struct, IElementwiseLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] y = [.. Enumerable.Range(0, 101).Select(i => T.CreateTruncating((i * 0.37 % 9) - 4))], t = [.. y.Reverse()];
        T[] expected = [.. y], actual = [.. y];
        LossOptions<T> options = new() { Weights = Array.ConvertAll(y, T.Abs), Denominator = 3, Accumulate = true };
        LossTally tally = Loss.EvaluateWithGradient(loss, y, t, expected, options);
        Assert.Equal(tally, bound.EvaluateWithGradient(y, t, actual, options));
        Close.Same<T>(expected, actual, "gradient");
        Assert.False(expected.AsSpan().SequenceEqual(y));
        Loss.Gradient(loss, y, t, expected);
        bound.Gradient(y, t, actual);
        Close.Same<T>(expected, actual, "gradient alone");
        Assert.Equal(Loss.PerElement(loss, y, t, expected), bound.PerElement(y, t, actual));
        Close.Same<T>(expected, actual, "losses");
        Assert.Equal(Loss.Evaluate(loss, y, t), bound.Evaluate(y, t));
        Assert.Equal(loss.ToString(), bound.ToString());
        Assert.Equal(0, Comparison.Allocated(() => bound.EvaluateWithGradient(y, t, actual)));
    }

    [Fact]
    public void ABoundLossWithSecondDerivatives()
    {
        double[] y = [-3, -1, 0.5, 2, 9], t = [0, 0, 0, 1, 1], expected = new double[5], curvature = new double[5], actual = new double[5], second = new double[5];
        Assert.Equal(
            Loss.EvaluateWithCurvature(new LogCosh(), y, t, expected, curvature),
            Loss.BindCurved<LogCosh, double>(default).EvaluateWithCurvature(y, t, actual, second));
        Assert.Equal(expected, actual);
        Assert.Equal(curvature, second);
        Assert.Contains(second, c => c > 0.1);
    }
}
