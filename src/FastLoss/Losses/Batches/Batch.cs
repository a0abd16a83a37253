using System.Numerics.Tensors;
using CommunityToolkit.HighPerformance;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// A matrix or a tensor as the span that covers it and an axis of classes: the one conversion by which views with a pitch and tensors
/// reach the verbs over spans. Elements of a tensor whose axes do not matter are rows of whatever lies next to each other.
/// </summary>
internal readonly ref struct Batch<T>
    where T : unmanaged
{
    private Batch(Span<T> span, ClassAxis axis, int rows)
    {
        Span = span;
        Axis = axis;
        Rows = rows;
    }

    /// <summary>From the first element to the last, gaps included.</summary>
    public Span<T> Span { get; }

    public ClassAxis Axis { get; }

    public int Rows { get; }

    /// <summary>How many elements there are, gaps not counted.</summary>
    public int Length => Rows * Axis.Count;

    /// <summary>Rows of a matrix, whose columns are the classes.</summary>
    public static Batch<T> Of(ReadOnlySpan2D<T> matrix, string name)
    {
        int height = matrix.Height, width = matrix.Width;
        if (height == 0 || width == 0) return new(default, new(width), 0);
        ref T first = ref matrix.DangerousGetReference();
        long pitch = height == 1 ? width : Cover.Distance(in first, in matrix.DangerousGetReferenceAt(1, 0));
        long length = ((height - 1) * pitch) + width;
        if (length > int.MaxValue) Throw.OutOfRange(name, $"{height} rows {pitch} apart", "within 2^31 elements from the first to the last");
        return new(Cover.Of(in first, (int)length), new(width, 1, pitch == width ? 0 : (int)pitch), height);
    }

    /// <summary>Rows of a tensor, whose classes lie along an axis, counted from the end where it is negative.</summary>
    public static Batch<T> Of(in ReadOnlyTensorSpan<T> tensor, int axis, string name)
    {
        int rank = tensor.Rank;
        if (axis < -rank || axis >= rank) Throw.OutOfRange(nameof(axis), axis, $"an axis of {name}, -{rank} to {rank - 1}");
        TensorLayout layout = TensorLayout.Of(tensor.Lengths, tensor.Strides, axis < 0 ? axis + rank : axis, name);
        return Of(tensor, layout, new(layout.Count, layout.Inner, layout.Pitch), layout.Outer * layout.Inner);
    }

    /// <summary>Elements of a tensor, whatever its axes.</summary>
    public static Batch<T> Of(in ReadOnlyTensorSpan<T> tensor, string name)
    {
        if (tensor.Rank == 0) return new(default, new(1), 0);
        int axis = TensorLayout.FirstDense(tensor.Lengths, tensor.Strides);
        TensorLayout layout = TensorLayout.Of(tensor.Lengths, tensor.Strides, axis, name);
        return Of(tensor, layout, new(layout.Count * layout.Inner, 1, layout.Pitch), layout.Outer);
    }

    private static Batch<T> Of(in ReadOnlyTensorSpan<T> tensor, TensorLayout layout, ClassAxis axis, int rows) => layout.Cover == 0
        ? new(default, axis, 0)
        : new(Cover.Of(in tensor.GetPinnableReference(), layout.Cover), axis, rows);
}
