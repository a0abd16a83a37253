using System.Globalization;
using System.IO.Compression;

namespace FastLoss.Samples;

/// <summary>1,797 handwritten digits of 8x8 pixels from 0 to 16 (the tool's data), split the same way every time.</summary>
internal sealed record Digits(float[] Pixels, int[] Labels)
{
    public const int PixelCount = 64, ClassCount = 10, Largest = 16;

    public int Count => Labels.Length;

    public static (Digits Train, Digits Test) Load()
    {
        List<float> pixels = [];
        List<int> labels = [];
        using FileStream file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Data", "digits8x8.csv.gz"));
        using StreamReader lines = new(new GZipStream(file, CompressionMode.Decompress));
        while (lines.ReadLine() is { } line)
        {
            int[] values = Array.ConvertAll(line.Split(','), v => int.Parse(v, CultureInfo.InvariantCulture));
            pixels.AddRange(values[..PixelCount].Select(v => (float)v));
            labels.Add(values[PixelCount]);
        }

        Digits all = new([.. pixels], [.. labels]);
        var split = TrainTestSplit.Stratified(all.Labels, ClassCount, 0.2, seed: 1);
        return (all.Rows(split.Train), all.Rows(split.Test));
    }

    public Digits Rows(ReadOnlySpan<int> rows)
    {
        float[] pixels = new float[rows.Length * PixelCount];
        int[] labels = new int[rows.Length];
        MiniBatches.Gather(Pixels, PixelCount, rows, pixels);
        MiniBatches.Gather(Labels, 1, rows, labels);
        return new(pixels, labels);
    }
}
