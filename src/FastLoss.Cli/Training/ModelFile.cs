using System.Buffers.Binary;
using System.IO.Hashing;
using FastLoss.Cli.Files;

namespace FastLoss.Cli.Training;

/// <summary>
/// A trained network as a file: "FASTLOSS", version, activation, inputs, hidden units, classes (int), seed (ulong), the
/// parameters (float), CRC-32 of all before it; everything little-endian.
/// </summary>
internal static class ModelFile
{
    private const int Version = 1;
    private const int HeaderLength = 36;
    private const int ChecksumLength = 4;

    /// <summary>Rows that a network read from a file works at a time, where its workspace is then no larger than itself.</summary>
    private const int BatchRows = 128;

    /// <summary>Parameters written and read at a time.</summary>
    private const int Piece = 1 << 14;

    private static ReadOnlySpan<byte> Magic => "FASTLOSS"u8;

    /// <summary>A network that says something: one with NaN or infinities would only be refused when it is read.</summary>
    public static bool IsFinite(ReadOnlySpan<float> parameters) => FirstNotFinite(parameters) < 0;

    /// <param name="stream">Where it goes.</param>
    /// <param name="network">The network, all its parameters finite.</param>
    /// <param name="seed">The training's seed: it also split the data, and a test must not see what was trained on.</param>
    public static void Write(Stream stream, TwoLayerNetwork<float> network, ulong seed)
    {
        TwoLayerShape shape = network.Shape;
        var checksum = new Crc32();
        byte[] buffer = new byte[4 * Piece];
        Magic.CopyTo(buffer);
        int[] fields = [Version, (int)network.Activation, shape.InputCount, shape.HiddenCount, shape.ClassCount];
        for (int i = 0; i < fields.Length; i++) BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(8 + (4 * i)), fields[i]);
        BinaryPrimitives.WriteUInt64LittleEndian(buffer.AsSpan(28), seed);
        Append(buffer.AsSpan(0, HeaderLength));
        for (long start = 0; start < shape.ParameterCount; start += Piece)
        {
            ReadOnlySpan<float> piece = network.Parameters.Slice((int)start, (int)Math.Min(Piece, shape.ParameterCount - start));
            for (int i = 0; i < piece.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(buffer.AsSpan(4 * i), piece[i]);
            Append(buffer.AsSpan(0, 4 * piece.Length));
        }

        BinaryPrimitives.WriteUInt32LittleEndian(buffer, checksum.GetCurrentHashAsUInt32());
        stream.Write(buffer.AsSpan(0, ChecksumLength));

        void Append(ReadOnlySpan<byte> bytes)
        {
            checksum.Append(bytes);
            stream.Write(bytes);
        }
    }

    /// <summary>Lengths first, then the memory, then the content with its checksum, then the values.</summary>
    /// <exception cref="InputException">It is no model, damaged, or of no use.</exception>
    public static (TwoLayerNetwork<float> Network, ulong Seed) Read(string path)
    {
        using InputFile file = InputFile.Open(path);
        byte[] header = new byte[HeaderLength];
        int got = file.Read(header);
        if (!header.AsSpan(0, got).StartsWith(Magic)) throw new InputException($"{path}: is not a model `fastloss train --save` wrote");
        if (got < HeaderLength) throw new InputException($"{path}: ends within its header");
        int version = Field(header, 0);
        if (version != Version) throw new InputException($"{path}: is a model of version {version}; this program reads version {Version}");
        TwoLayerShape shape = ShapeOf(path, Field(header, 2), Field(header, 3), Field(header, 4));
        var activation = (HiddenActivation)Field(header, 1);
        if (!Enum.IsDefined(activation)) throw new InputException($"{path}: describes no network: its activation is {Field(header, 1)}");

        long whole = HeaderLength + (4L * shape.ParameterCount) + ChecksumLength;
        if (file.Length is { } length && length != whole)
            throw new InputException($"{path}: is damaged or cut short: {Said(shape)} is {whole} bytes, and these are {length}");
        Memory.Require(3 * sizeof(float) * (Int128)shape.ParameterCount, $"{path}: {Said(shape)}", Memory.Available);

        float[] parameters = ReadParameters(file, header, shape);
        int broken = FirstNotFinite(parameters);
        if (broken >= 0)
        {
            throw new InputException(
                FormattableString.Invariant($"{path}: its weight {shape.NameOf(broken)} is {parameters[broken]}; a network of such weights computes nothing (was its training stopped as diverged?)"));
        }

        int workspace = Math.Max(shape.ParameterCount, 1 << 20) / (shape.HiddenCount + shape.ClassCount);
        var network = new TwoLayerNetwork<float>(shape, activation, Math.Clamp(workspace, 1, BatchRows));
        parameters.CopyTo(network.Parameters);
        return (network, BinaryPrimitives.ReadUInt64LittleEndian(header.AsSpan(28)));
    }

    private static int Field(byte[] header, int index) => BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(8 + (4 * index)));

    private static string Said(TwoLayerShape shape) => $"a network {shape.InputCount}-{shape.HiddenCount}-{shape.ClassCount}";

    private static TwoLayerShape ShapeOf(string path, int inputs, int hidden, int classes)
    {
        try
        {
            return new(inputs, hidden, classes);
        }
        catch (ArgumentException e)
        {
            throw new InputException($"{path}: describes no network: {e.Message}");
        }
    }

    /// <summary>Grows with what is there, where the length of the content is not known beforehand.</summary>
    private static float[] ReadParameters(InputFile file, byte[] header, TwoLayerShape shape)
    {
        var checksum = new Crc32();
        checksum.Append(header);
        byte[] buffer = new byte[4 * Piece];
        float[] parameters = new float[file.Length is null ? Math.Min(Piece, shape.ParameterCount) : shape.ParameterCount];
        for (int done = 0; done < shape.ParameterCount;)
        {
            if (done == parameters.Length) Array.Resize(ref parameters, (int)Math.Min(shape.ParameterCount, 2L * done));
            Span<byte> piece = buffer.AsSpan(0, 4 * Math.Min(Piece, parameters.Length - done));
            if (file.Read(piece) < piece.Length) throw Damaged();
            checksum.Append(piece);
            for (int i = 0; i < piece.Length; i += 4) parameters[done++] = BinaryPrimitives.ReadSingleLittleEndian(piece[i..]);
        }

        Span<byte> end = buffer.AsSpan(0, ChecksumLength);
        bool isRight = file.Read(end) == end.Length && BinaryPrimitives.ReadUInt32LittleEndian(end) == checksum.GetCurrentHashAsUInt32();
        return isRight && file.IsAtEnd() ? parameters : throw Damaged();

        InputException Damaged() => new($"{file.Path}: is damaged or cut short");
    }

    private static int FirstNotFinite(ReadOnlySpan<float> parameters)
    {
        for (int i = 0; i < parameters.Length; i++)
        {
            if (!float.IsFinite(parameters[i])) return i;
        }

        return -1;
    }
}
