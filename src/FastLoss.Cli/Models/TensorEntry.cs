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

    public string Said => $"{Name} [{string.Join(", ", Shape)}]";
}
