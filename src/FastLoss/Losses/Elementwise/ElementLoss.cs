using System.Numerics;

namespace FastLoss;

/// <summary>A loss of elements that was chosen at run time: <see cref="Loss.Bind"/> makes one, its verbs are those of <see cref="Loss"/>.</summary>
/// <typeparam name="T">float or double.</typeparam>
public abstract class ElementLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private protected ElementLoss()
    {
    }

    /// <summary>As <see cref="Loss.Evaluate{TLoss, T}(TLoss, ReadOnlySpan{T}, ReadOnlySpan{T}, LossOptions{T})"/>.</summary>
    public abstract LossTally Evaluate(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, LossOptions<T> options = default);

    /// <summary>As <see cref="Loss.EvaluateWithGradient{TLoss, T}(TLoss, ReadOnlySpan{T}, ReadOnlySpan{T}, Span{T}, LossOptions{T})"/>.</summary>
    public abstract LossTally EvaluateWithGradient(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradient, LossOptions<T> options = default);

    /// <summary>As <see cref="Loss.Gradient{TLoss, T}(TLoss, ReadOnlySpan{T}, ReadOnlySpan{T}, Span{T}, LossOptions{T})"/>.</summary>
    public abstract void Gradient(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradient, LossOptions<T> options = default);

    /// <summary>As <see cref="Loss.PerElement{TLoss, T}(TLoss, ReadOnlySpan{T}, ReadOnlySpan{T}, Span{T}, LossOptions{T})"/>.</summary>
    public abstract LossTally PerElement(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> losses, LossOptions<T> options = default);
}

/// <summary>A loss of elements that was chosen at run time and has second derivatives: <see cref="Loss.BindCurved"/> makes one.</summary>
/// <typeparam name="T">float or double.</typeparam>
public abstract class CurvedElementLoss<T> : ElementLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private protected CurvedElementLoss()
    {
    }

    /// <summary>As <see cref="Loss.EvaluateWithCurvature{TLoss, T}(TLoss, ReadOnlySpan{T}, ReadOnlySpan{T}, Span{T}, Span{T}, LossOptions{T})"/>.</summary>
    public abstract LossTally EvaluateWithCurvature(
        ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradient, Span<T> curvature, LossOptions<T> options = default);
}

public static partial class Loss
{
    /// <summary>A loss of elements as an object, for one that is chosen at run time.</summary>
    /// <param name="loss">Such as <c>new Huber(delta: 2)</c>, or a struct of your own.</param>
    public static ElementLoss<T> Bind<TLoss, T>(TLoss loss)
        where TLoss : struct, IElementwiseLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new BoundElements<TLoss, T>(loss);

    /// <summary>A loss of elements with second derivatives as an object, for one that is chosen at run time.</summary>
    /// <param name="loss">Such as <c>new LogCosh()</c>, or a struct of your own.</param>
    public static CurvedElementLoss<T> BindCurved<TLoss, T>(TLoss loss)
        where TLoss : struct, ICurvedLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new BoundCurved<TLoss, T>(loss);

    private sealed class BoundElements<TLoss, T>(TLoss loss) : ElementLoss<T>
        where TLoss : struct, IElementwiseLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public override LossTally Evaluate(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, LossOptions<T> options = default) =>
            Loss.Evaluate(loss, predictions, targets, options);

        public override LossTally EvaluateWithGradient(
            ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradient, LossOptions<T> options = default) =>
            Loss.EvaluateWithGradient(loss, predictions, targets, gradient, options);

        public override void Gradient(
            ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradient, LossOptions<T> options = default) =>
            Loss.Gradient(loss, predictions, targets, gradient, options);

        public override LossTally PerElement(
            ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> losses, LossOptions<T> options = default) =>
            Loss.PerElement(loss, predictions, targets, losses, options);

        public override string? ToString() => loss.ToString();
    }

    private sealed class BoundCurved<TLoss, T>(TLoss loss) : CurvedElementLoss<T>
        where TLoss : struct, ICurvedLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public override LossTally Evaluate(ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, LossOptions<T> options = default) =>
            Loss.Evaluate(loss, predictions, targets, options);

        public override LossTally EvaluateWithGradient(
            ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradient, LossOptions<T> options = default) =>
            Loss.EvaluateWithGradient(loss, predictions, targets, gradient, options);

        public override void Gradient(
            ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradient, LossOptions<T> options = default) =>
            Loss.Gradient(loss, predictions, targets, gradient, options);

        public override LossTally PerElement(
            ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> losses, LossOptions<T> options = default) =>
            Loss.PerElement(loss, predictions, targets, losses, options);

        public override LossTally EvaluateWithCurvature(
            ReadOnlySpan<T> predictions, ReadOnlySpan<T> targets, Span<T> gradient, Span<T> curvature, LossOptions<T> options = default) =>
            Loss.EvaluateWithCurvature(loss, predictions, targets, gradient, curvature, options);

        public override string? ToString() => loss.ToString();
    }
}
