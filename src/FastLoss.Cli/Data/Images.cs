namespace FastLoss.Cli.Data;

/// <summary>Labelled images as a network reads them; a row of features is an image of one line.</summary>
/// <param name="Pixels">A row of Width * Height values for each image: from 0 to 1, or features as they were scaled.</param>
/// <param name="Labels">The class of each image.</param>
/// <param name="Width">Pixels of a line.</param>
/// <param name="Height">Lines of an image.</param>
internal sealed record Images(float[] Pixels, int[] Labels, int Width, int Height)
{
    public int Count => Labels.Length;

    public int PixelCount => Width * Height;

    public ReadOnlySpan<float> this[int index] => Pixels.AsSpan(index * PixelCount, PixelCount);

    /// <summary>The images at these indices, in this order.</summary>
    public Images Select(ReadOnlySpan<int> indices)
    {
        float[] pixels = new float[indices.Length * PixelCount];
        int[] labels = new int[indices.Length];
        MiniBatches.Gather(Pixels, PixelCount, indices, pixels);
        MiniBatches.Gather(Labels, 1, indices, labels);
        return new(pixels, labels, Width, Height);
    }
}

/// <summary>Images to train on, images to test with, and what their classes are called.</summary>
internal sealed record DataSet(string Name, Images Train, Images Test, IReadOnlyList<string> ClassNames)
{
    public int ClassCount => ClassNames.Count;

    /// <summary>What was done to the features of a table; null for images, whose pixels have one range.</summary>
    public FeatureScaling? Scaling { get; init; }

    /// <summary>Held back of the training images to choose by; null where none are.</summary>
    public Images? Validation { get; init; }

    /// <summary>The same with a share of each class of the training images held back, drawn by the seed.</summary>
    /// <exception cref="InputException">One of the parts would be empty.</exception>
    public DataSet WithValidation(double share, ulong seed)
    {
        if (share == 0) return this;
        TrainTestSplit split = TrainTestSplit.Stratified(Train.Labels, ClassCount, share, seed);
        if (split.Train.Length == 0 || split.Test.Length == 0)
        {
            throw new InputException(FormattableString.Invariant(
                $"--validation {share}: leaves {split.Train.Length} of {Name}'s {Train.Count} training images to train on and {split.Test.Length} to validate with"));
        }

        return this with { Train = Train.Select(split.Train), Validation = Train.Select(split.Test) };
    }
}
