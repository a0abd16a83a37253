using System.Numerics;

namespace FastLoss.Catalog;

/// <summary>What a call of a routine of rows is given and asked for; empty where nothing is.</summary>
/// <param name="Inputs">Each with its rows next to each other, unless an axis says otherwise.</param>
/// <param name="Columns">The length of a row.</param>
/// <param name="Labels">One for each row, of routines that take labels.</param>
public sealed record RowCall<T>(T[][] Inputs, int Columns, int[] Labels)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public T[] Weights { get; init; } = [];

    public T[] ClassWeights { get; init; } = [];

    public bool[] Mask { get; init; } = [];

    public int? IgnoreLabel { get; init; }

    public double? Denominator { get; init; }

    public bool Accumulate { get; init; }

    public MaskedRows MaskedRows { get; init; }

    public int Threads { get; init; }

    /// <summary>Where the classes lie, of losses that take that; the columns next to each other when null.</summary>
    public ClassAxis? Axis { get; init; }

    /// <summary>Receives the losses when given.</summary>
    public T[]? Losses { get; init; }

    /// <summary>Receive the gradients when given.</summary>
    public T[][]? Gradients { get; init; }

    public ClassAxis Classes => Axis ?? Columns;

    /// <summary>A method: a record prints its properties, and this type cannot be.</summary>
    public LossOptions<T> Options() => new()
    {
        Weights = Weights,
        ClassWeights = ClassWeights,
        Mask = Mask,
        IgnoreLabel = IgnoreLabel,
        Denominator = Denominator,
        Accumulate = Accumulate,
        MaskedRows = MaskedRows,
        Threads = Threads,
    };
}
