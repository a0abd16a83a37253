using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>The sizes of <see cref="Sift"/>.</summary>
internal struct SiftShape
{
    public int Width, Height, CellSize, Step, Cells, Bins;
    public double Clip, Scale;

    public readonly int Pixels => Width * Height;

    public readonly WindowGrid Grid => new(Width, Height, Cells * CellSize, Step);

    public readonly int WindowLength => Cells * Cells * Bins;

    /// <summary>Pixels that vote beside the window, on each side: those within half a cell of it.</summary>
    public readonly int Reach => CellSize / 2;

    public readonly int Votes => (Cells * CellSize) + (2 * Reach);

    /// <summary>A window's cells with one more all around and a bin more in each, so that a vote needs no test whether it is within.</summary>
    public readonly int HistogramLength => checked((Cells + 2) * (Cells + 2) * (Bins + 1));
}

/// <summary>SIFT descriptors of a grid of upright windows, an image at a time, in double.</summary>
internal static unsafe class SiftHistograms
{
    public static void Run<T>(SiftShape shape, ReadOnlySpan<T> images, Span<T> descriptors, int count, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* x = images)
        fixed (T* d = descriptors) Chunks.For(count, images.Length * 8L, threads, new Image<T>(shape, x, d));
    }

    private readonly struct Image<T>(SiftShape shape, T* images, T* descriptors) : IChunkBody
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Run(int chunk)
        {
            Smoothing smoothing = new(shape.Width, shape.Height, shape.Scale);
            WindowGrid grid = shape.Grid;
            double[] rented = ArrayPool<double>.Shared.Rent(checked((2 * shape.Pixels) + (3 * shape.Votes) + shape.HistogramLength + smoothing.Room));
            fixed (double* buffer = rented)
            {
                double* sizes = buffer, positions = sizes + shape.Pixels, shares = positions + shape.Pixels, histogram = shares + (3 * shape.Votes);
                double* smooth = smoothing.Run(images + ((nint)chunk * shape.Pixels), histogram + shape.HistogramLength);
                Gradients(shape, smooth, smoothing.Pitch, sizes, positions);
                Shares(shape, shares);
                T* to = descriptors + ((nint)chunk * grid.Across * grid.Down * shape.WindowLength);
                for (int y = 0; y < grid.Down; y++)
                {
                    for (int x = 0; x < grid.Across; x++, to += shape.WindowLength)
                    {
                        Vote(shape, grid.Column(x), grid.Row(y), new() { Sizes = sizes, Positions = positions, Shares = shares }, histogram);
                        Gather(shape, histogram);
                        Normalize(histogram, shape.WindowLength, shape.Clip);
                        for (int i = 0; i < shape.WindowLength; i++) to[i] = T.CreateTruncating(histogram[i]);
                    }
                }
            }

            ArrayPool<double>.Shared.Return(rented);
        }
    }

    /// <summary>What pixels vote with.</summary>
    private struct Ballot
    {
        public double* Sizes, Positions, Shares;
    }

    /// <summary>The size of each pixel's gradient, and its direction in bins, whose middles are the whole numbers; NaN where there is none.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Gradients(in SiftShape shape, double* image, nint pitch, double* sizes, double* positions)
    {
        int width = shape.Width, height = shape.Height;
        for (nint y = 0; y < height; y++)
        {
            for (nint x = 0; x < width; x++)
            {
                double* pixel = image + (y * pitch) + x;
                double dx = x == 0 || x == width - 1 ? 0 : pixel[1] - pixel[-1];
                double dy = y == 0 || y == height - 1 ? 0 : pixel[-pitch] - pixel[pitch]; // upwards
                double position = Angles.Turns(dy, dx) * shape.Bins;
                *sizes++ = Math.Sqrt((dx * dx) + (dy * dy));
                *positions++ = position >= shape.Bins ? 0 : position;
            }
        }
    }

    /// <summary>
    /// For each row, and column, that votes: the first of the two nearest cells, and what each gets: linear by how near its middle is, times a Gaussian around the
    /// window's middle.
    /// </summary>
    private static void Shares(in SiftShape shape, double* shares)
    {
        int votes = shape.Votes;
        double half = shape.Cells * shape.CellSize / 2.0;
        for (int i = 0; i < votes; i++)
        {
            double middle = i - shape.Reach + 0.5, cell = (middle / shape.CellSize) + 0.5, first = Math.Floor(cell), away = (middle - half) / half;
            double weight = ScalarMath.Exp(-0.5 * away * away);
            shares[i] = first;
            shares[votes + i] = weight * (first + 1 - cell);
            shares[(2 * votes) + i] = weight * (cell - first);
        }
    }

    /// <summary>The histogram of the window that begins at a pixel: each pixel's size to the two nearest bins of the four nearest cells.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Vote(in SiftShape shape, int left, int top, Ballot ballot, double* histogram)
    {
        new Span<double>(histogram, shape.HistogramLength).Clear();
        int votes = shape.Votes, bins = shape.Bins, row = (shape.Cells + 2) * (bins + 1);
        (left, top) = (left - shape.Reach, top - shape.Reach);
        int endX = Math.Min(votes, shape.Width - left), endY = Math.Min(votes, shape.Height - top);
        double* near = ballot.Shares + votes, far = near + votes;
        for (nint y = Math.Max(0, -top); y < endY; y++)
        {
            double* cells = histogram + ((int)ballot.Shares[y] * row);
            for (nint x = Math.Max(0, -left); x < endX; x++)
            {
                nint pixel = ((top + y) * shape.Width) + left + x;
                double size = ballot.Sizes[pixel], position = ballot.Positions[pixel];
                if (size == 0) continue;
                if (!double.IsFinite(size) || !(position >= 0))
                {
                    histogram[row + bins + 1] = double.NaN; // in the first cell, and so the norm, and all of the window
                    return;
                }

                int bin = (int)position;
                double upper = position - bin, lower = 1 - upper;
                double* cell = cells + ((int)ballot.Shares[x] * (bins + 1)) + bin;
                Add(cell, size * near[y] * near[x], lower, upper);
                Add(cell + bins + 1, size * near[y] * far[x], lower, upper);
                Add(cell + row, size * far[y] * near[x], lower, upper);
                Add(cell + row + bins + 1, size * far[y] * far[x], lower, upper);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(double* bin, double share, double lower, double upper)
    {
        bin[0] += share * lower;
        bin[1] += share * upper;
    }

    /// <summary>The window's cells without those around, one after the other, at the start: the bin past a cell's last is its first.</summary>
    private static void Gather(in SiftShape shape, double* histogram)
    {
        int bins = shape.Bins;
        double* to = histogram;
        for (int y = 1; y <= shape.Cells; y++)
        {
            for (int x = 1; x <= shape.Cells; x++, to += bins)
            {
                double* cell = histogram + (((y * (shape.Cells + 2)) + x) * (bins + 1));
                cell[0] += cell[bins];
                for (int i = 0; i < bins; i++) to[i] = cell[i];
            }
        }
    }

    private static void Normalize(double* window, int length, double clip)
    {
        double norm = Norm(window, length);
        for (int i = 0; i < length; i++) window[i] = norm == 0 ? 0 : double.IsNaN(norm) ? double.NaN : Math.Min(window[i] / norm, clip);
        norm = Norm(window, length);
        for (int i = 0; i < length; i++) window[i] = norm == 0 ? 0 : window[i] / norm;
    }

    private static double Norm(double* window, int length)
    {
        double sum = 0;
        for (int i = 0; i < length; i++) sum += window[i] * window[i];
        return Math.Sqrt(sum);
    }
}
