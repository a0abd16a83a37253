namespace FastLoss.Cli.Models;

/// <summary>A tensor of a safetensors file: where its numbers stand in the data that follows the header.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its sizes, row-major.</param>
/// <param name="Start">Its first byte.</param>
/// <param name="Length">Its bytes.</param>
internal sealed record TensorEntry(string Name, IReadOnlyList<int> Shape, long Start, long Length)
{
    /// <summary>Numbers of four bytes.</summary>
    public int Count => (int)(Length / sizeof(float));

    public string Said => Text(Name, Shape);

    /// <summary>A name and sizes, as in "W1 [784, 10]".</summary>
    public static string Text(string name, IEnumerable<int> shape) => $"{name} [{string.Join(", ", shape)}]";
}
