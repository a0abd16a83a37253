using System.Numerics.Tensors;

namespace FastLoss.Kernels;

/// <summary>Half-precision rows, widened a block at a time while it is in the cache; widening is exact.</summary>
internal static unsafe class HalfRows
{
    public static void Pack(Half* source, RowLayout layout, nint first, int rows, float* packed)
    {
        int n = layout.ClassCount;
        if (layout.IsContiguous)
        {
            TensorPrimitives.ConvertToSingle(new ReadOnlySpan<Half>(source + (first * n), rows * n), new Span<float>(packed, rows * n));
            return;
        }

        for (int r = 0; r < rows; r++)
        {
            nint at = layout.Start(first + r);
            for (int c = 0; c < n; c++) packed[(r * n) + c] = (float)source[at + ((nint)c * layout.Inner)];
        }
    }
}
