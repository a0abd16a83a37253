using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// Upright SIFT descriptors of grey images on a grid (Lowe 2004, section 6): which way brightness grows in each of 4 x 4 cells, of windows a step apart. A feature made by
/// hand, for a <see cref="LinearSvm{T}"/> or <see cref="NearestNeighbours"/>.
/// </summary>
/// <remarks>
/// The image is smoothed by a Gaussian to <see cref="Scale"/>, from a blur of 0.5 that it is taken to have (edges repeat, the Gaussian ends past four standard deviations). Gradients are [-1, 0, 1] along rows and
/// columns, 0 across an edge of the image. A pixel votes with its gradient's size, times a Gaussian around the window's middle (standard deviation half its side), for the two nearest directions
/// of the four nearest cells, linearly by the distance to their middles; so do pixels up to half a cell outside the window. A window's numbers are divided by their norm, cut at
/// <see cref="Clip"/>, and divided by their norm again. Within 1e-8 of the exact numbers, rounded once, for pixels of 1e-150 to 1e150 in size; the same bits on every machine and any number of threads. NaN or
/// infinity makes the windows it votes in NaN, smoothed as it is; a flat window is zeros. No call allocates but buffers that are used again. On the images that ship with the tool cosines
/// with OpenCV's, which smooths to 1.6, are 0.98 and more at that scale (its window stands half a pixel off the middle).
/// </remarks>
public readonly record struct Sift
{
    private const int DefaultCellSize = 7, DefaultCells = 4, DefaultOrientations = 8;
    private const double DefaultClip = 0.2, DefaultScale = 1;

    // What a value has more than its default, so that an unset struct has the defaults.
    private readonly int _cellSize, _step, _cells, _orientations;
    private readonly long _clip, _scale;

    /// <summary>The paper's descriptor, 4 x 4 cells of 8 directions; with cells of 7 pixels an image of 28 x 28 has one, of 128 numbers.</summary>
    /// <param name="cellSize">Pixels of a cell's side, 2 or more; 7 when unset.</param>
    /// <param name="step">Pixels from a window to the next, 1 or more; a cell's side when 0 or unset.</param>
    /// <param name="cells">Cells of a window's side, 1 or more; 4 when unset.</param>
    /// <param name="orientations">Directions of a whole turn, 1 or more; 8 when unset.</param>
    /// <param name="clip">The largest number of a window once normalised, above 0 to 1; 0.2 when unset.</param>
    /// <param name="scale">Standard deviation in pixels of the blur at which gradients are taken, 0 to 100; up to 0.5 the image stays as it is; 1 when unset, which tells images of 28 x 28
    /// pixels apart better than 1.6, the paper's finest.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public Sift(
        int cellSize = DefaultCellSize,
        int step = 0,
        int cells = DefaultCells,
        int orientations = DefaultOrientations,
        double clip = DefaultClip,
        double scale = DefaultScale)
    {
        Guard.AtLeast(cellSize, 2);
        Guard.AtLeast(step, 0);
        Guard.AtLeast(cells, 1);
        Guard.AtLeast(orientations, 1);
        if (!(clip > 0 && clip <= 1)) Throw.OutOfRange(nameof(clip), clip, "above 0 to 1");
        if (!(scale >= 0 && scale <= 100)) Throw.OutOfRange(nameof(scale), scale, "0 to 100");
        (_cellSize, _step, _cells, _orientations) = (cellSize - DefaultCellSize, step == cellSize ? 0 : step, cells - DefaultCells, orientations - DefaultOrientations);
        (_clip, _scale) = (Unset.Encode(clip, DefaultClip), Unset.Encode(scale, DefaultScale));
    }

    /// <summary>Pixels of a cell's side.</summary>
    public int CellSize => _cellSize + DefaultCellSize;

    /// <summary>Pixels from a window to the next.</summary>
    public int Step => _step == 0 ? CellSize : _step;

    /// <summary>Cells of a window's side.</summary>
    public int Cells => _cells + DefaultCells;

    /// <summary>Directions of a whole turn.</summary>
    public int Orientations => _orientations + DefaultOrientations;

    /// <summary>The largest number of a window once normalised.</summary>
    public double Clip => Unset.Decode(_clip, DefaultClip);

    /// <summary>The blur at which gradients are taken, in pixels.</summary>
    public double Scale => Unset.Decode(_scale, DefaultScale);

    /// <summary>
    /// The numbers of an image: windows row by row, in each its cells row by row, in each its directions, the first around brighter to the right, the others on from there
    /// anticlockwise. Windows are wholly inside the image and in its middle, what the step leaves over being halved between both sides.
    /// </summary>
    /// <param name="width">Pixels of a row, at least a window's.</param>
    /// <param name="height">Rows, at least a window's.</param>
    /// <exception cref="ArgumentOutOfRangeException">The image has no whole window.</exception>
    public int Length(int width, int height) =>
        DescriptorCalls.Length(width, height, CellSize, Cells, Step, Orientations);

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
        SiftHistograms.Run(
            new() { Width = width, Height = height, CellSize = CellSize, Step = Step, Cells = Cells, Bins = Orientations, Clip = Clip, Scale = Scale },
            images,
            descriptors,
            count,
            threads);
    }
}
