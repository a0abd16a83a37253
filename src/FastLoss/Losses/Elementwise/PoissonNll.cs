using System.Runtime.CompilerServices;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The negative log-likelihood of counts t under Poisson rates y, without the term of t alone: y - t ln(y + epsilon).
/// Derivative 1 - t / (y + epsilon), second derivative t / (y + epsilon)^2. From logarithms of rates:
/// <see cref="PoissonNllFromLogRate"/>.
/// </summary>
/// <remarks>
/// Within 2 ULP of the larger of its two terms, which may cancel, also where epsilon is below an ULP of y. A count of 0 leaves y, also
/// at y = 0; a positive count at rate 0 gives +infinity; NaN where y + epsilon is negative, or y or t is NaN.
/// </remarks>
public readonly struct PoissonNll : ICurvedLoss
{
    /// <param name="epsilon">What is added to a rate before its logarithm is taken, 0 or more; 0 when unset, 1e-8 elsewhere.</param>
    /// <param name="isFull">Adds Stirling's t ln t - t + ln(2 pi t) / 2 for ln t! of counts above 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">epsilon is negative, or more than a float can hold.</exception>
    public PoissonNll(double epsilon, bool isFull = false)
    {
        Guard.NotNegativeParameter(epsilon);
        Epsilon = epsilon;
        IsFull = isFull;
    }

    /// <summary>What is added to a rate before its logarithm is taken.</summary>
    public double Epsilon { get; }

    /// <summary>Whether Stirling's approximation of ln t! is added.</summary>
    public bool IsFull { get; }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector value = prediction - Formulas.Weighted(LogRate(prediction), target);
        value = TVector.Where(TVector.Equal(prediction, double.PositiveInfinity), prediction, value);
        return IsFull ? value + Formulas.Stirling(target) : value;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        // (y + epsilon - t) / (y + epsilon) keeps its digits near y = t; with no count, or far above it, it is 1.
        TVector rate = prediction + TVector.Parameter(Epsilon);
        TVector slope = TVector.Where(TVector.Equal(target, 0) | TVector.Equal(rate, double.PositiveInfinity), 1, (rate - target) / rate);
        slope = TVector.Where(TVector.Equal(target, target), slope, target);
        return Formulas.Within(slope, rate, 0, double.PositiveInfinity);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector SecondDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>
    {
        TVector rate = prediction + TVector.Parameter(Epsilon);
        return Formulas.Within(Formulas.Weighted(1 / rate / rate, target), rate, 0, double.PositiveInfinity);
    }

    /// <summary>ln(y + epsilon), with what the sum rounds away: of 10^9 counts an epsilon of 1e-8 is 10 in the loss.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TVector LogRate<TVector>(TVector prediction)
        where TVector : unmanaged, IVector<TVector> =>
        Epsilon == 0 ? TVector.Log(prediction) : Formulas.LogOfSum(prediction, TVector.Parameter(Epsilon));
}
