using System.Runtime.CompilerServices;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// e^2 / (2 beta) for |e| &lt; beta, |e| - beta / 2 beyond, e = y - t: <see cref="Huber"/> divided by its delta (Girshick
/// 2015). Derivative: e / beta, or the sign of e. Second derivative: 1 / beta for |e| &lt; beta, 0 beyond. With beta 0 it is
/// <see cref="AbsoluteError"/>.
/// </summary>
/// <remarks>
/// Within 4 ULP. NaN where y or t is, or both are the same infinity; +infinity where one is infinite.
/// </remarks>
public readonly struct SmoothL1 : ICurvedLoss, ITargetDifferentiableLoss
{
    private const double DefaultBeta = 1;
    private readonly long _beta;

    /// <summary>With beta 1.</summary>
    public SmoothL1()
    {
    }

    /// <param name="beta">Where squares end, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">beta is negative, or it or its inverse is more than a float can hold.</exception>
    public SmoothL1(double beta)
    {
        if (beta != 0) Guard.InvertibleParameter(beta);
        _beta = Unset.Encode(beta, DefaultBeta);
    }

    /// <summary>Where squares end, 0 or more.</summary>
    public double Beta
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Unset.Decode(_beta, DefaultBeta);
    }

    /// <summary>1 / beta; infinite for beta 0, where nothing is multiplied by it.</summary>
    private double Inverse
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 1 / Beta;
    }

    static bool IElementwiseLoss.IsLight => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector error = TVector.Abs(prediction - target);
        TVector near = error * (error * TVector.Parameter(0.5 * Inverse));
        return TVector.Where(error < TVector.Parameter(Beta), near, error - TVector.Parameter(0.5 * Beta));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector error = prediction - target;
        return TVector.Where(TVector.Abs(error) < TVector.Parameter(Beta), error * TVector.Parameter(Inverse), Formulas.Sign(error));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector SecondDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector error = prediction - target;
        return TVector.Where(TVector.Abs(error) < TVector.Parameter(Beta), TVector.Parameter(Inverse), Formulas.Constant(error, 0));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector TargetDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => -Derivative(prediction, target);
}
