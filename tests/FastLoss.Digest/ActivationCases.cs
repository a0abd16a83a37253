using System.Numerics;

namespace FastLoss.Digest;

/// <summary>The activations forward and backward.</summary>
internal static class ActivationCases
{
    private delegate void Forward<T>(ReadOnlySpan<T> x, Span<T> y);

    private delegate void Backward<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> outputGradient, Span<T> gradient);

    public static Hash Of<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Hash hash = new();
        Add<T>(Sigmoid.Compute, Sigmoid.Backward);
        Add<T>(LogSigmoid.Compute, LogSigmoid.Backward);
        Add<T>(Softplus.Compute, Softplus.Backward);
        Add<T>(Tanh.Compute, Tanh.Backward);
        Add<T>(Relu.Compute, Relu.Backward);
        Add<T>(Gelu.Compute, Gelu.Backward);
        Add<T>(GeluTanh.Compute, GeluTanh.Backward);
        Add<T>(Silu.Compute, Silu.Backward);
        Source source = new(41);
        foreach (int classCount in new[] { 1, 10, 63, 64, 65, 1000 })
        {
            T[] x = source.Logits<T>(3 * classCount), g = source.Numbers<T>(x.Length), y = new T[x.Length], d = new T[x.Length];
            Softmax.Compute<T>(x, classCount, y);
            Softmax.Backward<T>(y, classCount, g, d);
            hash.Add<T>(d);
            LogSoftmax.Compute<T>(x, classCount, y);
            LogSoftmax.Backward<T>(y, classCount, g, d);
            hash.Add<T>(d);
        }

        return hash;

        void Add<TX>(Forward<TX> forward, Backward<TX> backward)
            where TX : unmanaged, IBinaryFloatingPointIeee754<TX>
        {
            Source source = new(37);
            foreach (int n in new[] { 0, 1, 8, 15, 33, 64, 200, 513, 5000 })
            {
                TX[] x = source.Logits<TX>(n), g = source.Numbers<TX>(n), y = new TX[n];
                forward(x, y);
                hash.Add<TX>(y);
                backward(x, g, y);
                hash.Add<TX>(y);
            }
        }
    }
}
