using System.Numerics;

namespace FastLoss.Kernels;

/// <summary>
/// An image times a Gaussian along rows and columns, cut at four standard deviations; beyond the edges the pixels there repeat. The image lies padded, so that each tap is one
/// multiply-add of all of it; what it makes of pixels beyond a row's end is not read.
/// </summary>
internal readonly struct Smoothing
{
    private readonly int _width, _height, _radius;
    private readonly double _deviation;

    /// <summary>From a blur of half a pixel, which a camera has left (Lowe 2004), to one of <paramref name="scale"/>; none where that is no more.</summary>
    public Smoothing(int width, int height, double scale)
    {
        (_width, _height) = (width, height);
        _deviation = scale > 0.5 ? Math.Sqrt((scale * scale) - 0.25) : 0;
        _radius = (int)Math.Ceiling(4 * _deviation);
    }

    /// <summary>Elements from a row of the result to the next.</summary>
    public int Pitch => _width + (2 * _radius);

    /// <summary>Doubles of working space.</summary>
    public int Room => checked((2 * Pitch * (_height + (2 * _radius))) + _radius + 1);

    /// <summary>Where in the working space the result's first row begins.</summary>
    public unsafe double* Run<T>(T* image, double* room)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = _height + (2 * _radius), size = rows * Pitch;
        for (nint y = 0; y < rows; y++)
        {
            T* row = image + (Math.Clamp(y - _radius, 0, _height - 1) * _width);
            for (nint x = 0; x < Pitch; x++) room[(y * Pitch) + x] = double.CreateTruncating(row[Math.Clamp(x - _radius, 0, _width - 1)]);
        }

        if (_radius == 0) return room;
        double* weights = room + (2 * size);
        Weights(weights);
        Span<double> padded = new(room, size), across = new(room + size, size);
        Convolve(padded, across[..(size - (2 * _radius))], weights, 1);
        Convolve(across, padded[..(_height * Pitch)], weights, Pitch);
        return room;
    }

    /// <summary>The middle's and those to one side, which with the other side's sum to 1.</summary>
    private unsafe void Weights(double* weights)
    {
        double sum = 0;
        for (int k = _radius; k >= 0; k--)
        {
            weights[k] = ScalarMath.Exp(-(k * k) / (2 * _deviation * _deviation));
            sum += k == 0 ? weights[k] : 2 * weights[k];
        }

        for (int k = 0; k <= _radius; k++) weights[k] /= sum;
    }

    private unsafe void Convolve(ReadOnlySpan<double> from, Span<double> to, double* weights, int apart)
    {
        to.Clear();
        for (int k = 0; k <= 2 * _radius; k++) MultiplyAdd.Compute(from.Slice(k * apart, to.Length), weights[Math.Abs(k - _radius)], to, to);
    }
}
