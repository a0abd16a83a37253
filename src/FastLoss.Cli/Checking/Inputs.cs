using System.Numerics;

namespace FastLoss.Cli.Checking;

/// <summary>The points that gradients are checked at: drawn from a fixed seed, so that a table printed twice is the same.</summary>
internal static class Inputs
{
    public static T[] Uniform<T>(Random random, int length, double from, double to)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var values = new T[length];
        foreach (ref T value in values.AsSpan()) value = T.CreateTruncating(from + ((to - from) * random.NextDouble()));
        return values;
    }
}
