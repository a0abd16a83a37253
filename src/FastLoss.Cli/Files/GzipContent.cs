using System.IO.Compression;

namespace FastLoss.Cli.Files;

/// <summary>
/// What a gzip file holds, to read from; a file that is cut anywhere, in its last eight bytes (checksum and length) too, or
/// followed by anything but another member, ends in an <see cref="InvalidDataException"/>.
/// </summary>
/// <remarks>
/// The framework's stream takes the end of the file for the end of the content wherever it comes. A gzip file may consist of several
/// members, whose contents follow each other: one of our own is put behind the file's last, and is found at the end of the
/// content if, and only if, the file's members were whole. Each member's checksum is compared by the framework.
/// </remarks>
internal sealed class GzipContent : Stream
{
    private static readonly byte[] s_seal = "FastLoss: whole."u8.ToArray();
    private static readonly byte[] s_sealMember = Compressed(s_seal);

    private readonly GZipStream _stream;
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _start, _end; // of what the buffer holds; its last bytes may be the seal
    private bool _isRead;

    /// <param name="file">The file from its first byte.</param>
    public GzipContent(Stream file) =>
        _stream = new(new JoinedStream(file, new MemoryStream(s_sealMember)), CompressionMode.Decompress);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="InvalidDataException">The file is damaged or cut short.</exception>
    public override int Read(Span<byte> buffer)
    {
        while (!_isRead && _end - _start <= s_seal.Length) Fill();
        int got = Math.Min(buffer.Length, _end - _start - s_seal.Length);
        _buffer.AsSpan(_start, got).CopyTo(buffer);
        _start += got;
        return got;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _stream.Dispose();
        base.Dispose(disposing);
    }

    private void Fill()
    {
        _buffer.AsSpan(_start.._end).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        int got = _stream.Read(_buffer.AsSpan(_end));
        _end += got;
        if (got > 0) return;
        _isRead = true;
        if (!_buffer.AsSpan(0, _end).EndsWith(s_seal)) throw new InvalidDataException("The gzip file is cut short.");
    }

    private static byte[] Compressed(byte[] content)
    {
        using var file = new MemoryStream();
        using (var gzip = new GZipStream(file, CompressionLevel.Fastest)) gzip.Write(content);
        return file.ToArray();
    }
}
