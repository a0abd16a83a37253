using System.Buffers.Binary;
using FastLoss.Cli.Files;

namespace FastLoss.Cli.Data;

/// <summary>
/// The IDX format of MNIST: a magic number (0, 0, the element type, the number of dimensions), each dimension as a big-endian
/// int, then the elements. Read as a whole and checked as a whole.
/// </summary>
internal static class IdxFile
{
    /// <summary>Labels are below this: a byte's, or as many as a network may have classes and a table of confusions be read.</summary>
    public const int MostClasses = 1 << 12;

    private const uint LabelMagic = 0x00000801; // unsigned bytes, one dimension
    private const uint TableMagic = 0x00000C02; // integers of four bytes, two dimensions
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

    /// <summary>Of a table of integers, as of QMNIST, the first of each row.</summary>
    public static int[] ReadLabels(string path)
    {
        (byte[] elements, int[] sizes) = Read(path, LabelMagic, "labels", orElse: TableMagic);
        if (sizes.Length == 1) return Array.ConvertAll(elements, l => (int)l);
        int[] labels = new int[sizes[0]];
        for (int i = 0; i < labels.Length; i++) labels[i] = BinaryPrimitives.ReadInt32BigEndian(elements.AsSpan(4 * sizes[1] * i));
        return labels;
    }

    private static (byte[] Elements, int[] Sizes) Read(string path, uint magic, string what, uint? orElse = null)
    {
        using InputFile file = InputFile.Open(path);
        (int[] sizes, int elementSize) = ReadHeader(file, magic, what, orElse);
        long length = elementSize;
        foreach (int size in sizes) length = Math.Min(length * size, 1L << 31); // no overflow: 2^31 times 2^31
        string said = $"{path}: its header says {string.Join("x", sizes)} {what}";
        if (length > Array.MaxLength) throw new InputException($"{said}, more than can be read");

        // The length first, then the memory, then the content.
        long whole = file.Position + length;
        if (file.Length < whole) throw Short(file.Length.Value);
        if (file.Length > whole) throw Long();
        Memory.Require((Int128)BytesPerElement * length, $"{said}, which", Memory.Available);
        byte[] elements = file.ReadBytes((int)length);
        if (file.Position < whole) throw Short(file.Position);
        return file.IsAtEnd() ? (elements, sizes) : throw Long();

        InputException Short(long end) => new($"{said}, {whole} bytes, but it ends after {end}");

        InputException Long() => new($"{said}, {whole} bytes, but more follow");
    }

    /// <summary>The sizes, and how many bytes an element has.</summary>
    private static (int[] Sizes, int ElementSize) ReadHeader(InputFile file, uint magic, string what, uint? orElse)
    {
        byte[] start = new byte[4];
        int got = file.Read(start);
        uint found = BinaryPrimitives.ReadUInt32BigEndian(start);
        if (got == start.Length && found != magic && found != orElse)
        {
            string other = orElse is { } second ? $" or 0x{second:X8}" : "";
            throw new InputException($"{file.Path}: begins with 0x{found:X8}; IDX {what} begin with 0x{magic:X8}{other}");
        }

        int[] sizes = new int[(got < start.Length ? magic : found) & 0xFF];
        byte[] rest = new byte[4 * sizes.Length];
        got += file.Read(rest);
        if (got < start.Length + rest.Length)
            throw new InputException($"{file.Path}: ends after {got} bytes, within its header of {start.Length + rest.Length}");
        for (int d = 0; d < sizes.Length; d++)
        {
            uint size = BinaryPrimitives.ReadUInt32BigEndian(rest.AsSpan(4 * d));
            if (size == 0) throw new InputException($"{file.Path}: its header says 0 {(d == 0 ? what : found == magic ? "pixels" : "columns")}");
            sizes[d] = (int)Math.Min(size, int.MaxValue);
        }

        return (sizes, found == orElse ? sizeof(int) : 1);
    }
}
