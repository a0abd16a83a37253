using System.Runtime.CompilerServices;

namespace FastLoss;

/// <summary>A loss whose derivative is the one by the target.</summary>
internal readonly struct ByTarget<TLoss>(TLoss loss) : IElementwiseLoss
    where TLoss : struct, ITargetDifferentiableLoss
{
    static bool IElementwiseLoss.IsLight => TLoss.IsLight;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Value<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => loss.Value(prediction, target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector> => loss.TargetDerivative(prediction, target);
}
