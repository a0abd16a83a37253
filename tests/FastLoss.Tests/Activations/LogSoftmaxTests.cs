using System.Numerics;
using FastLoss.Tests.Support;
using FsCheck.Xunit;

namespace FastLoss.Tests.Activations;

[Properties(Arbitrary = [typeof(Generators)], MaxTest = 200)]
public class LogSoftmaxTests
{
    [Property]
    public void IsWhatTheDefinitionSays(Batch batch)
    {
        AgainstDefinition<float>(batch, 6e-7);
        AgainstDefinition<double>(batch, 2e-14);
    }

    private static void AgainstDefinition<T>(Batch batch, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] x = batch.As<T>();
        T[] log = new T[x.Length];
        T[] lse = new T[batch.Rows];
        LogSoftmax.Compute<T>(x, batch.ClassCount, log);
        LogSumExp.Compute<T>(x, batch.ClassCount, lse);
        for (int r = 0; r < batch.Rows; r++)
        {
            Range row = (r * batch.ClassCount)..((r + 1) * batch.ClassCount);
            double[] wide = Reference.Widen<T>(x.AsSpan()[row]);
            double expected = Reference.LogSumExp(wide);
            double actual = double.CreateTruncating(lse[r]);
            Assert.True(
                double.IsInfinity(expected) ? actual == expected : Math.Abs(actual - expected) <= tolerance * (1 + Math.Abs(expected)),
                $"{typeof(T).Name} row {r}: log-sum-exp {actual:R}, expected {expected:R}");
            if (double.IsInfinity(expected)) continue; // a row of masks: NaN, tested below
            double[] expectedLog = Reference.LogSoftmax(wide);
            for (int c = 0; c < wide.Length; c++)
            {
                double exact = expectedLog[c];
                double error = Math.Abs(double.CreateTruncating(log[(r * batch.ClassCount) + c]) - exact);
                Assert.True(
                    double.IsInfinity(exact) || error <= tolerance * (1 + Math.Abs(exact)), $"{typeof(T).Name} [{r},{c}] is off by {error}");
            }
        }
    }

    [Fact]
    public void TheConfidentClassKeepsItsDigits()
    {
        float[] log = new float[3];
        LogSoftmax.Compute<float>([20, 0, 0], log);
        Assert.Equal(-4.1223072363804075e-9, log[0], 4e-15);
        double[] wide = new double[3];
        LogSoftmax.Compute<double>([40, 0, 0], wide);
        Assert.True(Close.IsClose(-8.496708e-18, wide[0], 1e-6));
    }

    [Fact]
    public void Corners()
    {
        Assert.Equal(float.NegativeInfinity, LogSumExp.Compute<float>([]));
        Assert.Equal(double.NegativeInfinity, LogSumExp.Compute<double>([double.NegativeInfinity, double.NegativeInfinity]));
        Assert.Equal(float.PositiveInfinity, LogSumExp.Compute<float>([1, float.PositiveInfinity, 2]));
        Assert.True(float.IsNaN(LogSumExp.Compute<float>([1, float.PositiveInfinity, float.NaN])));
        Assert.Equal(1000 + Math.Log(2), LogSumExp.Compute<double>([1000, 1000]), 1e-12);
        Assert.Equal(-1000 + Math.Log(2), LogSumExp.Compute<double>([-1000, -1000]), 1e-12);
        Assert.Equal(5f, LogSumExp.Compute<float>([5]));
        float[] log = new float[3];
        LogSoftmax.Compute<float>([float.NegativeInfinity, 0, 0], log);
        Assert.Equal(float.NegativeInfinity, log[0]);
        Assert.Equal(-0.6931472f, log[1]);
        LogSoftmax.Compute<float>([float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity], log);
        Assert.All(log, v => Assert.True(float.IsNaN(v)));
        LogSoftmax.Compute<float>([], []);
    }
}
