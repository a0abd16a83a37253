using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace FastLoss.Cli.Reporting;

/// <summary>A grey image as a PNG file: a few hundred bytes, where the plotting library would write 3,000.</summary>
internal static class PngImage
{
    /// <param name="pixels">Row-major, 0 black to 255 white.</param>
    /// <param name="width">Pixels of a line.</param>
    public static byte[] Encode(ReadOnlySpan<byte> pixels, int width)
    {
        int height = pixels.Length / width;
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = 8; // bits of a pixel; the zeros after it: grey, deflate, the only filter method, not interlaced

        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            for (int line = 0; line < height; line++)
            {
                zlib.WriteByte(0); // this line is not filtered
                zlib.Write(pixels.Slice(line * width, width));
            }
        }

        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        WriteChunk(file, "IHDR", header);
        WriteChunk(file, "IDAT", compressed.ToArray());
        WriteChunk(file, "IEND", []);
        return file.ToArray();
    }

    /// <summary>Length, name, content, and the CRC of the latter two.</summary>
    private static void WriteChunk(MemoryStream file, string name, byte[] content)
    {
        Span<byte> number = stackalloc byte[4];
        byte[] kind = Encoding.ASCII.GetBytes(name);
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        file.Write(number);
        file.Write(kind);
        file.Write(content);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.HashToUInt32([.. kind, .. content]));
        file.Write(number);
    }
}
