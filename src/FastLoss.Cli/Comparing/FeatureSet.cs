namespace FastLoss.Cli.Comparing;

/// <summary>Numbers made of an image.</summary>
/// <param name="Name">As a table has it.</param>
/// <param name="Length">How many numbers an image has.</param>
/// <param name="Compute">Makes those of images; the last parameter is the number of threads.</param>
internal sealed record FeatureSet(string Name, int Length, FeatureSet.Describe Compute)
{
    public delegate void Describe(ReadOnlySpan<float> images, Span<float> features, int threads);

    /// <summary>
    /// Those that images of this size have: descriptors of 4 x 4 cells over the image, a cell 7 pixels of 28 and 2 of 8, and the pixels.
    /// </summary>
    public static IReadOnlyList<FeatureSet> Of(int width, int height)
    {
        List<FeatureSet> sets = [];
        int cell = Math.Min(width, height) / 4;
        if (cell >= 2)
        {
            Hog hog = new(cell);
            Sift sift = new(cell);
            Surf surf = new(cell);
            sets.Add(new($"HOG, {hog.Length(width, height)}", hog.Length(width, height), (images, to, threads) => hog.Compute(images, width, height, to, threads)));
            sets.Add(new($"SIFT, {sift.Length(width, height)}", sift.Length(width, height), (images, to, threads) => sift.Compute(images, width, height, to, threads)));
            sets.Add(new($"SURF, {surf.Length(width, height)}", surf.Length(width, height), (images, to, threads) => surf.Compute(images, width, height, to, threads)));
        }

        sets.Add(new($"pixels, {width * height}", width * height, (images, to, _) => images.CopyTo(to)));
        return sets;
    }

    public float[] Of(Data.Images images, int threads)
    {
        float[] features = new float[checked(images.Count * Length)];
        Compute(images.Pixels, features, threads);
        return features;
    }
}
