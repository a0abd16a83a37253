using System.Buffers;
using System.IO.Compression;

namespace FastLoss.Cli.Data;

/// <summary>Reads a file, gunzipped where its first bytes say so, and names it in every complaint.</summary>
internal static class DataFile
{
    /// <summary>The content, up to <paramref name="limit"/> bytes and one more where it is longer.</summary>
    public static ReadOnlyMemory<byte> Read(string path, long limit)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            bool compressed = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
            file.Position = 0;
            using Stream stream = compressed ? new GZipStream(file, CompressionMode.Decompress) : file;

            // Grows with what is there: a damaged header must not decide how much memory is taken.
            var content = new ArrayBufferWriter<byte>();
            while (content.WrittenCount <= limit)
            {
                Span<byte> buffer = content.GetSpan(1 << 16);
                int read = stream.Read(buffer[..(int)Math.Min(buffer.Length, limit + 1 - content.WrittenCount)]);
                if (read == 0) break;
                content.Advance(read);
            }

            return content.WrittenMemory;
        }
        catch (InvalidDataException)
        {
            throw new InputException($"{path}: begins as gzip, but is damaged");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be read: {e.Message}");
        }
    }
}
