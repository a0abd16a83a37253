using System.Numerics;
using System.Numerics.Tensors;

namespace FastLoss.Catalog;

/// <summary>Activations by the calls of System.Numerics.Tensors, in place from the second on. It has no error function, so no exact GELU.</summary>
internal static class ComposedActivations
{
    public static void Sigmoid<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TensorPrimitives.Sigmoid(x, y);

    public static void Tanh<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TensorPrimitives.Tanh(x, y);

    public static void Relu<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TensorPrimitives.Max(x, T.Zero, y);

    /// <summary>x sigmoid(x).</summary>
    public static void Silu<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TensorPrimitives.Sigmoid(x, y);
        TensorPrimitives.Multiply(x, y, y);
    }

    /// <summary>x sigmoid(2 u), u the argument of tanh: x (1 + tanh u) / 2.</summary>
    public static void GeluTanh<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T scale = T.CreateTruncating(2 * Math.Sqrt(2 / Math.PI));
        TensorPrimitives.Multiply(x, x, y);
        TensorPrimitives.Multiply(y, scale * T.CreateTruncating(0.044715), y);
        TensorPrimitives.Add(y, scale, y);
        TensorPrimitives.Multiply(x, y, y);
        TensorPrimitives.Sigmoid(y, y);
        TensorPrimitives.Multiply(x, y, y);
    }

    /// <summary>-ln sigmoid(-x), as long as the sigmoid is not 0; the stable form needs room beside the destination.</summary>
    public static void Softplus<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TensorPrimitives.Negate(x, y);
        LogSigmoid<T>(y, y);
        TensorPrimitives.Negate(y, y);
    }

    public static void LogSigmoid<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TensorPrimitives.Sigmoid(x, y);
        TensorPrimitives.Log(y, y);
    }
}
