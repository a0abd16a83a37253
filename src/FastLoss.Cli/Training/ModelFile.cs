using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using FastLoss.Cli.Data;

namespace FastLoss.Cli.Training;

/// <summary>
/// A trained network as a file: "FASTLOSS", version, activation, inputs, hidden units, classes (int), seed (ulong), the
/// parameters (float), CRC-32 of all before it; everything little-endian.
/// </summary>
internal static class ModelFile
{
    private const int Version = 1;
    private const int HeaderLength = 36;

    private static ReadOnlySpan<byte> Magic => "FASTLOSS"u8;

    /// <param name="network">The network.</param>
    /// <param name="seed">The training's seed: it also split the data, and a test must not see what was trained on.</param>
    public static byte[] Encode(TwoLayerNetwork<float> network, ulong seed)
    {
        TwoLayerShape shape = network.Shape;
        byte[] file = new byte[HeaderLength + (4 * shape.ParameterCount) + 4];
        Span<byte> header = file;
        Magic.CopyTo(header);
        int[] fields = [Version, (int)network.Activation, shape.InputCount, shape.HiddenCount, shape.ClassCount];
        for (int i = 0; i < fields.Length; i++) BinaryPrimitives.WriteInt32LittleEndian(header[(8 + (4 * i))..], fields[i]);
        BinaryPrimitives.WriteUInt64LittleEndian(header[28..], seed);
        for (int i = 0; i < shape.ParameterCount; i++)
            BinaryPrimitives.WriteSingleLittleEndian(header[(HeaderLength + (4 * i))..], network.Parameters[i]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[^4..], Crc32.HashToUInt32(header[..^4]));
        return file;
    }

    public static (TwoLayerNetwork<float> Network, ulong Seed) Read(string path)
    {
        ReadOnlySpan<byte> file = DataFile.Read(path, 1 << 30).Span;
        if (!file.StartsWith(Magic)) throw new InputException($"{path}: is not a model `fastloss train --save` wrote");
        if (file.Length < HeaderLength + 4) throw new InputException($"{path}: ends within its header");
        Span<int> fields = stackalloc int[5];
        for (int i = 0; i < fields.Length; i++) fields[i] = BinaryPrimitives.ReadInt32LittleEndian(file[(8 + (4 * i))..]);
        if (fields[0] != Version) throw new InputException($"{path}: is a model of version {fields[0]}; this program reads version {Version}");
        if (Crc32.HashToUInt32(file[..^4]) != BinaryPrimitives.ReadUInt32LittleEndian(file[^4..]))
            throw new InputException($"{path}: is damaged or cut short");

        try
        {
            var network = new TwoLayerNetwork<float>(new(fields[2], fields[3], fields[4]), (HiddenActivation)fields[1]);
            ReadOnlySpan<byte> parameters = file[HeaderLength..^4];
            if (parameters.Length != 4L * network.Shape.ParameterCount)
                throw new InputException($"{path}: does not hold the {network.Shape.ParameterCount} parameters it announces");
            for (int i = 0; i < network.Shape.ParameterCount; i++)
                network.Parameters[i] = BinaryPrimitives.ReadSingleLittleEndian(parameters[(4 * i)..]);
            return (network, BinaryPrimitives.ReadUInt64LittleEndian(file[28..]));
        }
        catch (ArgumentException e)
        {
            throw new InputException($"{path}: describes no network: {e.Message}");
        }
    }
}
