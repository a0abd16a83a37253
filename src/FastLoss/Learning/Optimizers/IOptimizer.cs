using System.Numerics;
using FastLoss.Kernels;

namespace FastLoss;

/// <summary>
/// A rule by which parameters follow their gradient, as a struct of its numbers: <see cref="Sgd"/>, <see cref="AdaGrad"/>,
/// <see cref="RmsProp"/>, <see cref="Adam"/>, <see cref="AdamW"/>. <see cref="Optimizer{T}"/> runs it. Only the library implements this
/// interface.
/// </summary>
public interface IOptimizer
{
    /// <summary>What it remembers of each parameter, by PyTorch's names.</summary>
    internal ReadOnlySpan<string> SlotNames { get; }

    /// <summary>What its slots hold before the first step.</summary>
    internal double InitialValue => 0;

    /// <summary>Throws where a number is out of its range.</summary>
    internal void Check<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>One step; everything checked.</summary>
    internal void Run<T>(scoped in UpdateSpans<T> spans, UpdateStep step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
