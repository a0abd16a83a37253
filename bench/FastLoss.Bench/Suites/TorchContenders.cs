using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using FastLoss.Bench.Rivals;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace FastLoss.Bench.Suites;

// Every contender of TorchSharp, apart from its suite so that this one file is left out of a build without it.

public abstract partial class LogitsSuite<T>
{
    /// <summary>A function of the logits and, where it needs them, the labels.</summary>
    protected TorchRoutine Torch(Func<Tensor, Tensor, Tensor> function)
    {
        Tensor logits = TorchRoutine.Copy(Logits, Shape.Rows, Shape.Classes);
        Tensor labels = torch.tensor(Labels.Span.ToArray(), dtype: ScalarType.Int64);
        return Own(new TorchRoutine(logits, labels, function, ReadResult));
    }

    /// <summary>Takes one number out of the result; an array only when it is about to be verified.</summary>
    private double ReadResult(Tensor result)
    {
        if (result.numel() == 1 && this is not MapSuite<T>) return result.to_type(ScalarType.Float64).item<double>();
        if (Verifying && this is MapSuite<T> map) map.TakeOutput(MemoryMarshal.Cast<byte, T>(result.bytes));
        return 0;
    }
}

public abstract partial class PairSuite<T>
{
    protected TorchRoutine Torch(Func<Tensor, Tensor, Tensor> function, double factor) => Own(new TorchRoutine(
        TorchRoutine.Copy(Predictions, Shape.Elements),
        TorchRoutine.Copy(Targets, Shape.Elements),
        function,
        result => factor * result.to_type(ScalarType.Float64).item<double>()));
}

public partial class SoftmaxSuite<T>
{
    private TorchRoutine? _torch;

    [Benchmark, Native]
    public double TorchSharp() => (_torch ??= Torch((x, _) => x.softmax(-1))).Run();
}

public partial class LogSoftmaxSuite<T>
{
    private TorchRoutine? _torch;

    [Benchmark, Native]
    public double TorchSharp() => (_torch ??= Torch((x, _) => x.log_softmax(-1))).Run();
}

public partial class SigmoidSuite<T>
{
    private TorchRoutine? _torch;

    [Benchmark, Native]
    public double TorchSharp() => (_torch ??= Torch((x, _) => x.sigmoid())).Run();
}

public partial class LogSumExpSuite<T>
{
    private TorchRoutine? _torch;

    [Benchmark, Native]
    public double TorchSharp() => (_torch ??= Torch((x, _) => x.logsumexp(-1))).Run();
}

public partial class CrossEntropySuite<T>
{
    private TorchRoutine? _torch;

    [Benchmark, Native]
    public double TorchSharp() => (_torch ??= Torch((x, labels) => cross_entropy(x, labels))).Run();
}

public partial class CrossEntropyGradientSuite<T>
{
    private TorchRoutine? _torch;

    [Benchmark, Native]
    public double TorchSharp() => (_torch ??= Torch((x, labels) =>
    {
        using Tensor loss = cross_entropy(x.requires_grad_(), labels);
        return autograd.grad([loss], [x])[0];
    })).Run();
}

public partial class SquaredErrorSuite<T>
{
    private TorchRoutine? _torch;

    [Benchmark, Native]
    public double TorchSharp() => (_torch ??= Torch((y, t) => mse_loss(y, t, nn.Reduction.Sum), 0.5)).Run();
}
