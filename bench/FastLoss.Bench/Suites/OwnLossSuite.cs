using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using BenchmarkDotNet.Attributes;

namespace FastLoss.Bench.Suites;

/// <summary>A user's own element-wise loss.</summary>
public class OwnLossSuite : PairSuite<float>
{
    public override string Routine => "A user's own loss";

    [Benchmark(Baseline = true)]
    public double FastLoss() => Loss.Evaluate<Cauchy, float>(new(), Predictions.Span, Targets.Span).Sum;

    [Benchmark]
    public double NaiveLoop()
    {
        ReadOnlySpan<float> y = Predictions.Span, t = Targets.Span;
        double sum = 0;
        for (int i = 0; i < y.Length; i++)
        {
            float error = y[i] - t[i];
            sum += MathF.Log(1 + (error * error * 0.5f));
        }

        return sum;
    }

    protected override double Oracle(double prediction, double target) =>
        Math.Log(1 + ((prediction - target) * (prediction - target) * 0.5));

    private readonly struct Cauchy : IElementwiseLoss<float>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Value(Vector512<float> prediction, Vector512<float> target) =>
            VectorMath.Log1P((prediction - target) * (prediction - target) * 0.5f);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Derivative(Vector512<float> prediction, Vector512<float> target) =>
            (prediction - target) / (Vector512<float>.One + ((prediction - target) * (prediction - target) * 0.5f));
    }
}
