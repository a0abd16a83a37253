using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>A nonlinearity as the two-layer network needs it: forward, backward, and the change a small step makes.</summary>
internal interface IHiddenActivation<T>
{
    static abstract Vector512<T> Of(Vector512<T> x);

    /// <summary>The gradient with respect to x, from that with respect to <paramref name="activated"/> = Of(x).</summary>
    static abstract Vector512<T> Backward(Vector512<T> activated, Vector512<T> gradient);

    /// <summary>Of(x + step) - Of(x) without the cancellation, |step| at most <see cref="LossChange.SmallStep"/>; <paramref name="activated"/> = Of(x).</summary>
    static abstract Vector512<T> Change(Vector512<T> x, Vector512<T> activated, Vector512<T> step);
}

internal readonly struct SigmoidActivation<T> : IHiddenActivation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Of(Vector512<T> x) => VectorMath.Sigmoid(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Backward(Vector512<T> activated, Vector512<T> gradient) =>
        gradient * (activated * (Vector512<T>.One - activated));

    /// <summary>With E = e^step - 1: s(x + step) - s(x) = s(x) (1 - s(x)) E / (1 + s(x) E).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Change(Vector512<T> x, Vector512<T> activated, Vector512<T> step)
    {
        Vector512<T> grown = VectorMath.ExpM1Near0(step);
        return activated * (Vector512<T>.One - activated) * grown / Lanes.Fma(activated, grown, Vector512<T>.One);
    }
}

internal readonly struct ReluActivation<T> : IHiddenActivation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Of(Vector512<T> x) =>
        Lanes.Select(Vector512.LessThan(x, Vector512<T>.Zero), Vector512<T>.Zero, x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Backward(Vector512<T> activated, Vector512<T> gradient) =>
        Lanes.Select(Vector512.LessThanOrEqual(activated, Vector512<T>.Zero), Vector512<T>.Zero, gradient);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Change(Vector512<T> x, Vector512<T> activated, Vector512<T> step)
    {
        Vector512<T> moved = x + step;
        Vector512<T> staysAbove = Vector512.GreaterThanOrEqual(Vector512.Min(x, moved), Vector512<T>.Zero);
        return Lanes.Select(staysAbove, step, Of(moved) - activated);
    }
}

/// <summary>The hidden layer's element-wise passes.</summary>
internal static class HiddenLayer
{
    public static void Activate<T>(HiddenActivation activation, ReadOnlySpan<T> x, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (activation == HiddenActivation.Sigmoid) Map.Run(x, destination, new Forward<T, SigmoidActivation<T>>());
        else Map.Run(x, destination, new Forward<T, ReluActivation<T>>());
    }

    /// <summary>Turns the gradient with respect to the activated values into that with respect to what was activated.</summary>
    public static void Backpropagate<T>(HiddenActivation activation, ReadOnlySpan<T> activated, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (activation == HiddenActivation.Sigmoid)
            Elementwise.Run(activated, gradient, default, gradient, new Backward<T, SigmoidActivation<T>>());
        else
            Elementwise.Run(activated, gradient, default, gradient, new Backward<T, ReluActivation<T>>());
    }

    private readonly struct Forward<T, TActivation> : IMapStep<T>
        where TActivation : struct, IHiddenActivation<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Of(Vector512<T> x) => TActivation.Of(x);
    }

    private readonly struct Backward<T, TActivation> : IElementwiseStep<T>
        where TActivation : struct, IHiddenActivation<T>
    {
        public static bool Sums => false;

        public static bool Writes => true;

        public static bool Weighs => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Step(Vector512<T> prediction, Vector512<T> target, Vector512<T> weight, ref Vector512<T> sum) =>
            TActivation.Backward(prediction, target);
    }
}
