using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>s tanh(x / s) / temperature.</summary>
internal readonly struct OptionTransform<T>(OptionScalars options) : IMapStep<T>, IElementwiseStep<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static bool Sums => false;

    public static bool Writes => true;

    public static bool Weighs => false;

    /// <summary>The gradient by the capped logits times what those have by the logits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Step(Vector512<T> gradient, Vector512<T> logits, Vector512<T> weight, ref Vector512<T> sum) =>
        gradient * Derivative(logits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Of(Vector512<T> x)
    {
        if (options.Softcap != 0)
        {
            // A masked logit stays masked.
            Vector512<T> isMasked = Vector512.Equals(x, Vector512.Create(T.NegativeInfinity));
            Vector512<T> capped = VectorMath.Tanh(x / VectorMath.Of<T>(options.Softcap)) * VectorMath.Of<T>(options.Softcap);
            x = Lanes.Select(isMasked, x, capped);
        }

        return x * VectorMath.Of<T>(options.InverseTemperature);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Derivative(Vector512<T> x)
    {
        Vector512<T> slope = VectorMath.Of<T>(options.InverseTemperature);
        return options.Softcap == 0 ? slope : slope * VectorMath.TanhDerivative(x / VectorMath.Of<T>(options.Softcap));
    }
}
