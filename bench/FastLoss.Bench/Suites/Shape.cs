namespace FastLoss.Bench.Suites;

/// <summary>Rows of classes. A vector of n elements is one row of n.</summary>
public readonly record struct Shape(int Rows, int Classes)
{
    public int Elements => checked(Rows * Classes);

    /// <summary>MNIST-like batches first, then one row from registers (128) through every cache to memory (16M).</summary>
    public static IReadOnlyList<Shape> All { get; } =
    [
        new(4_000, 10), new(60_000, 10),
        new(1, 128), new(1, 1_000), new(1, 4_096), new(1, 32_768), new(1, 131_072), new(1, 1 << 20), new(1, 1 << 24),
    ];

    public static IReadOnlyList<Shape> Vectors { get; } = [.. All.Where(s => s.Rows == 1)];

    public override string ToString() => Rows == 1 ? $"{Classes}" : $"{Rows}x{Classes}";

    public static Shape Parse(string text)
    {
        string[] parts = text.Split('x');
        int classes = 0, rows = 1;
        bool valid = parts.Length is 1 or 2
            && int.TryParse(parts[^1], out classes)
            && (parts.Length == 1 || int.TryParse(parts[0], out rows));
        return valid && rows > 0 && classes > 0
            ? new(rows, classes)
            : throw new FormatException($"'{text}' is not a size: write 4096 for a row or 4000x10 for rows of 10 classes.");
    }
}
