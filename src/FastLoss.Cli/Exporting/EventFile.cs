using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using FastLoss.Cli.Files;
using FastLoss.Cli.Training;

namespace FastLoss.Cli.Exporting;

/// <summary>
/// The scores of a training as a file of TensorBoard's: records of a length, its checksum, an event and its checksum, the events protocol buffers (event.proto: wall_time = 1, step = 2, file_version = 3,
/// summary = 5 with value = 1: tag = 1, simple_value = 2). Whole after each epoch: it is written anew.
/// </summary>
internal sealed class EventFile
{
    private readonly string _directory;
    private readonly double _start;

    /// <param name="directory">Is made where it is not there; one directory is one run.</param>
    /// <param name="now">When the training begins.</param>
    /// <exception cref="InputException">It cannot be written.</exception>
    public EventFile(string directory, DateTimeOffset now)
    {
        if (string.IsNullOrWhiteSpace(directory)) throw new InputException("--tensorboard names no directory");
        _directory = directory;
        _start = now.ToUnixTimeMilliseconds() / 1000.0;
        if (Directory.Exists(directory) || System.IO.File.Exists(directory)) Open();
    }

    /// <summary>Null as long as there is no directory.</summary>
    public OutputFile? File { get; private set; }

    /// <summary>Makes the directory, once all that was asked for is known to be there.</summary>
    public void Open()
    {
        try
        {
            Directory.CreateDirectory(_directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputException($"--tensorboard {_directory}: cannot be made: {e.Message}");
        }

        // A name of its own, as TensorBoard has them, and one a directory: it would show a run of the same directory together with this.
        File ??= new("--tensorboard", Path.Combine(_directory, "events.out.tfevents.fastloss"));
    }

    public void Write(IReadOnlyList<EpochScore> scores) => File!.Write(Compose(scores, _start));

    public static byte[] Compose(IReadOnlyList<EpochScore> scores, double start)
    {
        using MemoryStream bytes = new();
        Record(bytes, ProtoWriter.Message(m =>
        {
            m.Double(1, start);
            m.Text(3, "brain.Event:2");
        }));
        foreach (EpochScore score in scores)
        {
            foreach ((string tag, double value) in Values(score))
            {
                byte[] summary = ProtoWriter.Message(m => m.Part(1, ProtoWriter.Message(v =>
                {
                    v.Text(1, tag);
                    v.Single(2, (float)value);
                })));
                Record(bytes, ProtoWriter.Message(m =>
                {
                    m.Double(1, start + score.Seconds);
                    m.Integer(2, score.Epoch);
                    m.Part(5, summary);
                }));
            }
        }

        return bytes.ToArray();
    }

    private static IEnumerable<(string Tag, double Value)> Values(EpochScore score)
    {
        yield return ("loss/train", score.Train.Loss.Mean);
        yield return ("loss/test", score.Test.Loss.Mean);
        yield return ("accuracy/train", score.Train.Accuracy.Value);
        yield return ("accuracy/test", score.Test.Accuracy.Value);
        yield return ("learning_rate", score.LearningRate);
        if (score.Validation is not { } held) yield break;
        yield return ("loss/validation", held.Loss.Mean);
        yield return ("accuracy/validation", held.Accuracy.Value);
    }

    private static void Record(Stream stream, byte[] data)
    {
        byte[] head = new byte[12], end = new byte[4];
        BinaryPrimitives.WriteInt64LittleEndian(head, data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(8), Checksum(head.AsSpan(0, 8)));
        BinaryPrimitives.WriteUInt32LittleEndian(end, Checksum(data));
        stream.Write(head);
        stream.Write(data);
        stream.Write(end);
    }

    /// <summary>CRC-32C, turned and shifted as the format has it: a checksum of data with checksums in it would else be weak.</summary>
    internal static uint Checksum(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in data) crc = BitOperations.Crc32C(crc, b);
        return BitOperations.RotateRight(~crc, 15) + 0xA282EAD8;
    }
}
