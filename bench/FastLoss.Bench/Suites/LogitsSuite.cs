using System.Numerics;

namespace FastLoss.Bench.Suites;

/// <summary>Logits and one label a row: bell-shaped, within +-9, the same in every launch.</summary>
public abstract partial class LogitsSuite<T> : Suite<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    protected AlignedBuffer<T> Logits { get; private set; } = null!;

    protected AlignedBuffer<int> Labels { get; private set; } = null!;

    protected override void Allocate()
    {
        Random random = new(20260101);
        Logits = Buffer<T>(Shape.Elements);
        Labels = Buffer<int>(Shape.Rows);
        foreach (ref T x in Logits.Span)
            x = T.CreateTruncating((random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * 6);
        foreach (ref int label in Labels.Span) label = random.Next(Shape.Classes);
    }

    /// <summary>ln of the sum of exponentials, summed in double with Neumaier's correction.</summary>
    protected static double LogSumExpOf(ReadOnlySpan<double> logits)
    {
        double max = double.NegativeInfinity, sum = 0, correction = 0;
        foreach (double x in logits) max = Math.Max(max, x);
        foreach (double x in logits)
        {
            double term = Math.Exp(x - max), total = sum + term;
            correction += Math.Abs(sum) >= term ? sum - total + term : term - total + sum;
            sum = total;
        }
        return max + Math.Log(sum + correction);
    }
}
