using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace FastLoss.Tests.Cli;

/// <summary>Writes PNG files of every kind, right ones and wrong ones.</summary>
internal static class PngData
{
    /// <param name="width">Pixels of a line.</param>
    /// <param name="height">Lines.</param>
    /// <param name="bits">Of a sample.</param>
    /// <param name="colour">PNG's number of the colour type.</param>
    /// <param name="samples">The lines' bytes, without the filter byte before each.</param>
    /// <param name="palette">Colours, for type 3.</param>
    public static byte[] Of(int width, int height, byte bits, byte colour, byte[] samples, params byte[] palette)
    {
        byte[] raw = [.. samples.Chunk(samples.Length / height).SelectMany(line => (byte[])[0, .. line])];
        return File(Header(width, height, bits, colour, 0), raw, palette);
    }

    public static byte[] File(byte[] header, byte[] raw, params byte[] palette) =>
    [
        0x89, .. "PNG\r\n\u001A\n"u8, .. Chunk("IHDR", header), .. palette.Length > 0 ? Chunk("PLTE", palette) : [],
        .. Chunk("IDAT", Packed(raw)[..5]), .. Chunk("IDAT", Packed(raw)[5..]), .. Chunk("IEND", []),
    ];

    public static byte[] Header(int width, int height, byte bits, byte colour, byte interlaced)
    {
        byte[] header = [0, 0, 0, 0, 0, 0, 0, 0, bits, colour, 0, 0, interlaced];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        return header;
    }

    public static byte[] Chunk(string name, byte[] data)
    {
        byte[] named = [.. System.Text.Encoding.ASCII.GetBytes(name), .. data], length = new byte[4], crc = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(crc, Crc32.HashToUInt32(named));
        return [.. length, .. named, .. crc];
    }

    private static byte[] Packed(byte[] raw)
    {
        using var stream = new MemoryStream();
        using (var zlib = new ZLibStream(stream, CompressionLevel.Fastest)) zlib.Write(raw);
        return stream.ToArray();
    }
}
