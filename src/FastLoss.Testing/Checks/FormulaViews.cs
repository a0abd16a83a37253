using System.Runtime.CompilerServices;

namespace FastLoss.Testing;

/// <summary>The derivative of a loss as a loss.</summary>
internal readonly struct SlopeOf<TLoss>(TLoss loss) : IElementwiseLoss
    where TLoss : struct, ICurvedLoss
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => loss.Derivative(prediction, target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => loss.SecondDerivative(prediction, target);
}

/// <summary>A loss whose derivative is the one by the target.</summary>
internal readonly struct TargetSide<TLoss>(TLoss loss) : IElementwiseLoss
    where TLoss : struct, ITargetDifferentiableLoss
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => loss.Value(prediction, target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => loss.TargetDerivative(prediction, target);
}

/// <summary>An activation as a loss that no target changes.</summary>
internal readonly struct LossOfActivation<TActivation>(TActivation activation) : IElementwiseLoss
    where TActivation : struct, IActivation
{
    static bool IElementwiseLoss.IsLight => TActivation.IsLight;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => activation.Value(prediction);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => activation.Derivative(prediction);
}
