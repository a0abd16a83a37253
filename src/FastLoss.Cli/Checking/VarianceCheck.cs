using System.Numerics;
using FastLoss.Catalog;

namespace FastLoss.Cli.Checking;

/// <summary>The Gaussian likelihood as a function of means and variances together, the means first.</summary>
internal static class VarianceCheck<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Count = 12;

    public static GradientCheckReport Run()
    {
        Random random = new(Count);
        T[] x = [.. Draws.Uniform<T>(random, Count, -3, 3), .. Draws.Uniform<T>(random, Count, 0.3, 4)];
        T[] targets = Draws.Uniform<T>(random, Count, -3, 3), gradient = new T[x.Length], bounds = new T[x.Length];
        Loss.EvaluateWithGradient<T>(
            new HeteroscedasticGaussianNll(), x.AsSpan(0, Count), targets, x.AsSpan(Count), gradient.AsSpan(0, Count), gradient.AsSpan(Count));
        Array.Fill(bounds, T.NegativeInfinity, 0, Count);
        Array.Fill(bounds, T.CreateTruncating(1e-3), Count, Count);
        var function = new Function(targets);
        return GradientCheck.Compare(ref function, x.AsSpan(), gradient, new() { Differentiation = new() { LowerBounds = bounds } });
    }

    private readonly struct Function(T[] targets) : IScalarFunction<T>
    {
        public T Evaluate(ReadOnlySpan<T> x) =>
            T.CreateTruncating(Loss.Evaluate(new HeteroscedasticGaussianNll(), x[..Count], targets, x[Count..]).Mean);
    }
}
