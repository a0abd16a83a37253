using System.IO.Compression;
using System.Runtime.InteropServices;

namespace FastLoss.Samples;

/// <summary>
/// Logits of a real text recogniser: 19 characters among 6,625, in half precision as such models write them. Cross-entropy reads them as
/// they are; perplexity and top-k say how sure it was and how near its misses were.
/// </summary>
internal static class Recogniser
{
    private const int Classes = 6625;

    private const string Characters = " MNIST 721041495906";

    /// <summary>The classes of <see cref="Characters"/> in the model's vocabulary.</summary>
    private static readonly int[] s_labels =
        [6624, 3639, 3589, 3587, 1217, 1381, 6624, 29, 25, 93, 26, 632, 93, 632, 1109, 631, 1109, 26, 933];

    public static void Run(TextWriter output)
    {
        Half[] logits = Read();
        LossTally loss = Loss.Evaluate(new SoftmaxCrossEntropy(), logits, Classes, s_labels);
        output.WriteLine($"cross-entropy {loss.Mean:F6} of {loss.Count} characters, perplexity {Perplexity.Of(loss):F6}");

        float[] scores = Array.ConvertAll(logits, x => (float)x);
        foreach (int k in (int[])[1, 2, 5])
            output.WriteLine($"right among the best {k}: {TopKAccuracy.Evaluate<float>(scores, Classes, s_labels, k).Value:P1}");

        float[] losses = new float[s_labels.Length];
        int[] ranks = new int[s_labels.Length];
        Loss.PerRow(new SoftmaxCrossEntropy(), scores, Classes, s_labels, losses);
        LabelRank.PerRow<float>(scores, Classes, s_labels, ranks);
        int worst = losses.AsSpan().IndexOf(losses.Max());
        output.WriteLine($"the hardest: '{Characters[worst]}', loss {losses[worst]:F3}, rank {ranks[worst]}");
    }

    private static Half[] Read()
    {
        using FileStream file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Data", "ocr-logits-19x6625.f16.gz"));
        using GZipStream packed = new(file, CompressionMode.Decompress);
        Half[] values = new Half[s_labels.Length * Classes];
        packed.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }
}
