namespace FastLoss.Cli.Comparing;

/// <summary>Numbers made of an image.</summary>
/// <param name="Name">As a table has it.</param>
/// <param name="Kind">Who made them.</param>
/// <param name="Length">How many numbers an image has.</param>
/// <param name="Compute">Makes those of images; the last parameter is the number of threads.</param>
internal sealed record FeatureSet(string Name, FeatureKind Kind, int Length, FeatureSet.Describe Compute)
{
    public delegate void Describe(ReadOnlySpan<float> images, Span<float> features, int threads);

    /// <summary>
    /// Those that images of this size have: descriptors of 4 x 4 cells over the image, a cell 7 pixels of 28 and 2 of 8, and the pixels.
    /// </summary>
    public static IReadOnlyList<FeatureSet> Of(int width, int height)
    {
        List<FeatureSet> sets = [];
        int cell = Math.Min(width, height) / 4;
        if (HasCells(width, height))
        {
            Hog hog = new(cell);
            Sift sift = new(cell);
            Surf surf = new(cell);
            Add("HOG", FeatureKind.MadeByHand, hog.Length(width, height), (images, to, threads) => hog.Compute(images, width, height, to, threads));
            Add("SIFT", FeatureKind.MadeByHand, sift.Length(width, height), (images, to, threads) => sift.Compute(images, width, height, to, threads));
            Add("SURF", FeatureKind.MadeByHand, surf.Length(width, height), (images, to, threads) => surf.Compute(images, width, height, to, threads));
        }

        Add(RawName(width, height), FeatureKind.Raw, width * height, (images, to, _) => images.CopyTo(to));
        return sets;

        void Add(string name, FeatureKind kind, int length, Describe compute) => sets.Add(new($"{name}, {length}", kind, length, compute));
    }

    /// <summary>What is given as it is: a table's rows are no pictures.</summary>
    public static string RawName(int width, int height) => width > 1 && height > 1 ? "pixels" : "values";

    private static bool HasCells(int width, int height) => Math.Min(width, height) >= 8;

    public float[] Of(Data.Images images, int threads)
    {
        float[] features = new float[checked(images.Count * Length)];
        Compute(images.Pixels, features, threads);
        return features;
    }
}
