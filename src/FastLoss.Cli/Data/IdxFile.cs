using System.Buffers.Binary;

namespace FastLoss.Cli.Data;

/// <summary>
/// The IDX format of MNIST: a magic number (0, 0, the element type, the number of dimensions), each dimension as a big-endian
/// int, then the elements. Read as a whole and checked as a whole.
/// </summary>
internal static class IdxFile
{
    private const uint LabelMagic = 0x00000801; // unsigned bytes, one dimension
    private const uint ImageMagic = 0x00000803; // unsigned bytes, three dimensions

    /// <summary>The file by its standard name, compressed or not, or with the dot some archives write.</summary>
    public static string Find(string directory, string name, string kind)
    {
        string[] names = [$"{name}-{kind}", $"{name}-{kind}.gz", $"{name}.{kind}", $"{name}.{kind}.gz"];
        return names.Select(n => Path.Combine(directory, n)).FirstOrDefault(File.Exists)
            ?? throw new InputException($"{directory}: there is no {names[0]} or {names[1]}");
    }

    /// <summary>One byte per pixel, image after image.</summary>
    public static (byte[] Pixels, int Count, int Height, int Width) ReadImages(string path)
    {
        (byte[] pixels, int[] sizes) = Read(path, ImageMagic, "images");
        return (pixels, sizes[0], sizes[1], sizes[2]);
    }

    public static byte[] ReadLabels(string path) => Read(path, LabelMagic, "labels").Elements;

    private static (byte[] Elements, int[] Sizes) Read(string path, uint magic, string what)
    {
        int dimensions = (int)(magic & 0xFF), headerLength = 4 + (4 * dimensions);
        ReadOnlySpan<byte> header = DataFile.Read(path, headerLength - 1).Span;
        if (header.Length >= 4)
        {
            uint found = BinaryPrimitives.ReadUInt32BigEndian(header);
            if (found != magic) throw new InputException($"{path}: begins with 0x{found:X8}; IDX {what} begin with 0x{magic:X8}");
        }

        if (header.Length < headerLength)
            throw new InputException($"{path}: ends after {header.Length} bytes, within its header of {headerLength}");

        int[] sizes = new int[dimensions];
        long length = 1;
        for (int d = 0; d < dimensions; d++)
        {
            uint size = BinaryPrimitives.ReadUInt32BigEndian(header[(4 + (4 * d))..]);
            if (size == 0) throw new InputException($"{path}: its header says 0 {(d == 0 ? what : "pixels")}");
            length = Math.Min(length * size, 1L << 40); // no overflow: 2^40 times 2^32
            sizes[d] = (int)Math.Min(size, int.MaxValue);
        }

        string said = $"{string.Join("x", sizes)} {what}";
        if (length > Array.MaxLength) throw new InputException($"{path}: its header says {said}, more than can be read");
        long whole = headerLength + length;
        ReadOnlyMemory<byte> content = DataFile.Read(path, whole);
        if (content.Length != whole)
        {
            throw new InputException(content.Length < whole
                ? $"{path}: its header says {said}, {whole} bytes, but it ends after {content.Length}"
                : $"{path}: its header says {said}, {whole} bytes, but more follow");
        }

        return (content[headerLength..].ToArray(), sizes);
    }
}
