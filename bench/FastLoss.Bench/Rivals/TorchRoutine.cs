using System.Runtime.InteropServices;
using FastLoss.Bench.Suites;
using TorchSharp;
using static TorchSharp.torch;

namespace FastLoss.Bench.Rivals;

/// <summary>
/// libtorch on one thread. Its functions allocate their results, and its tensors their memory, aligned to 64 bytes as ours:
/// that is how it is used.
/// </summary>
public sealed class TorchRoutine(Tensor first, Tensor second, Func<Tensor, Tensor, Tensor> function, Func<Tensor, double> read)
    : INativeRival
{
    public static Tensor Copy<T>(AlignedBuffer<T> buffer, params long[] shape) where T : unmanaged
    {
        set_num_threads(1);
        Tensor tensor = empty(shape, typeof(T) == typeof(float) ? ScalarType.Float32 : ScalarType.Float64);
        MemoryMarshal.AsBytes(buffer.Span).CopyTo(tensor.bytes);
        return tensor;
    }

    public double Run()
    {
        using Tensor result = function(first, second);
        return read(result);
    }

    public void Dispose()
    {
        first.Dispose();
        second.Dispose();
    }
}
