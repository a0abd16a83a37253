using System.Runtime.CompilerServices;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// e^2 / 2 for |e| &lt;= delta, delta (|e| - delta / 2) beyond, e = y - t: squares near 0, absolute values far off
/// (Huber 1964). Derivative: e, but at most delta and at least -delta. Second derivative: 1 for |e| &lt;= delta, 0 beyond.
/// </summary>
/// <remarks>
/// Within 4 ULP. NaN where y or t is, or both are the same infinity; +infinity where one is infinite.
/// </remarks>
public readonly struct Huber : ICurvedLoss, ITargetDifferentiableLoss
{
    private const double DefaultDelta = 1;
    private readonly long _delta;

    /// <summary>With delta 1.</summary>
    public Huber()
    {
    }

    /// <param name="delta">Where squares end, positive and finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">delta is not a positive number that a float can hold.</exception>
    public Huber(double delta)
    {
        Guard.PositiveParameter(delta);
        _delta = Unset.Encode(delta, DefaultDelta);
    }

    /// <summary>Where squares end, positive and finite.</summary>
    public double Delta
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Unset.Decode(_delta, DefaultDelta);
    }

    static bool IElementwiseLoss.IsLight => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        // From half the difference: the difference may overflow where its product with delta does not. With c the lesser of it and delta / 2
        // this is 2 half^2, or delta (2 half - delta / 2).
        TVector half = TVector.Abs(Formulas.HalfDifference(prediction, target));
        TVector c = TVector.Min(TVector.Parameter(Delta * 0.5), half);
        return (c * 4) * (half - (c * 0.5));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector delta = TVector.Parameter(Delta);
        return TVector.Min(delta, TVector.Max(-delta, prediction - target));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector SecondDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector error = prediction - target;
        return TVector.Where(TVector.Abs(error) > TVector.Parameter(Delta), 0, Formulas.Constant(error, 1));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector TargetDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => -Derivative(prediction, target);
}
