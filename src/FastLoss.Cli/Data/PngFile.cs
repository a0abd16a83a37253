using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using FastLoss.Cli.Files;
using StbImageSharp;

namespace FastLoss.Cli.Data;

/// <summary>
/// A PNG file as a grey picture. Its chunks, their checksums and the length of its pixels are checked before the decoder sees them, which
/// takes what it gets: a damaged file is refused and not shown as something.
/// </summary>
internal static class PngFile
{
    private const int LargestFile = 1 << 26;
    private const int LargestSide = 1 << 14;

    /// <summary>Of a pixel: the file's own up to 8 bytes, four as the decoder gives it, a float, and as much again on the way.</summary>
    private const int BytesPerPixel = 24;

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <exception cref="InputException">It is damaged, or too large.</exception>
    public static GreyImage Read(string path)
    {
        using InputFile file = InputFile.Open(path);
        byte[] content = file.ReadBytes(LargestFile);
        if (!file.IsAtEnd()) throw new InputException($"{path}: is longer than {LargestFile} bytes, the most a picture may be");
        Check(path, content);
        try
        {
            ImageResult image = ImageResult.FromMemory(content, ColorComponents.RedGreenBlueAlpha);
            float[] pixels = new float[image.Width * image.Height];
            for (int i = 0; i < pixels.Length; i++) pixels[i] = Grey(image.Data.AsSpan(4 * i, 4));
            return new(pixels, image.Width, image.Height);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The decoder's complaints have no type of their own.
            throw new InputException($"{path}: is no PNG picture that can be read: {e.Message}");
        }
    }

    /// <summary>By the weights of television (Rec. 601), what is transparent before white paper; of a grey pixel exactly its own value.</summary>
    private static float Grey(ReadOnlySpan<byte> p)
    {
        float light = p[0] == p[1] && p[1] == p[2] ? p[0] / 255f : ((0.299f * p[0]) + (0.587f * p[1]) + (0.114f * p[2])) / 255;
        float opaque = p[3] / 255f;
        return p[3] == 255 ? light : (opaque * light) + (1 - opaque);
    }

    private static void Check(string path, ReadOnlySpan<byte> content)
    {
        if (!content.StartsWith(Signature)) throw new InputException($"{path}: does not begin as PNG");
        ReadOnlySpan<byte> rest = content[Signature.Length..], header = default;
        using var packed = new MemoryStream();
        while (true)
        {
            // A length, a name of four letters, so many bytes, and a checksum of both.
            long length = rest.Length < 12 ? long.MaxValue : BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > rest.Length - 12) throw new InputException($"{path}: ends within one of its chunks");
            ReadOnlySpan<byte> name = rest.Slice(4, 4), data = rest.Slice(8, (int)length);
            if (Crc32.HashToUInt32(rest.Slice(4, 4 + (int)length)) != BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + (int)length)..]))
                throw new InputException($"{path}: is damaged: a checksum is wrong");
            if (header.IsEmpty && !(name.SequenceEqual("IHDR"u8) && length == 13)) throw new InputException($"{path}: does not begin with a header of PNG");
            if (header.IsEmpty)
            {
                header = data;
                CheckSize(path, header);
            }
            else if (name.SequenceEqual("IDAT"u8))
            {
                packed.Write(data);
            }
            else if (name.SequenceEqual("IEND"u8))
            {
                break;
            }

            rest = rest[(12 + (int)length)..];
        }

        CheckPixels(path, packed, PixelBytes(path, header));
    }

    private static void CheckSize(string path, ReadOnlySpan<byte> header)
    {
        uint width = BinaryPrimitives.ReadUInt32BigEndian(header), height = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
        if (width is 0 or > LargestSide || height is 0 or > LargestSide)
            throw new InputException($"{path}: its header says {width}x{height} pixels; a side has 1 to {LargestSide}");
        Memory.Require((Int128)BytesPerPixel * width * height, $"{path}: a picture of {width}x{height} pixels", Memory.Available);
    }

    /// <summary>How long the pixels are, unpacked: lines with a byte before each; interlaced, seven small pictures of them.</summary>
    private static long PixelBytes(string path, ReadOnlySpan<byte> header)
    {
        long width = BinaryPrimitives.ReadUInt32BigEndian(header), height = BinaryPrimitives.ReadUInt32BigEndian(header[4..]);
        int channels = header[9] switch { 0 or 3 => 1, 2 => 3, 4 => 2, 6 => 4, _ => 0 };
        if (channels == 0 || header[8] is not (1 or 2 or 4 or 8 or 16) || header[12] > 1)
            throw new InputException($"{path}: its header says {header[8]} bits, colours of type {header[9]} and interlacing {header[12]}, which PNG does not know");
        int bits = channels * header[8];
        (int X, int Y, int StepX, int StepY)[] passes = header[12] == 0
            ? [(0, 0, 1, 1)]
            : [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];
        long sum = 0;
        foreach ((int x, int y, int stepX, int stepY) in passes)
        {
            long columns = (width - x + stepX - 1) / stepX, lines = (height - y + stepY - 1) / stepY;
            if (columns > 0 && lines > 0) sum += lines * (1 + (((columns * bits) + 7) / 8));
        }

        return sum;
    }

    /// <summary>Unpacks without keeping: a small file may hold any number of bytes.</summary>
    private static void CheckPixels(string path, MemoryStream packed, long expected)
    {
        packed.Position = 0;
        byte[] buffer = new byte[1 << 16];
        long got = 0;
        try
        {
            using var pixels = new ZLibStream(packed, CompressionMode.Decompress, leaveOpen: true);
            for (int read = 1; read > 0 && got <= expected; got += read) read = pixels.Read(buffer);
        }
        catch (InvalidDataException)
        {
            throw new InputException($"{path}: is damaged: its pixels cannot be unpacked");
        }

        if (got != expected) throw new InputException($"{path}: is damaged: its pixels are {(got < expected ? $"{got} bytes" : "more")} instead of {expected} bytes");
    }
}
