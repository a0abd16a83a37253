using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>The sizes of <see cref="Surf"/>.</summary>
internal struct SurfShape
{
    /// <summary>Samples of a cell's side (Bay et al. 2008).</summary>
    public const int CellSamples = 5;

    public int Width, Height, CellSize, Step, Cells;
    public bool IsExtended;

    public readonly int Pixels => Width * Height;

    public readonly WindowGrid Grid => new(Width, Height, Cells * CellSize, Step);

    public readonly int CellLength => IsExtended ? 8 : 4;

    public readonly int WindowLength => Cells * Cells * CellLength;

    public readonly int Samples => Cells * CellSamples;

    /// <summary>Boxes along a row: a wavelet at a sample is of the four boxes that meet there.</summary>
    public readonly int Boxes => Samples + 1;

    /// <summary>Pixels from a sample to the next, which is half a wavelet's side.</summary>
    public readonly double Spacing => (double)CellSize / CellSamples;

    /// <summary>Pixels beside the window that boxes reach, on each side.</summary>
    public readonly int Reach => (int)Math.Ceiling(Spacing / 2);

    public readonly int Rows => (Cells * CellSize) + (2 * Reach);

    /// <summary>Pixels that a box may touch along a row.</summary>
    public readonly int Taps => (int)Math.Ceiling(Spacing) + 1;
}

