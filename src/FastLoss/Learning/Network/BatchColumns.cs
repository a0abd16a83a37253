using System.Numerics;
using System.Runtime.CompilerServices;
using FastLoss.Kernels;

namespace FastLoss;

/// <summary>
/// A network at one point, over the rows of a batch: what enters each layer, what its hidden units were before their activation, and the softmax; unit by unit, so that
/// the rows of a unit are the lanes of a vector.
/// </summary>
/// <remarks>The last rows of a unit, up to a whole number of the widest registers, are padding: 0, or numbers of another batch.</remarks>
internal sealed class BatchColumns<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly NetworkShape _shape;

    /// <param name="shape">The network's sizes.</param>
    /// <param name="capacity">Rows, at the most.</param>
    /// <param name="hasInputs">Whether the inputs are kept, too.</param>
    public BatchColumns(NetworkShape shape, int capacity, bool hasInputs)
    {
        _shape = shape;
        int stride = Whole(capacity), layers = shape.LayerCount;
        Values = new T[layers][];
        Before = new T[layers][];
        Values[0] = new T[hasInputs ? checked(stride * shape.InputCount) : 0];
        Before[0] = [];
        for (int layer = 1; layer < layers; layer++)
        {
            Values[layer] = new T[checked(stride * shape.Sizes[layer])];
            Before[layer] = new T[Values[layer].Length];
        }

        Probabilities = new T[checked(stride * shape.ClassCount)];
        LogProbabilities = new T[Probabilities.Length];
        Labels = new T[stride];
        LabelWeights = new T[layers == 1 ? 0 : checked(stride * shape.Sizes[^2])];
    }

    /// <summary>Lanes of the widest register.</summary>
    public static int Lanes => 64 / Unsafe.SizeOf<T>();

    public int Rows { get; private set; }

    /// <summary>From a unit to the next: the rows and their padding.</summary>
    public int Stride { get; private set; }

    /// <summary>What enters each layer.</summary>
    public T[][] Values { get; }

    /// <summary>The same before the activation; empty for the inputs.</summary>
    public T[][] Before { get; }

    public T[] Probabilities { get; }

    public T[] LogProbabilities { get; }

    /// <summary>As T: they are compared lane by lane with a class.</summary>
    public T[] Labels { get; }

    /// <summary>Of each unit of the last hidden layer, its weight to the label of each row.</summary>
    public T[] LabelWeights { get; }

    public ClassColumns<T> Classes => new(Rows, Stride, _shape.ClassCount, Labels, Probabilities, LogProbabilities);

    /// <summary>Rows and their padding.</summary>
    public static int Whole(int rows) => checked((rows + Lanes - 1) / Lanes * Lanes);

    public void Resize(int rows) => (Rows, Stride) = (rows, Whole(rows));

    public ReadOnlySpan<T> Of(T[] columns, int unit) => columns.AsSpan(unit * Stride, Stride);

    /// <summary>A unit's rows of another batch's, those listed.</summary>
    public void Gather(T[] source, int sourceStride, T[] destination, int unit, ReadOnlySpan<int> rows)
    {
        ReadOnlySpan<T> from = source.AsSpan(unit * sourceStride, sourceStride);
        Span<T> to = destination.AsSpan(unit * Stride, Stride);
        for (int i = 0; i < rows.Length; i++) to[i] = from[rows[i]];
        to[rows.Length..].Clear();
    }
}
