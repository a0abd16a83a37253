using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// The axes of a tensor seen from one of them: those after it next to each other, <paramref name="Inner"/> elements in all; those before
/// it one pitch apart, <paramref name="Outer"/> in all. <paramref name="Cover"/> elements lie from the first to the last.
/// </summary>
internal readonly record struct TensorLayout(int Outer, int Count, int Inner, int Pitch, int Cover)
{
    public static TensorLayout Of(ReadOnlySpan<nint> lengths, ReadOnlySpan<nint> strides, int axis, string name)
    {
        long inner = 1, outer = 1, pitch = 0;
        bool isFine = true;
        for (int d = lengths.Length - 1; d > axis; d--) Within(lengths[d], strides[d], ref inner);
        long block = inner;
        Within(lengths[axis], strides[axis], ref block);
        for (int d = axis - 1; d >= 0; d--)
        {
            if (lengths[d] == 1) continue;
            if (outer == 1) pitch = strides[d];
            else isFine &= strides[d] == pitch * outer;
            isFine &= pitch >= block;
            outer *= lengths[d];
        }

        if (block == 0 || outer == 0) return new(0, (int)lengths[axis], Math.Max(1, (int)Math.Min(inner, int.MaxValue)), 0, 0);
        long cover = ((outer - 1) * pitch) + block;
        if (!isFine || cover > int.MaxValue) Refuse(lengths, strides, axis, name);
        return new((int)outer, (int)lengths[axis], (int)inner, pitch == block ? 0 : (int)pitch, (int)cover);

        void Within(nint length, nint stride, ref long elements)
        {
            isFine &= length == 1 || stride == elements;
            elements *= length;
        }
    }

    /// <summary>The first axis from which on all elements are next to each other; the last one where none are.</summary>
    public static int FirstDense(ReadOnlySpan<nint> lengths, ReadOnlySpan<nint> strides)
    {
        int axis = lengths.Length - 1;
        long block = lengths[axis];
        while (axis > 0 && (lengths[axis - 1] == 1 || strides[axis - 1] == block)) block *= lengths[--axis];
        return axis;
    }

    private static void Refuse(ReadOnlySpan<nint> lengths, ReadOnlySpan<nint> strides, int axis, string name) =>
        throw new ArgumentException(
            $"{name} has lengths [{Text(lengths)}] and strides [{Text(strides)}]; the axes from {axis} on must be next to each other, "
                + "those before it one pitch apart, and all within 2^31 elements. Copy it to a dense tensor.",
            name);

    private static string Text(ReadOnlySpan<nint> numbers) => string.Join(", ", numbers.ToArray());
}
