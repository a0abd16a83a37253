namespace FastLoss.Cli.Files;

/// <summary>
/// The one way in which the tool reads a file: once, from its first byte to its last, gunzipped where its first bytes say so,
/// taking no more memory than is there, and named in every complaint.
/// </summary>
internal sealed class InputFile : IDisposable
{
    private const int Piece = 1 << 16;

    private readonly Stream _file;
    private readonly Stream _content;

    private InputFile(string path, Stream file, Stream content, long? length) =>
        (Path, _file, _content, Length) = (path, file, content, length);

    public string Path { get; }

    /// <summary>How long the content is, where that is known before it is read: not of a pipe, nor compressed.</summary>
    public long? Length { get; }

    /// <summary>How much of the content has been read.</summary>
    public long Position { get; private set; }

    /// <exception cref="InputException">It cannot be opened.</exception>
    public static InputFile Open(string path)
    {
        if (string.IsNullOrWhiteSpace(path)) throw new InputException("a file to read has no name");
        if (Directory.Exists(path)) throw new InputException($"{path}: is a directory");
        Stream? file = null;
        try
        {
            file = File.OpenRead(path);
            byte[] first = new byte[2];
            int got = file.ReadAtLeast(first, first.Length, throwOnEndOfStream: false);
            bool isCompressed = first is [0x1F, 0x8B];
            Stream whole = new JoinedStream(new MemoryStream(first, 0, got), file);
            long? length = !isCompressed && file.CanSeek && file.Length > 0 ? file.Length : null;
            return new(path, file, isCompressed ? new GzipContent(whole) : whole, length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            file?.Dispose();
            throw Unreadable(path, e);
        }
    }

    /// <summary>Fills the buffer as far as the file goes.</summary>
    /// <returns>How many bytes it holds.</returns>
    public int Read(Span<byte> buffer)
    {
        try
        {
            int got = _content.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            Position += got;
            return got;
        }
        catch (InvalidDataException)
        {
            throw new InputException($"{Path}: begins as gzip, but is damaged or cut short");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(Path, e);
        }
    }

    /// <summary>The next bytes, fewer where the file ends. The memory grows with what is there.</summary>
    public byte[] ReadBytes(int count)
    {
        long there = Length is { } length ? Math.Max(0, length - Position) : Piece;
        byte[] bytes = new byte[Math.Min(count, there)];
        int got = 0;
        while (true)
        {
            got += Read(bytes.AsSpan(got));
            if (got < bytes.Length || got == count) break;
            if (bytes.Length < count) Array.Resize(ref bytes, (int)Math.Min(count, Math.Max(Piece, 2L * bytes.Length)));
        }

        if (got < bytes.Length) Array.Resize(ref bytes, got);
        return bytes;
    }

    /// <summary>Whether nothing follows; of a compressed file, whether its checksum and its length are right too.</summary>
    public bool IsAtEnd() => Read(stackalloc byte[1]) == 0;

    public void Dispose()
    {
        _content.Dispose();
        _file.Dispose();
    }

    private static InputException Unreadable(string path, Exception e) => new($"{path}: cannot be read: {e.Message}");
}
