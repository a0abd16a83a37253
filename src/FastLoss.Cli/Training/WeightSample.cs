namespace FastLoss.Cli.Training;

/// <summary>Some weights of each part of a network, drawn by a seed, without a list of all.</summary>
internal static class WeightSample
{
    private const int PerPart = 25;

    /// <summary>Of W1 only what a pixel reaches: the rest has gradient 0 either way.</summary>
    /// <param name="shape">The network's sizes.</param>
    /// <param name="images">Rows of pixels.</param>
    /// <param name="seed">Any number.</param>
    public static int[] Of(NetworkShape shape, ReadOnlySpan<double> images, ulong seed)
    {
        List<int> sample = [];
        int[] inputs = Reaching(images, shape.InputCount);
        for (int layer = 0; layer < shape.LayerCount; layer++)
        {
            int[] units = [.. Enumerable.Range(0, shape.Sizes[layer + 1])];
            sample.AddRange(Part(shape.Weights(layer), inputs, units, units.Length, seed));
            sample.AddRange(Part(shape.Biases(layer), [0], units, 0, seed));
            inputs = units;
        }

        return [.. sample];
    }

    /// <summary>Different elements of a matrix, spread over its rows and columns.</summary>
    private static int[] Part(Range part, int[] rows, int[] columns, int stride, ulong seed)
    {
        if (rows.Length == 0) return [];
        int start = part.Start.Value;
        int[] row = Shuffled(rows, seed), column = Shuffled(columns, seed + 1);

        // Along diagonals; after a whole one the columns move on, so that no pair comes twice.
        long count = Math.Min(PerPart, (long)rows.Length * columns.Length);
        long diagonal = (long)rows.Length / Divisor(rows.Length, columns.Length) * columns.Length;
        return [.. Enumerable.Range(0, (int)count)
            .Select(k => start + (row[k % row.Length] * stride) + column[(int)((k + (k / diagonal)) % column.Length)])];
    }

    private static int[] Shuffled(int[] values, ulong seed)
    {
        int[] order = new int[values.Length];
        int taken = 0;
        foreach (ReadOnlySpan<int> batch in new MiniBatches(values.Length, values.Length, seed).Epoch(0))
        {
            foreach (int index in batch) order[taken++] = values[index];
        }

        return order;
    }

    private static int[] Reaching(ReadOnlySpan<double> images, int pixels)
    {
        bool[] reaches = new bool[pixels];
        for (int i = 0; i < images.Length; i++) reaches[i % pixels] |= images[i] != 0;
        return [.. Enumerable.Range(0, pixels).Where(i => reaches[i])];
    }

    private static int Divisor(int a, int b) => b == 0 ? a : Divisor(b, a % b);
}
