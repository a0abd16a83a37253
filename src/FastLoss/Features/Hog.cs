using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// Histograms of oriented gradients of grey images (Dalal and Triggs 2005): which way edges run in each cell, normalised over blocks of cells. A feature made by
/// hand, for a <see cref="LinearSvm{T}"/> or <see cref="NearestNeighbours"/>.
/// </summary>
/// <remarks>
/// Gradients are [-1, 0, 1] of the pixels' square roots along rows and columns, 0 across an edge of the image. A pixel votes with its gradient's size, times a Gaussian around the
/// block's middle (standard deviation a quarter of its side), for the two nearest orientations (0 to 180 degrees, opposite directions alike) of the four nearest
/// cells, linearly. A block's numbers are divided by their norm, cut at <see cref="Clip"/>, and divided by their norm again (L2-Hys). Within 1e-8 of
/// the exact numbers, rounded once; the same bits on every machine and any number of threads. NaN, infinity or, of square roots, a negative pixel makes the blocks it votes in NaN. No call allocates but buffers
/// that are used again. On the images that ship with the tool cosines with OpenCV's are 0.995 and more
/// (its Gaussian stands half a pixel off the middle).
/// </remarks>
public readonly record struct Hog
{
    private readonly int _cellSize, _blockCells, _orientations;
    private readonly bool _keepsPixels;
    private readonly double? _clip, _floor;

    /// <summary>The descriptor of the paper's best: cells of 8 pixels, blocks of 2 x 2 cells, 9 orientations.</summary>
    /// <param name="cellSize">Pixels of a cell's side, 2 or more; 8 when unset.</param>
    /// <param name="blockCells">Cells of a block's side, 1 or more; 2 when unset. Blocks are one cell apart.</param>
    /// <param name="orientations">Bins from 0 to 180 degrees, 1 or more; 9 when unset.</param>
    /// <param name="clip">The largest number of a block once normalised, above 0 to 1; 0.2 when unset.</param>
    /// <param name="floor">
    /// What is added to a block's norm for each of its numbers, 0 or more, so that noise in a flat block stays small; 0.1 / 255, for pixels of 0 to 1, when unset.
    /// </param>
    /// <param name="squareRoots">Whether gradients are of the pixels' square roots, which are then 0 or more; so when unset.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public Hog(int cellSize = 8, int blockCells = 2, int orientations = 9, double clip = 0.2, double floor = 0.1 / 255, bool squareRoots = true)
    {
        Guard.AtLeast(cellSize, 2);
        Guard.AtLeast(blockCells, 1);
        Guard.AtLeast(orientations, 1);
        if (!(clip > 0 && clip <= 1)) Throw.OutOfRange(nameof(clip), clip, "above 0 to 1");
        if (!(floor >= 0) || !double.IsFinite(floor)) Throw.OutOfRange(nameof(floor), floor, "0 or more, and finite");
        (_cellSize, _blockCells, _orientations, _clip, _floor, _keepsPixels) = (cellSize, blockCells, orientations, clip, floor, !squareRoots);
    }

    /// <summary>Pixels of a cell's side.</summary>
    public int CellSize => _cellSize == 0 ? 8 : _cellSize;

    /// <summary>Cells of a block's side.</summary>
    public int BlockCells => _blockCells == 0 ? 2 : _blockCells;

    /// <summary>Bins from 0 to 180 degrees.</summary>
    public int Orientations => _orientations == 0 ? 9 : _orientations;

    /// <summary>The largest number of a block once normalised.</summary>
    public double Clip => _clip ?? 0.2;

    /// <summary>What is added to a block's norm for each of its numbers.</summary>
    public double Floor => _floor ?? 0.1 / 255;

    /// <summary>Whether gradients are of the pixels' square roots, so that dark edges count as much as bright ones.</summary>
    public bool SquareRoots => !_keepsPixels;

    /// <summary>
    /// The numbers of an image: blocks row by row, in each its cells row by row, in each its orientations, the first around 0 to 180 / orientations degrees.
    /// </summary>
    /// <param name="width">Pixels of a row; what is no whole cell at the right and the bottom is not in any.</param>
    /// <param name="height">Rows.</param>
    /// <exception cref="ArgumentOutOfRangeException">The image has no whole block.</exception>
    public int Length(int width, int height)
    {
        Guard.AtLeast(width, BlockCells * CellSize);
        Guard.AtLeast(height, BlockCells * CellSize);
        int across = (width / CellSize) - BlockCells + 1, down = (height / CellSize) - BlockCells + 1;
        return checked(across * down * BlockCells * BlockCells * Orientations);
    }

    /// <summary>The descriptors of one or more images.</summary>
    /// <param name="images">Images of width x height pixels, row by row, one after the other; may be none.</param>
    /// <param name="width">Pixels of a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="descriptors">Receives <see cref="Length"/> numbers for each image; apart from the images.</param>
    /// <param name="threads">0 or 1 the caller's alone, -1 one a processor.</param>
    /// <exception cref="ArgumentException">The images are not whole, the descriptors not as many numbers, or they overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An image has no whole block, or threads is below -1.</exception>
    public void Compute<T>(ReadOnlySpan<T> images, int width, int height, Span<T> descriptors, int threads = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int count = DescriptorCalls.Check(images, width, height, Length(width, height), descriptors, threads);
        GradientHistograms.Run(
            new() { Width = width, Height = height, CellSize = CellSize, BlockCells = BlockCells, Bins = Orientations, Clip = Clip, Floor = Floor, TakesRoots = SquareRoots },
            images,
            descriptors,
            count,
            threads);
    }
}
