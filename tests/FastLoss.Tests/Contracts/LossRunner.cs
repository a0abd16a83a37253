using System.Numerics;

namespace FastLoss.Tests.Contracts;

/// <summary>The calls of an element-wise loss, without its type.</summary>
internal abstract class LossRunner<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public abstract LossTally Evaluate(ReadOnlySpan<T> y, ReadOnlySpan<T> t, LossOptions<T> options = default);

    public abstract LossTally EvaluateWithGradient(ReadOnlySpan<T> y, ReadOnlySpan<T> t, Span<T> gradient, LossOptions<T> options = default);

    public abstract void Gradient(ReadOnlySpan<T> y, ReadOnlySpan<T> t, Span<T> gradient, LossOptions<T> options = default);

    public abstract LossTally PerElement(ReadOnlySpan<T> y, ReadOnlySpan<T> t, Span<T> losses, LossOptions<T> options = default);

    public abstract LossTally EvaluateWithCurvature(
        ReadOnlySpan<T> y, ReadOnlySpan<T> t, Span<T> gradient, Span<T> curvature, LossOptions<T> options = default);

    public double Value(double y, double t)
    {
        T[] loss = new T[1];
        PerElement([T.CreateTruncating(y)], [T.CreateTruncating(t)], loss);
        return double.CreateTruncating(loss[0]);
    }

    public double Derivative(double y, double t)
    {
        T[] slope = new T[1];
        Gradient([T.CreateTruncating(y)], [T.CreateTruncating(t)], slope);
        return double.CreateTruncating(slope[0]);
    }

    public double SecondDerivative(double y, double t)
    {
        T[] slope = new T[1], curvature = new T[1];
        EvaluateWithCurvature([T.CreateTruncating(y)], [T.CreateTruncating(t)], slope, curvature);
        return double.CreateTruncating(curvature[0]);
    }
}

internal sealed class LossRunner<TLoss, T>(TLoss loss) : LossRunner<T>
    where TLoss : struct, ICurvedLoss
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public override LossTally Evaluate(ReadOnlySpan<T> y, ReadOnlySpan<T> t, LossOptions<T> options = default) =>
        Loss.Evaluate(loss, y, t, options);

    public override LossTally EvaluateWithGradient(
        ReadOnlySpan<T> y, ReadOnlySpan<T> t, Span<T> gradient, LossOptions<T> options = default) =>
        Loss.EvaluateWithGradient(loss, y, t, gradient, options);

    public override void Gradient(ReadOnlySpan<T> y, ReadOnlySpan<T> t, Span<T> gradient, LossOptions<T> options = default) =>
        Loss.Gradient(loss, y, t, gradient, options);

    public override LossTally PerElement(ReadOnlySpan<T> y, ReadOnlySpan<T> t, Span<T> losses, LossOptions<T> options = default) =>
        Loss.PerElement(loss, y, t, losses, options);

    public override LossTally EvaluateWithCurvature(
        ReadOnlySpan<T> y, ReadOnlySpan<T> t, Span<T> gradient, Span<T> curvature, LossOptions<T> options = default) =>
        Loss.EvaluateWithCurvature(loss, y, t, gradient, curvature, options);
}
