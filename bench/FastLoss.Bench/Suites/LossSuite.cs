using System.Numerics;
using BenchmarkDotNet.Attributes;

namespace FastLoss.Bench.Suites;

/// <summary>A routine over logits that gives one number and must read them once.</summary>
public abstract class LossSuite<T> : LogitsSuite<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override int Passes => 1;

    [Benchmark]
    public virtual double MemoryLimit() => Limits.Read(Logits);

    [Benchmark]
    public double ArithmeticLimit() => Limits.EightOperations(Logits);

    protected abstract double Oracle(ReadOnlySpan<double> logits, int label);

    protected override void VerifyResult(string contender, Func<double> run, double tolerance)
    {
        double actual = run(), expected = 0;
        double[] logits = new double[Shape.Classes];
        for (int row = 0; row < Shape.Rows; row++)
        {
            for (int i = 0; i < logits.Length; i++)
                logits[i] = double.CreateTruncating(Logits.Span[(row * logits.Length) + i]);
            expected += Oracle(logits, Labels.Span[row]);
        }
        expected /= Shape.Rows;
        Require(contender, actual, expected, Math.Abs(expected), tolerance, "as the mean of all rows");
    }
}
