using System.Numerics;

namespace FastLoss.Testing;

/// <summary>Rows of logits with a label each, as a property receives them.</summary>
/// <param name="Logits">Row after row.</param>
/// <param name="ClassCount">Columns, 1 or more.</param>
/// <param name="Labels">A class for each row.</param>
public sealed record LogitBatch(double[] Logits, int ClassCount, int[] Labels)
{
    /// <summary>How many rows.</summary>
    public int Rows => Labels.Length;

    /// <summary>The logits as another type.</summary>
    public T[] As<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Array.ConvertAll(Logits, T.CreateTruncating);

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Rows} row{(Rows == 1 ? "" : "s")} of {ClassCount}: {Shrinking.Text(Logits)}, labels {Shrinking.Text(Labels, l => $"{l}")}";
}

/// <summary>An array of numbers as a property receives it.</summary>
/// <param name="Values">The numbers.</param>
public sealed record NumberArray(double[] Values)
{
    /// <summary>The numbers as another type.</summary>
    public T[] As<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Array.ConvertAll(Values, T.CreateTruncating);

    /// <inheritdoc/>
    public override string ToString() => $"{Values.Length}: {Shrinking.Text(Values)}";
}

/// <summary>A mask as a property receives it.</summary>
/// <param name="Counts">Which elements count.</param>
public sealed record MaskArray(bool[] Counts)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Counts.Length}: {Shrinking.Text(Counts)}";
}

/// <summary>A class for each row, as a property receives them.</summary>
/// <param name="Labels">Each from 0 to less than <paramref name="ClassCount"/>.</param>
/// <param name="ClassCount">How many classes there are, 1 or more.</param>
public sealed record LabelArray(int[] Labels, int ClassCount)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Labels.Length} of {ClassCount} classes: {Shrinking.Text(Labels, l => $"{l}")}";
}
