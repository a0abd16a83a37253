using System.Numerics;
using System.Runtime.CompilerServices;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>The checks of descriptors of images.</summary>
internal static class DescriptorCalls
{
    /// <summary>The number of images.</summary>
    public static int Check<T>(ReadOnlySpan<T> images, int width, int height, int length, Span<T> descriptors, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        int count = Guard.Rows(images, checked(width * height), columnsName: "pixels");
        Guard.Threads(threads);
        Guard.Length<T>(descriptors, (long)count * length, "Length numbers for each image");
        Guard.Writes(descriptors).Apart(images);
        return count;
    }

    /// <summary>Numbers of an image: so many for each cell of each window of cells x cells, a window every step pixels.</summary>
    public static int Length(
        int width,
        int height,
        int cellSize,
        int cells,
        int step,
        int perCell,
        [CallerArgumentExpression(nameof(width))] string widthName = "",
        [CallerArgumentExpression(nameof(height))] string heightName = "")
    {
        long side = (long)cells * cellSize;
        Guard.AtLeast(width, side, widthName);
        Guard.AtLeast(height, side, heightName);
        WindowGrid grid = new(width, height, (int)side, step);
        return checked(grid.Across * grid.Down * cells * cells * perCell);
    }
}
