using System.Buffers.Binary;
using FastLoss.Cli.Data;
using FastLoss.Cli.Exporting;
using FastLoss.Cli.Models;
using FastLoss.Cli.Training;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace FastLoss.Tests.Cli;

public class ExportTests
{
    /// <summary>ONNX Runtime computes what we do, for every activation and depth.</summary>
    [Theory]
    [InlineData("none", "sigmoid")]
    [InlineData("20", "sigmoid")]
    [InlineData("20,10", "relu")]
    [InlineData("20,10", "tanh")]
    [InlineData("20,10", "gelu")]
    [InlineData("20,10", "gelutanh")]
    [InlineData("20,10", "silu")]
    [InlineData("20,10,7", "softplus")]
    public void An_exported_network_computes_the_same(string hidden, string activation)
    {
        using var scratch = new Scratch();
        CliRun train = CliRun.Of(
            "train", "--data", "digits8x8", "--hidden", hidden, "--activation", activation, "--optimizer", "adam", "--epochs", "3", "--no-report", "--no-check", "--save", scratch["m"]);
        Assert.Equal((0, ""), (train.Code, train.Error));
        CliRun export = CliRun.Of("export", "--model", scratch["m"], "--onnx", scratch["m.onnx"]);
        Assert.Equal((0, ""), (export.Code, export.Error));

        Model model = ModelFile.Read(scratch["m"]);
        Images test = DataSets.Load("digits8x8", 1).Test;
        float[] expected = new float[test.Count * 10];
        model.Network.Logits(test.Pixels, expected);
        using InferenceSession session = new(scratch["m.onnx"]);
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(test.Pixels, [test.Count, test.PixelCount]);
        using RunOptions options = new();
        using IDisposableReadOnlyCollection<OrtValue> results = session.Run(options, ["pixels"], [input], ["logits", "probabilities"]);
        ReadOnlySpan<float> logits = results[0].GetTensorDataAsSpan<float>(), probabilities = results[1].GetTensorDataAsSpan<float>();
        Assert.Equal(expected.Length, logits.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], logits[i], 2e-5f * Math.Max(1, Math.Abs(expected[i])));
        Softmax.Compute<float>(expected, 10, expected);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], probabilities[i], 1e-5f);
        Assert.Equal("digits8x8", session.ModelMetadata.CustomMetadataMap["data"]);
    }

    [Fact]
    public void What_is_no_network_is_not_exported()
    {
        using var scratch = new Scratch();
        File.WriteAllText(scratch["m"], "no model");
        CliRun run = CliRun.Of("export", "--model", scratch["m"], "--onnx", scratch["m.onnx"]);
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.Equal(["m"], scratch.Files);
        Assert.Contains("is not a model", run.Error, StringComparison.Ordinal);
        run = CliRun.Of("export", "--model", scratch["m"], "--onnx", scratch["m"]);
        Assert.Equal(2, run.Code);
        Assert.Contains("which is read and would be lost", run.Error, StringComparison.Ordinal);
    }

    /// <summary>Read back record by record, with the checksums, as TensorBoard does.</summary>
    [Fact]
    public void TensorBoard_reads_the_scores()
    {
        using var scratch = new Scratch();
        CliRun run = CliRun.Of(
            "train", "--data", "digits8x8", "--hidden", "5", "--epochs", "2", "--validation", "0.2", "--no-report", "--no-check", "--tensorboard", scratch["runs/one"], "--log", scratch["log.csv"]);
        Assert.Equal((0, ""), (run.Code, run.Error));
        string file = Assert.Single(Directory.GetFiles(scratch["runs/one"]));
        Assert.Contains("tfevents", file, StringComparison.Ordinal);
        List<(long Step, string Tag, float Value)> scalars = Scalars(File.ReadAllBytes(file));
        string[] lines = File.ReadAllLines(scratch["log.csv"]);
        string[] names = lines[0].Split(',');
        foreach (string[] row in lines.Skip(1).Select(l => l.Split(',')))
        {
            foreach (string name in (string[])["train_loss", "validation_accuracy", "test_loss", "test_accuracy"])
            {
                string tag = string.Join('/', name.Split('_').Reverse());
                float expected = float.Parse(row[Array.IndexOf(names, name)], System.Globalization.CultureInfo.InvariantCulture);
                Assert.Contains((long.Parse(row[0]), tag, expected), scalars);
            }
        }

        Assert.Equal(3 * 7, scalars.Count);
    }

    /// <summary>The check value of CRC-32C, turned and shifted.</summary>
    [Fact]
    public void The_checksum_is_the_formats()
    {
        uint crc = 0xE3069283; // of "123456789"
        Assert.Equal(((crc >> 15) | (crc << 17)) + 0xA282EAD8, EventFile.Checksum("123456789"u8));
    }

    [Fact]
    public void The_rate_found_trains_and_nothing_is_written()
    {
        CliRun run = CliRun.Of("find-rate", "--data", "digits8x8", "--hidden", "30", "--optimizer", "adam", "--activation", "relu");
        Assert.Equal((0, ""), (run.Code, run.Error));
        string line = run.Figures.Single(l => l.StartsWith("steepest fall", StringComparison.Ordinal));
        double rate = double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3].TrimEnd(':'), System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(rate, 1e-4, 0.1);
        Assert.Equal(run.Output, CliRun.Of("find-rate", "--data", "digits8x8", "--hidden", "30", "--optimizer", "adam", "--activation", "relu").Output);
    }

    [Fact]
    public void The_steepest_fall_is_found_where_it_is()
    {
        RateSweep.Step[] steps = [.. Enumerable.Range(0, 100).Select(i => new RateSweep.Step(i, 0, 2 - Math.Tanh((i - 40) / 8.0) + (i > 70 ? i - 70 : 0)))];
        Assert.InRange(RateSweep.Steepest(steps)!.Value, 39, 41);
        Assert.Null(RateSweep.Steepest([.. Enumerable.Range(0, 100).Select(i => new RateSweep.Step(i, i, i))]));
    }

    private static List<(long, string, float)> Scalars(byte[] bytes)
    {
        List<(long, string, float)> scalars = [];
        for (int at = 0; at < bytes.Length;)
        {
            int length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at));
            Assert.Equal(EventFile.Checksum(bytes.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 8)));
            Assert.Equal(EventFile.Checksum(bytes.AsSpan(at + 12, length)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 12 + length)));
            CodedInputStream input = new(bytes, at + 12, length);
            at += 16 + length;
            long step = 0;
            byte[]? summary = null;
            while (input.ReadTag() is var tag and not 0)
            {
                if (tag >> 3 == 2) step = input.ReadInt64();
                else if (tag >> 3 == 5) summary = input.ReadBytes().ToByteArray();
                else input.SkipLastField();
            }

            if (summary is null) continue;
            CodedInputStream outer = new(summary);
            outer.ReadTag();
            CodedInputStream value = new(outer.ReadBytes().ToByteArray());
            value.ReadTag();
            string name = value.ReadString();
            value.ReadTag();
            scalars.Add((step, name, value.ReadFloat()));
        }

        return scalars;
    }
}
