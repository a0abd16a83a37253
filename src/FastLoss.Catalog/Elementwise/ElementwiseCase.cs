using System.Numerics;

namespace FastLoss.Catalog;

/// <summary>What is done with a loss as the struct it is.</summary>
public interface IElementwiseVisitor
{
    void Visit<TLoss>(TLoss loss)
        where TLoss : struct, ICurvedLoss;
}

/// <summary>An element-wise loss with its parameters: its calls, its definition in double, where it is defined, its corners and its bound.</summary>
/// <param name="Loss">The loss's type.</param>
/// <param name="Float">Its calls of floats.</param>
/// <param name="Double">Its calls of doubles.</param>
/// <param name="Kind">What it takes.</param>
/// <param name="Ulps">What its documentation allows, in units of the last place of <see cref="Scale"/>.</param>
/// <param name="Value">The definition, in a form that does not cancel.</param>
public sealed record ElementwiseCase(
    Type Loss,
    CurvedElementLoss<float> Float,
    CurvedElementLoss<double> Double,
    PairKind Kind,
    double Ulps,
    Func<double, double, double> Value)
{
    /// <summary>Every element-wise loss of the library, in the order of README's table; of each the first case has its usual parameters.</summary>
    public static IReadOnlyList<ElementwiseCase> All { get; } =
        [.. Errors.Cases, .. Deviances.Cases, .. BinaryLosses.Cases, .. Margins.Cases, .. Divergences.Cases, .. Sums.Cases];

    /// <summary>The parameters as a reader says them: "weight 3, smoothing 0.1"; empty for the defaults.</summary>
    public string Parameters { get; init; } = "";

    /// <summary>The loss and its parameters.</summary>
    public string Name => Parameters.Length == 0 ? LossName : $"{LossName}, {Parameters}";

    /// <summary>The loss's type without its type parameters.</summary>
    public string LossName => Loss.Name.Split('`')[0];

    /// <summary>What the error is measured against: the value, or the largest of the terms that may cancel.</summary>
    public Func<double, double, double>? Scale { get; init; }

    /// <summary>Predictions where the loss has a corner.</summary>
    public Func<double, double[]> Kinks { get; init; } = _ => [];

    /// <summary>loss(y, t) = loss(t, y).</summary>
    public bool IsSymmetric { get; init; }

    /// <summary>Whether `fastloss check` shows it.</summary>
    public bool IsShown { get; init; } = true;

    /// <summary>Whether it stands for the loss in the digest's line of all of them; the others have lines of their own.</summary>
    public bool IsDigested { get; init; }

    /// <summary>The same as System.Numerics.Tensors composes it; null where it does not.</summary>
    public ElementwiseRival? Rival { get; init; }

    /// <summary>Shows a visitor the loss itself.</summary>
    public required Action<IElementwiseVisitor> Accept { get; init; }

    /// <summary>A loss's case.</summary>
    public static ElementwiseCase Of<TLoss>(TLoss loss, PairKind kind, double ulps, Func<double, double, double> value)
        where TLoss : struct, ICurvedLoss =>
        new(typeof(TLoss), FastLoss.Loss.BindCurved<TLoss, float>(loss), FastLoss.Loss.BindCurved<TLoss, double>(loss), kind, ulps, value)
        {
            Accept = visitor => visitor.Visit(loss),
        };

    /// <summary>The calls of <typeparamref name="T"/>, float or double.</summary>
    public CurvedElementLoss<T> Bound<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        (CurvedElementLoss<T>)(object)(typeof(T) == typeof(float) ? Float : Double);

    public override string ToString() => Name;
}
