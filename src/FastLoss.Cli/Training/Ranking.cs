using FastLoss.Cli.Data;

namespace FastLoss.Cli.Training;

/// <summary>A class and its probability.</summary>
internal readonly record struct Ranked(int Class, float Probability);

/// <summary>The classes an image may be, the likeliest first.</summary>
internal static class Ranking
{
    /// <summary>For each image so many, fewer where there are fewer classes; none where the network computes NaN. Of equal ones the lower class comes first.</summary>
    public static IReadOnlyList<Ranked[]> Of(IClassifier classifier, Images images, int count)
    {
        var ranked = new Ranked[images.Count][];
        Probabilities.Of(classifier, images, (start, _, probabilities) =>
        {
            int classes = classifier.ClassCount;
            for (int i = 0; i < probabilities.Length / classes; i++)
            {
                float[] row = probabilities.Slice(i * classes, classes).ToArray();
                ranked[start + i] = row.Any(float.IsNaN)
                    ? []
                    : [.. Enumerable.Range(0, classes).OrderByDescending(c => row[c]).ThenBy(c => c).Take(count).Select(c => new Ranked(c, row[c]))];
            }
        });
        return ranked;
    }
}
