using System.Numerics;

namespace FastLoss.Catalog;

/// <summary>Usual numbers from a given generator, so that what is printed twice is the same.</summary>
public static class Draws
{
    public static T[] Uniform<T>(Random random, int length, double from, double to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var values = new T[length];
        foreach (ref T value in values.AsSpan()) value = T.CreateTruncating(from + ((to - from) * random.NextDouble()));
        return values;
    }
}
