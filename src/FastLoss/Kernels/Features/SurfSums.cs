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

    /// <summary>Pixels from a sample to the next, which is half a wavelet's side.</summary>
    public readonly double Spacing => (double)CellSize / CellSamples;

    /// <summary>Pixels beside the window that wavelets reach, on each side.</summary>
    public readonly int Reach => (int)Math.Ceiling(Spacing / 2);

    public readonly int Rows => (Cells * CellSize) + (2 * Reach);

    /// <summary>Pixels that a wavelet may touch along a row.</summary>
    public readonly int Taps => (int)Math.Ceiling(2 * Spacing) + 1;
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
            int samples = shape.Samples, numbers = checked((samples * (Wavelet.Room(shape) + 1 + (2 * shape.Rows) + 2)) + shape.Rows + shape.WindowLength);
            double[] rented = ArrayPool<double>.Shared.Rent(numbers);
            fixed (double* buffer = rented)
            {
                Work work = new() { Wavelets = buffer };
                work.Window = work.Wavelets + (samples * Wavelet.Room(shape));
                work.Across = work.Window + samples;
                work.Down = work.Across + (shape.Rows * samples);
                work.Line = work.Down + (shape.Rows * samples);
                work.Row = work.Line + (2 * samples);
                work.Sums = work.Row + shape.Rows;
                FillWavelets(shape, work.Wavelets);
                FillWindow(shape, work.Window);
                T* to = descriptors + ((nint)chunk * grid.Across * grid.Down * shape.WindowLength);
                for (int y = 0; y < grid.Down; y++)
                {
                    for (int x = 0; x < grid.Across; x++, to += shape.WindowLength)
                    {
                        AlongRows(shape, images + ((nint)chunk * shape.Pixels), grid.Column(x), grid.Row(y), work);
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
        /// <summary>A <see cref="Wavelet"/> and a weight for each sample of a row.</summary>
        public double* Wavelets, Window;

        /// <summary>For each row the differences along it, and those from the row above it of its sums, a number for each sample of a row.</summary>
        public double* Across, Down;

        /// <summary>Both of a line of samples.</summary>
        public double* Line;

        /// <summary>A row's pixels, and the window's numbers.</summary>
        public double* Row, Sums;
    }

    /// <summary>
    /// A wavelet along a line of pixels: which it touches, how much of each it covers, and what each step from the pixel before counts in the right half less the left: as the
    /// halves' difference is a sum of steps, it is exactly 0 where there are none.
    /// </summary>
    private readonly ref struct Wavelet(double* at, int taps)
    {
        public int First => (int)at[0];

        public int Count => (int)at[1];

        public double* Covers => at + 2;

        public double* Steps => at + 2 + taps;

        public static int Room(in SurfShape shape) => 2 + (2 * shape.Taps);
    }

    private static Wavelet At(in SurfShape shape, double* wavelets, nint sample) => new(wavelets + (sample * Wavelet.Room(shape)), shape.Taps);

    private static void FillWavelets(in SurfShape shape, double* wavelets)
    {
        int taps = shape.Taps;
        double half = shape.Spacing;
        for (int k = 0; k < shape.Samples; k++, wavelets += Wavelet.Room(shape))
        {
            double middle = ((k + 0.5) * half) + shape.Reach, start = middle - half, end = middle + half, first = Math.Floor(start);
            (wavelets[0], wavelets[1]) = (first, Math.Min(taps, Math.Ceiling(end) - first));
            for (int i = 0; i < taps; i++)
            {
                wavelets[2 + i] = Math.Max(0, Math.Min(end, first + i + 1) - Math.Max(start, first + i));
                wavelets[2 + taps + i] = Math.Max(0, half - Math.Abs(first + i - middle));
            }
        }
    }

    /// <summary>What a sample counts by its row, and by its column: a Gaussian around the window's middle.</summary>
    private static void FillWindow(in SurfShape shape, double* window)
    {
        double middle = (shape.Samples - 1) / 2.0, deviation = 3.3 / 20 * shape.Samples;
        for (int i = 0; i < shape.Samples; i++) window[i] = ScalarMath.Exp(-((i - middle) * (i - middle)) / (2 * deviation * deviation));
    }

    /// <summary>Each row of the window that begins at a pixel, at its samples: right less left, and the sum less that of the row above.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void AlongRows<T>(in SurfShape shape, T* image, int left, int top, Work work)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int samples = shape.Samples, rows = shape.Rows;
        double* before = work.Line;
        new Span<double>(before, samples).Clear();
        for (nint y = 0; y < rows; y++)
        {
            T* from = image + (Math.Clamp(top - shape.Reach + y, 0, shape.Height - 1) * shape.Width);
            for (nint x = 0; x < rows; x++) work.Row[x] = double.CreateTruncating(from[Math.Clamp(left - shape.Reach + x, 0, shape.Width - 1)]);
            for (nint k = 0; k < samples; k++)
            {
                Wavelet wavelet = At(shape, work.Wavelets, k);
                double* pixels = work.Row + wavelet.First, covers = wavelet.Covers, steps = wavelet.Steps;
                double sum = covers[0] * pixels[0], change = 0;
                int count = wavelet.Count;
                for (nint i = 1; i < count; i++)
                {
                    sum += covers[i] * pixels[i];
                    change += steps[i] * (pixels[i] - pixels[i - 1]);
                }

                work.Across[(y * samples) + k] = change;
                work.Down[(y * samples) + k] = sum - before[k];
                before[k] = sum;
            }
        }
    }

    /// <summary>The wavelets at each sample, and their sums in its cell.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Add(in SurfShape shape, Work work)
    {
        new Span<double>(work.Sums, shape.WindowLength).Clear();
        int samples = shape.Samples;
        Span<double> across = new(work.Line, samples), down = new(work.Line + samples, samples);
        for (nint y = 0; y < samples; y++)
        {
            across.Clear();
            down.Clear();
            Wavelet wavelet = At(shape, work.Wavelets, y);
            for (int i = 0; i < wavelet.Count; i++)
            {
                nint row = (wavelet.First + i) * (nint)samples;
                MultiplyAdd.Compute(new(work.Across + row, samples), wavelet.Covers[i], across, across);
                if (i > 0) MultiplyAdd.Compute(new(work.Down + row, samples), wavelet.Steps[i], down, down);
            }

            double* cells = work.Sums + (y / SurfShape.CellSamples * shape.Cells * shape.CellLength);
            for (int x = 0; x < samples; x++)
            {
                double weight = work.Window[y] * work.Window[x];
                Add(cells + (x / SurfShape.CellSamples * shape.CellLength), weight * across[x], weight * down[x], shape.IsExtended);
            }
        }
    }

    private static void Add(double* cell, double dx, double dy, bool bySigns)
    {
        if (!bySigns)
        {
            cell[0] += dx;
            cell[1] += dy;
            cell[2] += Math.Abs(dx);
            cell[3] += Math.Abs(dy);
            return;
        }

        double* alongX = cell + (dy < 0 ? 2 : 0), alongY = cell + (dx < 0 ? 6 : 4);
        alongX[0] += dx;
        alongX[1] += Math.Abs(dx);
        alongY[0] += dy;
        alongY[1] += Math.Abs(dy);
    }

    private static void Normalize(double* sums, int length)
    {
        double sum = 0;
        for (int i = 0; i < length; i++) sum += sums[i] * sums[i];
        double norm = Math.Sqrt(sum);
        for (int i = 0; i < length; i++) sums[i] = norm == 0 ? 0 : double.IsFinite(norm) ? sums[i] / norm : double.NaN;
    }
}
