using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The sizes of a network of affine layers, and where each part lies in its flat vector of parameters: W1 (inputs x units, row-major), b1, W2, b2
/// and so on, layer after layer. new(784, 200, 10) has 784 inputs, one hidden layer of 200 units and 10 classes.
/// </summary>
public sealed class NetworkShape : IEquatable<NetworkShape>
{
    private readonly int[] _sizes;
    private readonly int[] _starts; // of each layer's weights, and the end of all

    /// <param name="sizes">The inputs, the units of each hidden layer (none: a linear classifier), and the classes; each 1 or more.</param>
    /// <exception cref="ArgumentException">There are fewer than two sizes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or the parameters are more than an array holds.</exception>
    public NetworkShape(params ReadOnlySpan<int> sizes)
    {
        if (sizes.Length < 2) throw new ArgumentException($"sizes has {sizes.Length} elements; a network has inputs and classes at least", nameof(sizes));
        Int128 total = 0;
        _starts = new int[sizes.Length];
        for (int i = 0; i < sizes.Length; i++)
        {
            if (sizes[i] < 1) Throw.ElementOutOfRange(nameof(sizes), i, sizes[i], "1 or more");
            if (i > 0) total += ((Int128)sizes[i - 1] + 1) * sizes[i];
            if (total > Array.MaxLength) Throw.ElementOutOfRange(nameof(sizes), i, sizes[i], $"such that the parameters, {total} up to there, are at most {Array.MaxLength}");
            _starts[i] = (int)total;
        }

        _sizes = sizes.ToArray();
        foreach (int units in sizes[1..^1]) LargestHidden = Math.Max(LargestHidden, units);
    }

    /// <summary>The inputs, the units of each hidden layer, and the classes.</summary>
    public ReadOnlySpan<int> Sizes => _sizes;

    /// <summary>Elements of an input row.</summary>
    public int InputCount => _sizes[0];

    /// <summary>Classes, and so logits of a row.</summary>
    public int ClassCount => _sizes[^1];

    /// <summary>Affine layers: one more than there are hidden ones.</summary>
    public int LayerCount => _sizes.Length - 1;

    /// <summary>All weights and biases.</summary>
    public int ParameterCount => _starts[^1];

    /// <summary>The units of the largest hidden layer; 0 without one.</summary>
    internal int LargestHidden { get; }

    /// <summary>Where a layer's weights lie, its inputs x its units, row-major.</summary>
    /// <param name="layer">Which layer, from 0; its weights are called W1.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such layer.</exception>
    public Range Weights(int layer)
    {
        Guard.Index(layer, LayerCount);
        return _starts[layer]..(_starts[layer + 1] - _sizes[layer + 1]);
    }

    /// <summary>Where a layer's biases lie.</summary>
    /// <param name="layer">Which layer, from 0; its biases are called b1.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such layer.</exception>
    public Range Biases(int layer)
    {
        Guard.Index(layer, LayerCount);
        return (_starts[layer + 1] - _sizes[layer + 1]).._starts[layer + 1];
    }

    /// <summary>The name of a parameter, as in "W1[3, 7]" or "b2[0]".</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such parameter.</exception>
    public string NameOf(int index)
    {
        (int layer, int input, int unit) = PlaceOf(index);
        return input < 0 ? $"b{layer + 1}[{unit}]" : $"W{layer + 1}[{input}, {unit}]";
    }

    /// <summary>The sizes, as in "784-200-10".</summary>
    public override string ToString() => string.Join('-', _sizes);

    /// <summary>Whether the sizes are the same.</summary>
    public bool Equals(NetworkShape? other) => other is not null && other._sizes.AsSpan().SequenceEqual(_sizes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as NetworkShape);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (int size in _sizes) hash.Add(size);
        return hash.ToHashCode();
    }

    /// <summary>The layer of a parameter, the input (-1: a bias) and the unit it joins.</summary>
    internal (int Layer, int Input, int Unit) PlaceOf(int index)
    {
        Guard.Index(index, ParameterCount);
        int layer = LayerCount - 1;
        while (index < _starts[layer]) layer--;
        int units = _sizes[layer + 1], offset = index - _starts[layer], input = offset / units;
        return (layer, input == _sizes[layer] ? -1 : input, offset % units);
    }
}
