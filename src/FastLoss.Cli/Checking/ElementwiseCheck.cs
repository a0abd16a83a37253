using System.Numerics;
using FastLoss.Catalog;

namespace FastLoss.Cli.Checking;

/// <summary>The mean of an element-wise loss as a function of the predictions, which include its kinks.</summary>
internal static class ElementwiseCheck<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Count = 24;

    public static GradientCheckReport Run(ElementwiseCase loss)
    {
        (T[] predictions, T[] targets) = loss.Kind.Usual<T>(Count);
        T[] gradient = new T[Count], lowest = new T[Count], highest = new T[Count];
        loss.Bound<T>().Gradient(predictions, targets, gradient);
        Array.Fill(lowest, T.CreateTruncating(loss.Kind.Lowest));
        Array.Fill(highest, T.CreateTruncating(loss.Kind.Highest));
        var function = new Function(loss.Bound<T>(), targets);
        return GradientCheck.Compare(
            ref function, predictions.AsSpan(), gradient, new() { Differentiation = new() { LowerBounds = lowest, UpperBounds = highest } });
    }

    private readonly struct Function(ElementLoss<T> loss, T[] targets) : IScalarFunction<T>
    {
        public T Evaluate(ReadOnlySpan<T> x) => T.CreateTruncating(loss.Evaluate(x, targets).Mean);
    }
}
