using System.Runtime.CompilerServices;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// a f(y, t) + b g(y, t): two losses of the same predictions and targets in one pass, with both derivatives.
/// <code>
/// WeightedSum&lt;SquaredError, AbsoluteError&gt; loss = new(0.9, new(), 0.1, new());
/// </code>
/// </summary>
/// <remarks>
/// The error is that of a f and of b g and one rounding, of the larger of the two, which may cancel where a weight is negative. A weight of
/// 0 does not hide a NaN or an infinity of its loss. A kink of either is one of the sum. Meant for two losses of which one at least is light
/// (squared, absolute and Huber errors, hinges): the pass takes the arithmetic of both and reads and writes once, 1.45 ns per float for
/// binary cross-entropy from logits with squared error and their gradient, where cross-entropy alone takes 1.3. Of two with exponentials
/// or logarithms the value is still the sum of both, but the gradient's code is over the compiler's budget, and takes two to four times as
/// long as one after the other: evaluate these so, the second with <see cref="LossOptions{T}.Accumulate"/>.
/// </remarks>
/// <typeparam name="TFirst">f.</typeparam>
/// <typeparam name="TSecond">g.</typeparam>
public readonly struct WeightedSum<TFirst, TSecond> : ICurvedLoss
    where TFirst : struct, ICurvedLoss
    where TSecond : struct, ICurvedLoss
{
    private const double DefaultWeight = 1;
    private readonly TFirst _first;
    private readonly TSecond _second;
    private readonly long _firstWeight, _secondWeight;

    /// <summary>The plain sum of both with their defaults.</summary>
    public WeightedSum()
    {
    }

    /// <param name="firstWeight">a, finite.</param>
    /// <param name="first">f.</param>
    /// <param name="secondWeight">b, finite.</param>
    /// <param name="second">g.</param>
    /// <exception cref="ArgumentOutOfRangeException">A weight is no number that a float can hold.</exception>
    public WeightedSum(double firstWeight, TFirst first, double secondWeight, TSecond second)
    {
        Guard.FiniteParameter(firstWeight);
        Guard.FiniteParameter(secondWeight);
        _firstWeight = Unset.Encode(firstWeight, DefaultWeight);
        _secondWeight = Unset.Encode(secondWeight, DefaultWeight);
        _first = first;
        _second = second;
    }

    /// <summary>a.</summary>
    public double FirstWeight
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Unset.Decode(_firstWeight, DefaultWeight);
    }

    /// <summary>b.</summary>
    public double SecondWeight
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Unset.Decode(_secondWeight, DefaultWeight);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> =>
        Sum(_first.Value(prediction, target), _second.Value(prediction, target));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> =>
        Sum(_first.Derivative(prediction, target), _second.Derivative(prediction, target));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector SecondDerivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> =>
        Sum(_first.SecondDerivative(prediction, target), _second.SecondDerivative(prediction, target));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TVector Sum<TVector>(TVector first, TVector second)
        where TVector : unmanaged, IVector<TVector> =>
        TVector.Fma(TVector.Parameter(FirstWeight), first, TVector.Parameter(SecondWeight) * second);
}
