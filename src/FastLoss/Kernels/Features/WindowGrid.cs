namespace FastLoss.Kernels;

/// <summary>Square windows wholly inside an image, a step apart both ways, in its middle: half a pixel up and left of it where no whole number of pixels is.</summary>
internal readonly struct WindowGrid(int width, int height, int side, int step)
{
    public int Side => side;

    public int Across => ((width - side) / step) + 1;

    public int Down => ((height - side) / step) + 1;

    /// <summary>The first column of a window.</summary>
    public int Column(int x) => ((width - side) % step / 2) + (x * step);

    /// <summary>The first row of a window.</summary>
    public int Row(int y) => ((height - side) % step / 2) + (y * step);
}
