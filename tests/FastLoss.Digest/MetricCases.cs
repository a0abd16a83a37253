using System.Numerics;
using FastLoss.Catalog;

namespace FastLoss.Digest;

/// <summary>The metrics of the catalogue, of rows of many lengths.</summary>
internal static class MetricCases
{
    public static Hash Of<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Hash hash = new();
        Source source = new(53);
        foreach (int classCount in new[] { 1, 2, 10, 15, 16, 17, 64, 100, 513 })
        {
            const int Rows = 40;
            T[] x = source.Logits<T>(classCount * Rows), p = new T[x.Length];
            int[] labels = source.Labels(Rows, classCount);
            Softmax.Compute<T>(x, classCount, p);
            foreach (MetricCase c in MetricCase.All.Where(c => c.IsDigested))
                hash.Add(c.Start<T>(classCount)(c.TakesProbabilities ? p : x, labels));
        }

        return hash;
    }
}
