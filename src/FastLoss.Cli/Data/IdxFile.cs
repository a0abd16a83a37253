using System.Buffers.Binary;
using FastLoss.Cli.Files;

namespace FastLoss.Cli.Data;

/// <summary>
/// The IDX format of MNIST: a magic number (0, 0, the element type, the number of dimensions), each dimension as a big-endian
/// int, then the elements. Read as a whole and checked as a whole.
/// </summary>
internal static class IdxFile
{
    private const uint LabelMagic = 0x00000801; // unsigned bytes, one dimension
    private const uint ImageMagic = 0x00000803; // unsigned bytes, three dimensions

    /// <summary>A pixel is read as a byte and kept as a float.</summary>
    private const int BytesPerElement = 1 + sizeof(float);

    /// <summary>Where a file may lie: by its standard name, compressed or not, or with the dot some archives write.</summary>
    public static string[] Candidates(string directory, string name, string kind) =>
        [.. ((string[])[$"{name}-{kind}", $"{name}-{kind}.gz", $"{name}.{kind}", $"{name}.{kind}.gz"]).Select(n => Path.Combine(directory, n))];

    /// <summary>The first of the candidates that is there.</summary>
    public static string Find(string directory, string name, string kind) =>
        Candidates(directory, name, kind).FirstOrDefault(File.Exists)
            ?? throw new InputException($"{directory}: there is no {name}-{kind} or {name}-{kind}.gz");

    /// <summary>One byte per pixel, image after image.</summary>
    public static (byte[] Pixels, int Count, int Height, int Width) ReadImages(string path)
    {
        (byte[] pixels, int[] sizes) = Read(path, ImageMagic, "images");
        return (pixels, sizes[0], sizes[1], sizes[2]);
    }

    public static byte[] ReadLabels(string path) => Read(path, LabelMagic, "labels").Elements;

    private static (byte[] Elements, int[] Sizes) Read(string path, uint magic, string what)
    {
        using InputFile file = InputFile.Open(path);
        int[] sizes = ReadHeader(file, magic, what);
        long length = 1;
        foreach (int size in sizes) length = Math.Min(length * size, 1L << 31); // no overflow: 2^31 times 2^31
        string said = $"{path}: its header says {string.Join("x", sizes)} {what}";
        if (length > Array.MaxLength) throw new InputException($"{said}, more than can be read");

        // The length first, then the memory, then the content.
        long whole = file.Position + length;
        if (file.Length < whole) throw Short(file.Length.Value);
        if (file.Length > whole) throw Long();
        Memory.Require(BytesPerElement * length, $"{said}, which", Memory.Available);
        byte[] elements = file.ReadBytes((int)length);
        if (file.Position < whole) throw Short(file.Position);
        return file.IsAtEnd() ? (elements, sizes) : throw Long();

        InputException Short(long end) => new($"{said}, {whole} bytes, but it ends after {end}");

        InputException Long() => new($"{said}, {whole} bytes, but more follow");
    }

    private static int[] ReadHeader(InputFile file, uint magic, string what)
    {
        int[] sizes = new int[magic & 0xFF];
        byte[] header = new byte[4 + (4 * sizes.Length)];
        int got = file.Read(header);
        if (got >= 4)
        {
            uint found = BinaryPrimitives.ReadUInt32BigEndian(header);
            if (found != magic) throw new InputException($"{file.Path}: begins with 0x{found:X8}; IDX {what} begin with 0x{magic:X8}");
        }

        if (got < header.Length)
            throw new InputException($"{file.Path}: ends after {got} bytes, within its header of {header.Length}");
        for (int d = 0; d < sizes.Length; d++)
        {
            uint size = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4 + (4 * d)));
            if (size == 0) throw new InputException($"{file.Path}: its header says 0 {(d == 0 ? what : "pixels")}");
            sizes[d] = (int)Math.Min(size, int.MaxValue);
        }

        return sizes;
    }
}
