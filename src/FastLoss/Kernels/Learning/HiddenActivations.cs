using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>A nonlinearity as differences of a network's loss need it: itself, and the change a small step makes.</summary>
internal interface IHiddenActivation
{
    static abstract V Of<V>(V x)
        where V : unmanaged, IVector<V>;

    /// <summary>Of(x + step) - Of(x) without the cancellation, |step| at most <see cref="LossChange.SmallStep"/>; <paramref name="activated"/> = Of(x).</summary>
    static abstract V Change<V, T>(V x, V activated, V step)
        where V : unmanaged, IPacked<V, T>, IVector<V>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

internal readonly struct SigmoidActivation : IHiddenActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x)
        where V : unmanaged, IVector<V> => V.Sigmoid(x);

    /// <summary>With E = e^step - 1: s(x + step) - s(x) = s(x) (1 - s(x)) E / (1 + s(x) E).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Change<V, T>(V x, V activated, V step)
        where V : unmanaged, IPacked<V, T>, IVector<V>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        V grown = Exponentials<V, T>.M1OfRest(step);
        return activated * (1 - activated) * grown / V.Fma(activated, grown, 1);
    }
}

internal readonly struct ReluActivation : IHiddenActivation
{
    /// <summary>NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x)
        where V : unmanaged, IVector<V> => V.Where(x < 0, 0, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Change<V, T>(V x, V activated, V step)
        where V : unmanaged, IPacked<V, T>, IVector<V>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        V moved = x + step;
        return V.Where((x >= 0) & (moved >= 0), step, Of(moved) - activated);
    }
}

internal readonly struct TanhActivation : IHiddenActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x)
        where V : unmanaged, IVector<V> => V.Tanh(x);

    /// <summary>With a = tanh x and E = e^(2 step) - 1: (1 - a) (1 + a) E / (2 + (1 + a) E).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Change<V, T>(V x, V activated, V step)
        where V : unmanaged, IPacked<V, T>, IVector<V>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // The square of e^step - 1 and twice it: the polynomial is for steps up to ln 2 / 2.
        V half = Exponentials<V, T>.M1OfRest(step), grown = V.Fma(half, half, 2 * half), above = 1 + activated;
        return (1 - activated) * above * grown / V.Fma(above, grown, 2);
    }
}

/// <summary>x s with s = 1 / (1 + e^-x) changes by step (s + change of s) + x (change of s).</summary>
internal readonly struct SiluActivation : IHiddenActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x)
        where V : unmanaged, IVector<V> => default(ActivationFormulas.Silu).Value(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Change<V, T>(V x, V activated, V step)
        where V : unmanaged, IPacked<V, T>, IVector<V>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        V share = V.Sigmoid(x), moved = SigmoidActivation.Change<V, T>(x, share, step);
        return V.Fma(step, share + moved, x * moved);
    }
}

/// <summary>ln(1 + e^x) changes by ln(1 + s (e^step - 1)), s = 1 / (1 + e^-x).</summary>
internal readonly struct SoftplusActivation : IHiddenActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x)
        where V : unmanaged, IVector<V> => V.Softplus(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Change<V, T>(V x, V activated, V step)
        where V : unmanaged, IPacked<V, T>, IVector<V>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => V.Log1P(V.Sigmoid(x) * Exponentials<V, T>.M1OfRest(step));
}

/// <summary>
/// An activation whose change is the difference of its values: a step of h leaves eps / h of relative error, 4e-11 at the usual step in double and 1e-5 in float.
/// </summary>
internal readonly struct SubtractedActivation<TActivation> : IHiddenActivation
    where TActivation : struct, IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Of<V>(V x)
        where V : unmanaged, IVector<V> => default(TActivation).Value(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Change<V, T>(V x, V activated, V step)
        where V : unmanaged, IPacked<V, T>, IVector<V>
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Of(x + step) - activated;
}