/// <summary>SURF descriptors of a grid of upright windows, an image at a time, in double.</summary>
internal static unsafe class SurfSums
{
    public static void Run<T>(SurfShape shape, ReadOnlySpan<T> images, Span<T> descriptors, int count, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* x = images)
        fixed (T* d = descriptors) Chunks.For(count, images.Length * 8L, threads, new Image<T>(shape, x, d));
    }

    private readonly struct Image<T>(SurfShape shape, T* images, T* descriptors) : IChunkBody
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Run(int chunk)
        {
            WindowGrid grid = shape.Grid;
            int boxes = shape.Boxes;
            double[] rented = ArrayPool<double>.Shared.Rent(
                checked((boxes * (shape.Taps + 1)) + shape.Samples + (shape.Rows * (boxes + 1)) + (boxes * boxes) + shape.WindowLength));
            fixed (double* buffer = rented)
            {
                Work work = new() { Overlaps = buffer };
                work.Window = work.Overlaps + (boxes * (shape.Taps + 1));
                work.Row = work.Window + shape.Samples;
                work.Strips = work.Row + shape.Rows;
                work.Boxes = work.Strips + (shape.Rows * boxes);
                work.Sums = work.Boxes + (boxes * boxes);
                Overlaps(shape, work.Overlaps);
                Window(shape, work.Window);
                T* to = descriptors + ((nint)chunk * grid.Across * grid.Down * shape.WindowLength);
                for (int y = 0; y < grid.Down; y++)
                {
                    for (int x = 0; x < grid.Across; x++, to += shape.WindowLength)
                    {
                        FillBoxes(shape, images + ((nint)chunk * shape.Pixels), grid.Column(x), grid.Row(y), work);
                        Add(shape, work);
                        Normalize(work.Sums, shape.WindowLength);
                        for (int i = 0; i < shape.WindowLength; i++) to[i] = T.CreateTruncating(work.Sums[i]);
                    }
                }
            }

            ArrayPool<double>.Shared.Return(rented);
        }
    }

    /// <summary>Where a window's numbers stand on their way.</summary>
    private struct Work
    {
        public double* Overlaps, Window, Row, Strips, Boxes, Sums;
    }

    /// <summary>Of each box the first pixel it touches, and how much of that and the next ones it covers.</summary>
    private static void Overlaps(in SurfShape shape, double* overlaps)
    {
        int taps = shape.Taps;
        for (int k = 0; k < shape.Boxes; k++, overlaps += taps + 1)
        {
            double start = ((k - 0.5) * shape.Spacing) + shape.Reach, end = ((k + 0.5) * shape.Spacing) + shape.Reach, first = Math.Floor(start);
            overlaps[0] = first;
            for (int i = 0; i < taps; i++) overlaps[i + 1] = Math.Max(0, Math.Min(end, first + i + 1) - Math.Max(start, first + i));
        }
    }

    /// <summary>What a sample counts by its row, and by its column: a Gaussian around the window's middle.</summary>
    private static void Window(in SurfShape shape, double* window)
    {
        double middle = (shape.Samples - 1) / 2.0, deviation = 3.3 / 20 * shape.Samples;
        for (int i = 0; i < shape.Samples; i++) window[i] = ScalarMath.Exp(-((i - middle) * (i - middle)) / (2 * deviation * deviation));
    }

    /// <summary>The brightness of each box of the window that begins at a pixel: along rows, then down.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void FillBoxes<T>(in SurfShape shape, T* image, int left, int top, Work work)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int taps = shape.Taps, boxes = shape.Boxes, rows = shape.Rows;
        for (nint y = 0; y < rows; y++)
        {
            T* from = image + (Math.Clamp(top - shape.Reach + y, 0, shape.Height - 1) * shape.Width);
            for (nint x = 0; x < rows; x++) work.Row[x] = double.CreateTruncating(from[Math.Clamp(left - shape.Reach + x, 0, shape.Width - 1)]);
            for (nint k = 0; k < boxes; k++)
            {
                double* overlaps = work.Overlaps + (k * (taps + 1)), pixels = work.Row + (int)overlaps[0];
                double sum = 0;
                for (nint i = 0; i < taps; i++)
                {
                    if (overlaps[i + 1] != 0) sum += overlaps[i + 1] * pixels[i]; // the last may lie past the row
                }

                work.Strips[(y * boxes) + k] = sum;
            }
        }

        new Span<double>(work.Boxes, boxes * boxes).Clear();
        for (int k = 0; k < boxes; k++)
        {
            double* overlaps = work.Overlaps + (k * (taps + 1));
            Span<double> to = new(work.Boxes + (k * boxes), boxes);
            for (int i = 0; i < taps; i++)
            {
                if (overlaps[i + 1] != 0) MultiplyAdd.Compute(new(work.Strips + (((int)overlaps[0] + i) * boxes), boxes), overlaps[i + 1], to, to);
            }
        }
    }

    /// <summary>The wavelets at each sample, and their sums in its cell.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Add(in SurfShape shape, Work work)
    {
        new Span<double>(work.Sums, shape.WindowLength).Clear();
        int boxes = shape.Boxes, samples = shape.Samples;
        for (nint y = 0; y < samples; y++)
        {
            double* upper = work.Boxes + (y * boxes), lower = upper + boxes;
            double* cells = work.Sums + (y / SurfShape.CellSamples * shape.Cells * shape.CellLength);
            for (nint x = 0; x < samples; x++)
            {
                double weight = work.Window[y] * work.Window[x];
                double dx = weight * (upper[x + 1] - upper[x] + (lower[x + 1] - lower[x]));
                double dy = weight * (lower[x] - upper[x] + (lower[x + 1] - upper[x + 1]));
                double* cell = cells + (x / SurfShape.CellSamples * shape.CellLength);
                if (shape.IsExtended)
                {
                    double* bySign = cell + (dy < 0 ? 2 : 0);
                    bySign[0] += dx;
                    bySign[1] += Math.Abs(dx);
                    bySign = cell + (dx < 0 ? 6 : 4);
                    bySign[0] += dy;
                    bySign[1] += Math.Abs(dy);
                    continue;
                }

                cell[0] += dx;
                cell[1] += dy;
                cell[2] += Math.Abs(dx);
                cell[3] += Math.Abs(dy);
            }
        }
    }

    private static void Normalize(double* sums, int length)
    {
        double sum = 0;
        for (int i = 0; i < length; i++) sum += sums[i] * sums[i];
        double norm = Math.Sqrt(sum);
        for (int i = 0; i < length; i++) sums[i] = norm == 0 ? 0 : double.IsFinite(norm) ? sums[i] / norm : double.NaN;
    }
}
