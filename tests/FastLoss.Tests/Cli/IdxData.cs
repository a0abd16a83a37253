using System.Buffers.Binary;
using System.IO.Compression;

namespace FastLoss.Tests.Cli;

/// <summary>Writes IDX files, right ones and wrong ones.</summary>
internal static class IdxData
{
    public static byte[] Images(int count, int height, int width, Func<int, byte> pixel)
    {
        byte[] file = [.. Header(0x803, count, height, width), .. new byte[count * height * width]];
        for (int i = 16; i < file.Length; i++) file[i] = pixel(i - 16);
        return file;
    }

    public static byte[] Labels(params byte[] labels) => [.. Header(0x801, labels.Length), .. labels];

    public static byte[] Header(uint magic, params int[] sizes)
    {
        byte[] header = new byte[4 + (4 * sizes.Length)];
        BinaryPrimitives.WriteUInt32BigEndian(header, magic);
        for (int i = 0; i < sizes.Length; i++) BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + (4 * i)), sizes[i]);
        return header;
    }

    public static byte[] Gzip(byte[] content)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest)) gzip.Write(content);
        return compressed.ToArray();
    }

    /// <summary>Four training and two test images of 3x2 pixels in three classes.</summary>
    public static void WriteSet(string directory)
    {
        File.WriteAllBytes(Path.Combine(directory, "train-images-idx3-ubyte"), Images(4, 2, 3, i => (byte)(i * 10)));
        File.WriteAllBytes(Path.Combine(directory, "train-labels-idx1-ubyte"), Labels(0, 1, 2, 1));
        File.WriteAllBytes(Path.Combine(directory, "t10k-images-idx3-ubyte"), Images(2, 2, 3, i => (byte)(255 - i)));
        File.WriteAllBytes(Path.Combine(directory, "t10k-labels-idx1-ubyte"), Labels(2, 0));
    }
}
