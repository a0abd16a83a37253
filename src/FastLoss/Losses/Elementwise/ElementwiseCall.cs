using System.Numerics;
using System.Runtime.CompilerServices;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>What every call over elements does around its kernel: the checks, the divisor, the tally.</summary>
internal static class ElementwiseCall
{
    public static void Check<T>(
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        scoped in LossOptions<T> options,
        Wanted wanted,
        string name = "predictions",
        string targetsName = "targets")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        Guard.SameLength(predictions, targets, name, targetsName);
        Guard.Entries(options, predictions.Length, "element", wanted);
    }

    /// <summary>A destination as long as the inputs: exactly one of them, unless the gradient is added, or apart.</summary>
    public static Written<T> Writes<T>(
        Span<T> destination,
        ReadOnlySpan<T> predictions,
        ReadOnlySpan<T> targets,
        scoped in LossOptions<T> options,
        [CallerArgumentExpression(nameof(destination))] string name = "",
        [CallerArgumentExpression(nameof(predictions))] string predictionsName = "",
        [CallerArgumentExpression(nameof(targets))] string targetsName = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.SameLength<T, T>(destination, predictions, name, predictionsName);
        return Guard.Writes(destination, name)
            .Input(predictions, options, predictionsName)
            .Input(targets, options, targetsName)
            .Apart(options);
    }

    /// <summary>
    /// What the gradient is multiplied by: 1 / the sum of weights (0 when none counts), which takes a pass over the weights, or
    /// 1 / the denominator, which does not.
    /// </summary>
    public static GradientScale Scale<T>(in LossOptions<T> options, int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double weight = options.Denominator
            ?? (Weighs(options) ? ElementWeights.Total(options.Weights, options.Mask, options.Threads).Sum.ToDouble() : length);
        return new(weight == 0 ? 0 : 1 / weight);
    }

    /// <summary>
    /// Runs a pass that writes gradients, or adds them as the options say. Weights that sum to 0 have no mean, and its gradient is zeros,
    /// whatever 0 times a derivative would be.
    /// </summary>
    public static LossTally RunGradient<T, TPlain, TWeighed>(
        scoped in ElementSpans<T> spans, scoped in LossOptions<T> options, GradientScale scale, TPlain plain, TWeighed weighed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TPlain : struct, IElementOperator
        where TWeighed : struct, IElementOperator
    {
        Arrival arrival = !options.Accumulate ? Arrival.Replaces : scale.IsZero ? Arrival.IsDropped : Arrival.IsAdded;
        LossTally tally = Run(spans, options, plain, weighed, arrival);
        if (scale.IsZero && !options.Accumulate)
        {
            spans.Results.Clear();
            spans.SecondResults.Clear();
        }

        return tally;
    }

    /// <summary>Runs the plain operator, or where there are weights or a mask the weighed one.</summary>
    public static LossTally Run<T, TPlain, TWeighed>(
        scoped in ElementSpans<T> spans, scoped in LossOptions<T> options, TPlain plain, TWeighed weighed, Arrival arrival = Arrival.Replaces)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TPlain : struct, IElementOperator
        where TWeighed : struct, IElementOperator
    {
        bool weighs = Weighs(options);
        return !weighs && arrival == Arrival.Replaces && ElementPass.TryRunChunk(spans, plain, out double chunk)
            ? LossTally.OfChunk(chunk, spans.Length)
            : RunAll(spans, options, plain, weighed, arrival, weighs);
    }

    /// <summary>Not part of a short call, whose frame it would make large.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static LossTally RunAll<T, TPlain, TWeighed>(
        scoped in ElementSpans<T> call, scoped in LossOptions<T> options, TPlain plain, TWeighed weighed, Arrival arrival, bool weighs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TPlain : struct, IElementOperator
        where TWeighed : struct, IElementOperator
    {
        ElementSpans<T> spans = call;
        spans.Arrival = arrival;
        spans.Threads = options.Threads;
        if (!weighs) return new(ElementPass.Run(spans, plain), spans.Length);
        WeightTotal total = default;
        spans.Weights = options.Weights;
        spans.Mask = options.Mask;
        ExactSum sum = ElementPass.Run(spans, weighed, ref total);
        return new(sum, total.Sum, total.Count);
    }

    private static bool Weighs<T>(in LossOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => !options.Weights.IsEmpty || !options.Mask.IsEmpty;
}
