using System.Globalization;

namespace FastLoss.Cli.Files;

/// <summary>What a work needs is counted before it begins: a process that the system ends says nothing.</summary>
internal static class Memory
{
    /// <summary>The machine's, or what the container allows.</summary>
    public static long Available => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <param name="bytes">What is needed.</param>
    /// <param name="what">What needs it, for the complaint.</param>
    /// <param name="available">What is there.</param>
    /// <exception cref="InputException">There is not as much.</exception>
    public static void Require(Int128 bytes, string what, long available)
    {
        if (bytes > available) throw new InputException($"{what} needs {Text(bytes)} of memory; there are {Text(available)}");
    }

    /// <summary>In GB, MB or kB of 1000.</summary>
    public static string Text(Int128 bytes)
    {
        double value = (double)bytes;
        return value switch
        {
            >= 1e9 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e9:N1} GB"),
            >= 1e6 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e6:N1} MB"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{value / 1e3:N1} kB"),
        };
    }
}
