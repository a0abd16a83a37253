using System.Runtime.CompilerServices;

namespace FastLoss;

/// <summary>
/// max(0, -t y) of a score y against a target t of -1 or 1: the hinge without a margin, whose gradient steps are Rosenblatt's perceptron
/// (1958). Derivative -t where -t y is positive, else 0. Second derivative 0.
/// </summary>
/// <remarks>
/// Exact for targets of -1 and 1, else within 1 ULP. A score of 0 has loss and derivative 0. NaN where y or t is, or one is 0 and the other
/// infinite. A score infinite on the right side gives 0, on the wrong side +infinity.
/// </remarks>
public readonly struct Perceptron : ICurvedLoss
{
    static bool IElementwiseLoss.IsLight => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => TVector.Max(0, -target * prediction);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector rest = -target * prediction;
        return TVector.Where(rest > 0, -target, TVector.Max(0, rest));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector SecondDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => Formulas.Constant(prediction + target, 0);
}
