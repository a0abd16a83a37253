using System.Numerics;
using FastLoss.Catalog;

namespace FastLoss.Digest;

/// <summary>Every activation of the catalogue forward and backward, and the softmaxes' backward passes.</summary>
internal static class ActivationCases
{
    public static Hash Of<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Hash hash = new();
        foreach (ActivationCase c in ActivationCase.All) Add(c.Bound<T>());
        Source source = new(41);
        foreach (int classCount in new[] { 1, 10, 63, 64, 65, 1000 })
        {
            T[] x = source.Logits<T>(3 * classCount), g = source.Numbers<T>(x.Length), y = new T[x.Length], d = new T[x.Length];
            foreach (RowMapCase c in RowMapCase.All.Where(c => !c.IsOneNumber))
            {
                c.Bound<T>().Forward(x, classCount, y);
                c.Bound<T>().Backward(x, y, classCount, g, d);
                hash.Add<T>(d);
            }
        }

        return hash;

        void Add(ActivationCalls<T> calls)
        {
            Source source = new(37);
            foreach (int n in new[] { 0, 1, 8, 15, 33, 64, 200, 513, 5000 })
            {
                T[] x = source.Logits<T>(n), g = source.Numbers<T>(n), y = new T[n];
                calls.Forward(x, y);
                hash.Add<T>(y);
                calls.Backward(x, g, y);
                hash.Add<T>(y);
            }
        }
    }
}
