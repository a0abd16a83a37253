using System.Numerics;

namespace FastLoss;

/// <summary>A loss of rows of scores that was chosen at run time: <see cref="Loss.BindRows"/> makes one, its verbs are those of <see cref="Loss"/>.</summary>
/// <typeparam name="T">float or double.</typeparam>
public abstract class RowLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private protected RowLoss()
    {
    }

    /// <summary>As <see cref="Loss.Evaluate{TLoss, T, TLabel}(TLoss, ReadOnlySpan{T}, ClassAxis, ReadOnlySpan{TLabel}, LossOptions{T})"/>.</summary>
    public abstract LossTally Evaluate<TLabel>(
        ReadOnlySpan<T> scores, ClassAxis classes, ReadOnlySpan<TLabel> labels, LossOptions<T> options = default)
        where TLabel : unmanaged, IBinaryInteger<TLabel>;

    /// <summary>As <see cref="Loss.EvaluateWithGradient{TLoss, T, TLabel}(TLoss, ReadOnlySpan{T}, ClassAxis, ReadOnlySpan{TLabel}, Span{T}, LossOptions{T})"/>.</summary>
    public abstract LossTally EvaluateWithGradient<TLabel>(
        ReadOnlySpan<T> scores, ClassAxis classes, ReadOnlySpan<TLabel> labels, Span<T> gradient, LossOptions<T> options = default)
        where TLabel : unmanaged, IBinaryInteger<TLabel>;

    /// <summary>As <see cref="Loss.Gradient{TLoss, T, TLabel}(TLoss, ReadOnlySpan{T}, ClassAxis, ReadOnlySpan{TLabel}, Span{T}, LossOptions{T})"/>.</summary>
    public abstract void Gradient<TLabel>(
        ReadOnlySpan<T> scores, ClassAxis classes, ReadOnlySpan<TLabel> labels, Span<T> gradient, LossOptions<T> options = default)
        where TLabel : unmanaged, IBinaryInteger<TLabel>;

    /// <summary>As <see cref="Loss.PerRow{TLoss, T, TLabel}(TLoss, ReadOnlySpan{T}, ClassAxis, ReadOnlySpan{TLabel}, Span{T}, LossOptions{T})"/>.</summary>
    public abstract LossTally PerRow<TLabel>(
        ReadOnlySpan<T> scores, ClassAxis classes, ReadOnlySpan<TLabel> labels, Span<T> losses, LossOptions<T> options = default)
        where TLabel : unmanaged, IBinaryInteger<TLabel>;
}

public static partial class Loss
{
    /// <summary>A loss of rows as an object, for one that is chosen at run time.</summary>
    /// <param name="loss">Such as <c>new MultiClassHinge(margin: 0.5)</c>.</param>
    public static RowLoss<T> BindRows<TLoss, T>(TLoss loss)
        where TLoss : struct, ILabelLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new BoundRows<TLoss, T>(loss);

    private sealed class BoundRows<TLoss, T>(TLoss loss) : RowLoss<T>
        where TLoss : struct, ILabelLoss
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public override LossTally Evaluate<TLabel>(
            ReadOnlySpan<T> scores, ClassAxis classes, ReadOnlySpan<TLabel> labels, LossOptions<T> options = default) =>
            Loss.Evaluate(loss, scores, classes, labels, options);

        public override LossTally EvaluateWithGradient<TLabel>(
            ReadOnlySpan<T> scores, ClassAxis classes, ReadOnlySpan<TLabel> labels, Span<T> gradient, LossOptions<T> options = default) =>
            Loss.EvaluateWithGradient(loss, scores, classes, labels, gradient, options);

        public override void Gradient<TLabel>(
            ReadOnlySpan<T> scores, ClassAxis classes, ReadOnlySpan<TLabel> labels, Span<T> gradient, LossOptions<T> options = default) =>
            Loss.Gradient(loss, scores, classes, labels, gradient, options);

        public override LossTally PerRow<TLabel>(
            ReadOnlySpan<T> scores, ClassAxis classes, ReadOnlySpan<TLabel> labels, Span<T> losses, LossOptions<T> options = default) =>
            Loss.PerRow(loss, scores, classes, labels, losses, options);

        public override string? ToString() => loss.ToString();
    }
}
