namespace FastLoss.Cli.Data;

/// <summary>A picture of any size, 0 black to 1 white.</summary>
internal sealed record GreyImage(float[] Pixels, int Width, int Height)
{
    /// <summary>Light for dark.</summary>
    public GreyImage Inverted() => this with { Pixels = Array.ConvertAll(Pixels, p => 1 - p) };

    /// <summary>
    /// As large as fits, in the middle, its shape kept; what is left over is 0. Each pixel is the mean of those it covers, by triangles that are
    /// as wide as a pixel of the smaller picture, so that a thin stroke fades and is not lost.
    /// </summary>
    public GreyImage FittedTo(int width, int height)
    {
        double scale = Math.Min((double)width / Width, (double)height / Height);
        int inner = Math.Clamp((int)Math.Round(Width * scale), 1, width), high = Math.Clamp((int)Math.Round(Height * scale), 1, height);
        float[] narrow = Resampled(Pixels, Width, Height, inner); // Height lines of as many pixels as fit
        float[] turned = Transposed(narrow, inner, Height);
        float[] small = Transposed(Resampled(turned, Height, inner, high), high, inner);
        float[] result = new float[width * height];
        int left = (width - inner) / 2, top = (height - high) / 2;
        for (int y = 0; y < high; y++) small.AsSpan(y * inner, inner).CopyTo(result.AsSpan(((top + y) * width) + left));
        return new(result, width, height);
    }

    /// <summary>The mean of the pixels on its edge: whether the background is light or dark.</summary>
    public static double Edge(ReadOnlySpan<float> pixels, int width, int height)
    {
        double sum = 0;
        int count = 0;
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                if (x > 0 && x < width - 1 && y > 0 && y < height - 1) continue;
                sum += pixels[(y * width) + x];
                count++;
            }
        }

        return sum / count;
    }

    /// <summary>Every line with another number of pixels.</summary>
    private static float[] Resampled(float[] pixels, int width, int height, int count)
    {
        if (width == count) return pixels;
        float[] result = new float[count * height];
        double ratio = (double)width / count, reach = Math.Max(1, ratio);
        for (int i = 0; i < count; i++)
        {
            double middle = ((i + 0.5) * ratio) - 0.5;
            int first = Math.Max(0, (int)Math.Ceiling(middle - reach)), last = Math.Min(width - 1, (int)Math.Floor(middle + reach));
            double[] weights = [.. Enumerable.Range(first, last - first + 1).Select(j => Math.Max(0, 1 - (Math.Abs(j - middle) / reach)))];
            double all = weights.Sum();
            for (int y = 0; y < height; y++)
            {
                double sum = 0;
                for (int j = first; j <= last; j++) sum += weights[j - first] * pixels[(y * width) + j];
                result[(y * count) + i] = (float)(sum / all);
            }
        }

        return result;
    }

    private static float[] Transposed(float[] pixels, int width, int height)
    {
        float[] result = new float[pixels.Length];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++) result[(x * height) + y] = pixels[(y * width) + x];
        }

        return result;
    }
}
