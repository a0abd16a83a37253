using FastLoss.Bench.Suites;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace FastLoss.Bench.Rivals;

/// <summary>
/// An ONNX Runtime session on one thread whose inputs and output are the suite's own memory, bound once: a run copies and
/// allocates nothing that it could avoid.
/// </summary>
public sealed class OnnxRoutine : INativeRival
{
    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _options = new();
    private readonly List<OrtValue> _values = [];

    public OnnxRoutine(byte[] model)
    {
        using SessionOptions options = new()
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
        };
        _session = new InferenceSession(model, options);
        _binding = _session.CreateIoBinding();
    }

    public static int ElementType<T>() => typeof(T) == typeof(float) ? OnnxModel.FloatType : OnnxModel.DoubleType;

    public OnnxRoutine Input<T>(string name, AlignedBuffer<T> buffer, params long[] shape) where T : unmanaged
    {
        _binding.BindInput(name, Value(buffer, shape));
        return this;
    }

    public OnnxRoutine Output<T>(string name, AlignedBuffer<T> buffer, params long[] shape) where T : unmanaged
    {
        _binding.BindOutput(name, Value(buffer, shape));
        return this;
    }

    /// <summary>Where a routine with one number as its result finds it; unset where the result is an array.</summary>
    public Func<double>? Result { get; init; }

    public double Run()
    {
        _session.RunWithBinding(_options, _binding);
        return Result is null ? 0 : Result();
    }

    public void Dispose()
    {
        _binding.Dispose();
        foreach (OrtValue value in _values) value.Dispose();
        _options.Dispose();
        _session.Dispose();
    }

    private OrtValue Value<T>(AlignedBuffer<T> buffer, long[] shape) where T : unmanaged
    {
        TensorElementType type = typeof(T) == typeof(float) ? TensorElementType.Float
            : typeof(T) == typeof(double) ? TensorElementType.Double
            : TensorElementType.Int64;
        OrtValue value = OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance, type, shape, buffer.Address, buffer.Bytes);
        _values.Add(value);
        return value;
    }
}
