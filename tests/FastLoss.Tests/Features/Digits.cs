using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace FastLoss.Tests.Features;

/// <summary>The images that ship with the tool, OpenCV's descriptors of some (README.md beside), and how well descriptors tell them apart.</summary>
internal static class Digits
{
    private const int Train = 1000, Test = 500, Folds = 5;

    private static readonly Lazy<JsonDocument> s_expected = new(() => JsonDocument.Parse(File.ReadAllText(Path.Combine(Here(), "features.json"))));

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    private static byte[] Bytes(string set, string file, int head, int count)
    {
        using GZipStream stream = new(File.OpenRead(Path.Combine(Here(), "../../../src/FastLoss.Cli/data", set, file)), CompressionMode.Decompress);
        byte[] bytes = new byte[head + count];
        stream.ReadExactly(bytes);
        return bytes[head..];
    }

    /// <summary>The first images of a set's part, train or t10k, 0 to 255.</summary>
    public static float[] Images(string set, string part, int count) =>
        Array.ConvertAll(Bytes(set, $"{part}-images-idx3-ubyte.gz", 16, 784 * count), b => (float)b);

    private static int[] Labels(string set, string part, int count) => Array.ConvertAll(Bytes(set, $"{part}-labels-idx1-ubyte.gz", 8, count), b => (int)b);

    /// <summary>OpenCV 4.13's descriptor of a test image.</summary>
    public static double[] OpenCv(string set, int image, string name) =>
        [.. s_expected.Value.RootElement.GetProperty($"{set}-test-{image}").GetProperty(name).EnumerateArray().Select(v => v.GetDouble())];

    public static double Cosine(double[] theirs, ReadOnlySpan<float> ours)
    {
        double dot = 0, our = 0, their = 0;
        for (int k = 0; k < theirs.Length; k++)
        {
            dot += ours[k] * theirs[k];
            our += ours[k] * (double)ours[k];
            their += theirs[k] * theirs[k];
        }

        return dot / Math.Sqrt(our * their);
    }

    /// <summary>Computes the descriptors of images.</summary>
    public delegate void Describe(ReadOnlySpan<float> images, Span<float> descriptors);

    /// <summary>
    /// How many percent of 500 test images are classified right after 1,000 others: by a linear machine, whose C is the one that classifies most of each fifth of the 1,000 right after
    /// the other four, and by 3 neighbours.
    /// </summary>
    public static (double Svm, double Neighbours) Accuracy(string set, int length, Describe describe, double[] candidates)
    {
        float[] train = new float[Train * length], test = new float[Test * length];
        describe(Images(set, "train", Train), train);
        describe(Images(set, "t10k", Test), test);
        int[] labels = Labels(set, "train", Train), truth = Labels(set, "t10k", Test), predictions = new int[Test];
        LinearSvm<float> svm = new(length, 10);
        svm.Fit(train, labels, candidates.MaxBy(c => Enumerable.Range(0, Folds).Sum(fold => Right(train, labels, length, fold, c))));
        svm.Predict(test, predictions);
        double right = predictions.Zip(truth).Count(p => p.First == p.Second);
        NearestNeighbours.Predict<float>(train, length, labels, test, 3, predictions);
        return (100 * right / Test, 100.0 * predictions.Zip(truth).Count(p => p.First == p.Second) / Test);
    }

    private static int Right(float[] features, int[] labels, int length, int fold, double c)
    {
        int[] held = [.. Enumerable.Range(0, Train).Where(i => i % Folds == fold)], fitted = [.. Enumerable.Range(0, Train).Where(i => i % Folds != fold)];
        float[] Rows(int[] rows) => [.. rows.SelectMany(i => features[(i * length)..((i + 1) * length)])];
        LinearSvm<float> svm = new(length, 10);
        svm.Fit(Rows(fitted), [.. fitted.Select(i => labels[i])], c, 1e-3);
        int[] predictions = new int[held.Length];
        svm.Predict(Rows(held), predictions);
        return held.Zip(predictions).Count(p => labels[p.First] == p.Second);
    }
}
