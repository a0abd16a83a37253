using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// Upright SURF descriptors of grey images on a grid (Bay, Ess, Tuytelaars and Van Gool 2008, section 4): sums of Haar wavelets in each of 4 x 4 cells, of windows a step apart. A feature made by
/// hand, half as long as <see cref="Sift"/>'s, for a <see cref="LinearSvm{T}"/> or <see cref="NearestNeighbours"/>.
/// </summary>
/// <remarks>
/// A cell has 5 x 5 samples, s = <see cref="CellSize"/> / 5 pixels apart. At each a wavelet of side 2 s takes the brightness of its right half less that of its left, dx, and of its lower half less that of its upper,
/// dy; pixels are squares that a half may cover in part, and those of the image's edges repeat beyond. Both are weighted by a Gaussian around the window's middle (standard deviation 3.3 s for 4 cells, and in that
/// proportion), and a cell's numbers are the sums of dx, dy, |dx| and |dy|. A window's numbers are divided by their norm. Within 1e-12 of the exact numbers, rounded once, where
/// a window's contrast is a thousandth of its brightness or more and pixels are 1e-150 to 1e150 in size; the same bits on every machine and any number of threads. NaN or infinity makes the windows that reach it NaN; a flat window is zeros. No call allocates but buffers that are used again. On the images that ship with the tool cosines with OpenCV's are 0.95 and more (its window stands half a pixel off the middle).
/// </remarks>
public readonly record struct Surf
{
    private const int DefaultCellSize = 7, DefaultCells = 4;

    // What a value has more than its default, so that an unset struct has the defaults.
    private readonly int _cellSize, _step, _cells;

    /// <summary>The paper's descriptor, 4 x 4 cells of 4 sums; with cells of 7 pixels an image of 28 x 28 has one, of 64 numbers.</summary>
    /// <param name="cellSize">Pixels of a cell's side, 2 or more; 7 when unset.</param>
    /// <param name="step">Pixels from a window to the next, 1 or more; a cell's side when 0 or unset.</param>
    /// <param name="cells">Cells of a window's side, 1 or more; 4 when unset.</param>
    /// <param name="extended">
    /// Whether a cell has 8 sums (SURF-128): of dx and |dx| where dy is 0 or more, then where it is less, and of dy and |dy| by dx likewise.
    /// A dx of 0 up to rounding may count as either, but is exactly 0 where rows are flat.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public Surf(int cellSize = DefaultCellSize, int step = 0, int cells = DefaultCells, bool extended = false)
    {
        Guard.AtLeast(cellSize, 2);
        Guard.AtLeast(step, 0);
        Guard.AtLeast(cells, 1);
        (_cellSize, _step, _cells, Extended) = (cellSize - DefaultCellSize, step == cellSize ? 0 : step, cells - DefaultCells, extended);
    }

    /// <summary>Pixels of a cell's side.</summary>
    public int CellSize => _cellSize + DefaultCellSize;

    /// <summary>Pixels from a window to the next.</summary>
    public int Step => _step == 0 ? CellSize : _step;

    /// <summary>Cells of a window's side.</summary>
    public int Cells => _cells + DefaultCells;

    /// <summary>Whether a cell has 8 sums, by signs, and not 4.</summary>
    public bool Extended { get; }

    /// <summary>
    /// The numbers of an image: windows row by row, in each its cells row by row, in each its sums. Windows are wholly inside the image and in its middle, what the step leaves over being halved
    /// between both sides.
    /// </summary>
    /// <param name="width">Pixels of a row, at least a window's.</param>
    /// <param name="height">Rows, at least a window's.</param>
    /// <exception cref="ArgumentOutOfRangeException">The image has no whole window.</exception>
    public int Length(int width, int height) =>
        DescriptorCalls.Length(width, height, CellSize, Cells, Step, Extended ? 8 : 4);

    /// <summary>The descriptors of one or more images.</summary>
    /// <param name="images">Images of width x height pixels, row by row, one after the other; may be none.</param>
    /// <param name="width">Pixels of a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="descriptors">Receives <see cref="Length"/> numbers for each image; apart from the images.</param>
    /// <param name="threads">0 or 1 the caller's alone, -1 one a processor.</param>
    /// <exception cref="ArgumentException">The images are not whole, the descriptors not as many numbers, or they overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An image has no whole window, or threads is below -1.</exception>
    public void Compute<T>(ReadOnlySpan<T> images, int width, int height, Span<T> descriptors, int threads = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int count = DescriptorCalls.Check(images, width, height, Length(width, height), descriptors, threads);
        SurfSums.Run(
            new() { Width = width, Height = height, CellSize = CellSize, Step = Step, Cells = Cells, IsExtended = Extended },
            images,
            descriptors,
            count,
            threads);
    }
}
