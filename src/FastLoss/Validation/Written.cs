using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Validation;

/// <summary>
/// A span that a call writes, held against the call's other spans: it is exactly one of the inputs that may be written over, of
/// its own type, or apart from them all, and always apart from weights, masks, labels and what else is written. Every public method
/// that writes says with it which spans it has; there is no other check of overlap.
/// </summary>
internal readonly ref struct Written<T>
    where T : unmanaged
{
    private readonly ReadOnlySpan<T> _destination;
    private readonly string _name;

    public Written(ReadOnlySpan<T> destination, string name)
    {
        _destination = destination;
        _name = name;
    }

    /// <summary>Exactly this input, or apart from it: anything else would read what it has already overwritten.</summary>
    public Written<T> Over(ReadOnlySpan<T> input, [CallerArgumentExpression(nameof(input))] string inputName = "")
    {
        if (_destination.Overlaps(input, out int offset) && (offset != 0 || _destination.Length != input.Length))
        {
            Throw.PartialOverlap(_name, inputName);
        }

        return this;
    }

    /// <summary>No common byte, whatever the other's type.</summary>
    public Written<T> Apart<TOther>(ReadOnlySpan<TOther> other, [CallerArgumentExpression(nameof(other))] string otherName = "")
        where TOther : unmanaged
    {
        if (Bytes.Overlap(_destination, other)) Throw.Overlap(_name, otherName);
        return this;
    }
}

/// <summary>The rule for what stands in options.</summary>
internal static class WrittenOptions
{
    /// <summary>An input that may be written over, unless the gradient is added to what stands in its destination.</summary>
    public static Written<T> Input<T>(
        this Written<T> written,
        ReadOnlySpan<T> input,
        scoped in LossOptions<T> options,
        [CallerArgumentExpression(nameof(input))] string inputName = "")
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        options.Accumulate ? written.Apart(input, inputName) : written.Over(input, inputName);

    /// <summary>No common byte with weights, of entries or classes, or the mask.</summary>
    public static Written<T> Apart<T>(this Written<T> written, scoped in LossOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        written.Apart(options.Weights).Apart(options.ClassWeights).Apart(options.Mask);
}
