using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The sizes of a two-layer network, and where each part lies in its flat parameter vector: W1 (inputs x hidden,
/// row-major), b1 (hidden), W2 (hidden x classes, row-major), b2 (classes), in this order.
/// </summary>
public readonly record struct TwoLayerShape
{
    /// <param name="inputCount">Elements of an input row, 1 or more.</param>
    /// <param name="hiddenCount">Hidden units, 1 or more.</param>
    /// <param name="classCount">Classes, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or the parameters are more than an array holds.</exception>
    public TwoLayerShape(int inputCount, int hiddenCount, int classCount)
    {
        Guard.AtLeast(inputCount, 1);
        Guard.AtLeast(hiddenCount, 1);
        Guard.AtLeast(classCount, 1);
        Int128 total = ((Int128)inputCount * hiddenCount) + hiddenCount + ((Int128)hiddenCount * classCount) + classCount;
        if (total > Array.MaxLength) Throw.OutOfRange(nameof(hiddenCount), hiddenCount, $"such that the parameters, {total}, are at most {Array.MaxLength}");
        (InputCount, HiddenCount, ClassCount) = (inputCount, hiddenCount, classCount);
    }

    /// <summary>Elements of an input row.</summary>
    public int InputCount { get; }

    /// <summary>Hidden units.</summary>
    public int HiddenCount { get; }

    /// <summary>Classes, and so logits of a row.</summary>
    public int ClassCount { get; }

    /// <summary>The first layer's weights.</summary>
    public Range W1 => ..B1.Start;

    /// <summary>The first layer's biases.</summary>
    public Range B1 => (InputCount * HiddenCount)..W2.Start;

    /// <summary>The second layer's weights.</summary>
    public Range W2 => ((InputCount + 1) * HiddenCount)..B2.Start;

    /// <summary>The second layer's biases.</summary>
    public Range B2 => ((InputCount + 1 + ClassCount) * HiddenCount)..ParameterCount;

    /// <summary>All weights and biases.</summary>
    public int ParameterCount => ((InputCount + 1 + ClassCount) * HiddenCount) + ClassCount;

    /// <summary>The name of a parameter, as in "W1[3, 7]" or "b2[0]".</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such parameter.</exception>
    public string NameOf(int index)
    {
        Guard.Index(index, ParameterCount);
        int offset = index - B1.Start.Value;
        if (offset < 0) return $"W1[{index / HiddenCount}, {index % HiddenCount}]";
        if (offset < HiddenCount) return $"b1[{offset}]";
        offset = index - W2.Start.Value;
        if (index < B2.Start.Value) return $"W2[{offset / ClassCount}, {offset % ClassCount}]";
        return $"b2[{index - B2.Start.Value}]";
    }
}
