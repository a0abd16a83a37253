using System.Buffers;
using System.Numerics;

namespace FastLoss.Kernels;

/// <summary>The sizes of <see cref="Hog"/>.</summary>
internal struct HogShape
{
    public int Width, Height, CellSize, BlockCells, Bins;
    public double Clip, Floor;
    public bool TakesRoots;

    public readonly int Pixels => Width * Height;

    public readonly int Side => BlockCells * CellSize;

    public readonly int BlockLength => BlockCells * BlockCells * Bins;

    public readonly int Across => (Width / CellSize) - BlockCells + 1;

    public readonly int Down => (Height / CellSize) - BlockCells + 1;
}

/// <summary>Histograms of oriented gradients, an image at a time, in double.</summary>
internal static unsafe class GradientHistograms
{
    public static void Run<T>(HogShape shape, ReadOnlySpan<T> images, Span<T> descriptors, int count, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* x = images)
        fixed (T* d = descriptors) Chunks.For(count, images.Length * 8L, threads, new Image<T>(shape, x, d));
    }

    private readonly struct Image<T>(HogShape shape, T* images, T* descriptors) : IChunkBody
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Run(int chunk)
        {
            int length = shape.Across * shape.Down * shape.BlockLength, side = shape.Side;
            double[] rented = ArrayPool<double>.Shared.Rent((2 * shape.Pixels) + (side * side) + shape.BlockLength);
            fixed (double* buffer = rented)
            {
                double* sizes = buffer, positions = sizes + shape.Pixels, window = positions + shape.Pixels, block = window + (side * side);
                Gradients(shape, images + ((nint)chunk * shape.Pixels), sizes, positions);
                Window(side, window);
                T* to = descriptors + ((nint)chunk * length);
                for (nint y = 0; y < shape.Down; y++)
                {
                    for (nint x = 0; x < shape.Across; x++, to += shape.BlockLength)
                    {
                        nint first = ((y * shape.Width) + x) * shape.CellSize;
                        Vote(shape, sizes + first, positions + first, window, block);
                        Normalize(shape, block);
                        for (int i = 0; i < shape.BlockLength; i++) to[i] = T.CreateTruncating(block[i]);
                    }
                }
            }

            ArrayPool<double>.Shared.Return(rented);
        }
    }

    /// <summary>The size of each pixel's gradient, and its orientation in bins, whose middles are the whole numbers; NaN where there is none.</summary>
    private static void Gradients<T>(in HogShape shape, T* image, double* sizes, double* positions)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int width = shape.Width, height = shape.Height;
        for (nint y = 0; y < height; y++)
        {
            for (nint x = 0; x < width; x++)
            {
                T* pixel = image + (y * width) + x;
                double dx = x == 0 || x == width - 1 ? 0 : Change(pixel[-1], pixel[1], shape.TakesRoots);
                double dy = y == 0 || y == height - 1 ? 0 : Change(pixel[-width], pixel[width], shape.TakesRoots);
                double position = (Angles.HalfTurns(dy, dx) * shape.Bins) - 0.5;
                *sizes++ = Math.Sqrt((dx * dx) + (dy * dy));
                *positions++ = position < 0 ? position + shape.Bins : position;
            }
        }
    }

    private static double Change<T>(T from, T to, bool takesRoots)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double a = double.CreateTruncating(from), b = double.CreateTruncating(to);
        return takesRoots ? Math.Sqrt(b) - Math.Sqrt(a) : b - a;
    }

    /// <summary>What a pixel of a block counts: a Gaussian around its middle.</summary>
    private static void Window(int side, double* window)
    {
        double middle = (side - 1) / 2.0, deviation = side / 4.0;
        for (int y = 0; y < side; y++)
        {
            for (int x = 0; x < side; x++)
            {
                double square = ((x - middle) * (x - middle)) + ((y - middle) * (y - middle));
                *window++ = ScalarMath.Exp(-square / (2 * deviation * deviation));
            }
        }
    }

    /// <summary>The histogram of a block: each pixel's size to the two nearest bins of the nearest cells.</summary>
    private static void Vote(in HogShape shape, double* sizes, double* positions, double* window, double* block)
    {
        int side = shape.Side, bins = shape.Bins, cells = shape.BlockCells;
        new Span<double>(block, shape.BlockLength).Clear();
        for (nint y = 0; y < side; y++)
        {
            double row = ((y + 0.5) / shape.CellSize) - 0.5;
            int top = (int)Math.Floor(row);
            for (nint x = 0; x < side; x++)
            {
                double size = sizes[(y * shape.Width) + x] * window[(y * side) + x], position = positions[(y * shape.Width) + x];
                if (size == 0) continue;
                if (!double.IsFinite(size) || !(position >= 0))
                {
                    block[0] = double.NaN; // and so the norm, and all of the block
                    continue;
                }

                double column = ((x + 0.5) / shape.CellSize) - 0.5;
                int left = (int)Math.Floor(column), bin = (int)position, next = bin + 1 == bins ? 0 : bin + 1;
                double upper = position - bin;
                for (int corner = 0; corner < 4; corner++)
                {
                    int cellY = top + (corner >> 1), cellX = left + (corner & 1);
                    if ((uint)cellY >= (uint)cells || (uint)cellX >= (uint)cells) continue;
                    double share = size * (1 - Math.Abs(row - cellY)) * (1 - Math.Abs(column - cellX));
                    double* cell = block + (((cellY * cells) + cellX) * bins);
                    cell[bin] += share * (1 - upper);
                    cell[next] += share * upper;
                }
            }
        }
    }

    private static void Normalize(in HogShape shape, double* block)
    {
        double factor = 1 / (Norm(block, shape.BlockLength) + (shape.Floor * shape.BlockLength));
        if (double.IsInfinity(factor)) factor = 0; // a block of zeros, and no floor
        for (int i = 0; i < shape.BlockLength; i++) block[i] = double.IsNaN(factor) ? double.NaN : Math.Min(block[i] * factor, shape.Clip);
        double norm = Norm(block, shape.BlockLength);
        for (int i = 0; i < shape.BlockLength; i++) block[i] = norm == 0 ? 0 : block[i] / norm;
    }

    private static double Norm(double* block, int length)
    {
        double sum = 0;
        for (int i = 0; i < length; i++) sum += block[i] * block[i];
        return Math.Sqrt(sum);
    }
}
