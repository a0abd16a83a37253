using System.Diagnostics;
using FastLoss.Cli;
using FastLoss.Cli.Data;
using FastLoss.Cli.Files;
using FastLoss.Cli.Models;

namespace FastLoss.Tests.Cli;

/// <summary>Every way in which a small file can be cut, and every change of one of its bytes.</summary>
public class InputFileTests
{
    private static readonly byte[] s_content = [.. Enumerable.Range(0, 60).Select(i => (byte)(i * i))];

    [Fact]
    public void A_compressed_file_cut_anywhere_is_refused()
    {
        using var scratch = new Scratch();
        byte[] whole = IdxData.Gzip(s_content);
        for (int length = 2; length < whole.Length; length++)
            Assert.Contains("begins as gzip, but is damaged or cut short", Refusal(scratch, whole[..length]), StringComparison.Ordinal);
        Assert.Equal(s_content, Content(scratch, whole));
    }

    /// <summary>
    /// Time, system and compression level stand in its header without a checksum, and the last bits before the checksum are
    /// unused: such a change is none of the content.
    /// </summary>
    [Fact]
    public void A_compressed_file_with_a_changed_byte_is_refused_or_the_same()
    {
        byte[] content = s_content[..20], whole = IdxData.Gzip(content);
        for (int position = 2; position < whole.Length; position++)
        {
            for (int change = 1; change < 256; change++)
            {
                byte[] changed = [.. whole];
                changed[position] ^= (byte)change;
                if (Gunzipped(changed) is not { } read) continue;
                Assert.Equal(content, read);
                Assert.True(position is (>= 3 and < 10) || position == whole.Length - 9, $"byte {position}");
            }
        }

        static byte[]? Gunzipped(byte[] file)
        {
            try
            {
                using var read = new MemoryStream();
                using var stream = new GzipContent(new MemoryStream(file));
                stream.CopyTo(read);
                return read.ToArray();
            }
            catch (InvalidDataException)
            {
                return null;
            }
        }
    }

    /// <summary>Where the parts of a read meet the parts of a file is nowhere special.</summary>
    [Fact]
    public void Members_of_any_length_are_read()
    {
        using var scratch = new Scratch();
        var random = new Random(1);
        foreach (int length in (int[])[1, 15, 16, 17, .. Enumerable.Range(8140, 50), .. Enumerable.Range(16320, 50), 65519, 65520, 65521, 65536, 200_000])
        {
            byte[] content = new byte[length];
            random.NextBytes(content);
            byte[] member = IdxData.Gzip(content);
            Assert.Equal(content, Content(scratch, member));
            Assert.Equal([.. content, .. content], Content(scratch, [.. member, .. member]));
            Assert.Contains("damaged", Refusal(scratch, [.. member, 7]), StringComparison.Ordinal);
            Assert.Contains("damaged", Refusal(scratch, [.. member, .. member[..^1]]), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_reader_of_data_refuses_a_file_cut_in_its_last_bytes()
    {
        using var scratch = new Scratch();
        for (int cut = 1; cut <= 9; cut++)
        {
            IdxData.WriteSet(scratch.Root);
            byte[] images = File.ReadAllBytes(scratch["train-images-idx3-ubyte"]);
            File.Delete(scratch["train-images-idx3-ubyte"]);
            File.WriteAllBytes(scratch["train-images-idx3-ubyte.gz"], IdxData.Gzip(images)[..^cut]);
            CliRun run = CliRun.Of("train", "--data", scratch.Root, "--no-report");
            Assert.Equal((2, ""), (run.Code, run.Output));
            Assert.Contains("train-images-idx3-ubyte.gz: begins as gzip, but is damaged or cut short", run.Error, StringComparison.Ordinal);
            File.Delete(scratch["train-images-idx3-ubyte.gz"]);

            string line = string.Join(',', Enumerable.Repeat("0", 65)) + "\n";
            File.WriteAllBytes(scratch["d"], IdxData.Gzip(System.Text.Encoding.ASCII.GetBytes(line))[..^cut]);
            Assert.Contains("cut short", Assert.Throws<InputException>(() => DigitsFile.Read(scratch["d"])).Message, StringComparison.Ordinal);

            File.WriteAllBytes(scratch["m"], IdxData.Gzip(Model())[..^cut]);
            Assert.Contains("cut short", Assert.Throws<InputException>(() => ModelFile.Read(scratch["m"])).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_model_cut_anywhere_or_with_any_changed_byte_is_refused()
    {
        using var scratch = new Scratch();
        byte[] whole = Model();
        string path = scratch["m"];
        for (int length = 0; length < whole.Length; length++) AssertRefused(whole[..length]);
        for (int position = 0; position < whole.Length; position++)
        {
            foreach (int change in (int[])[1, 2, 4, 8, 16, 32, 64, 128, 255])
            {
                byte[] changed = [.. whole];
                changed[position] ^= (byte)change;
                if (changed[position] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r' && whole[position] == ' ') continue; // says the same
                AssertRefused(changed);
            }
        }

        AssertRefused([.. whole, 0]);
        File.WriteAllBytes(path, IdxData.Gzip(whole));
        Assert.Equal(9ul, ModelFile.Read(path).Seed);

        void AssertRefused(byte[] content)
        {
            File.WriteAllBytes(path, content);
            InputException? refusal = Record.Exception(() => ModelFile.Read(path)) as InputException;
            Assert.True(refusal?.Message.StartsWith($"{path}: ", StringComparison.Ordinal) == true, System.Text.Encoding.Latin1.GetString(content));
        }
    }

    /// <summary>A kilobyte that announces 600 million weights; compressed too, where the length is not known beforehand.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_forged_header_takes_no_memory(bool isCompressed)
    {
        using var scratch = new Scratch();
        KeyValuePair<string, string>[] strings = [new("format", ModelFile.Format), new("activation", "relu"), new("seed", "1")];
        byte[] forged = [.. SafetensorsHeader.Compose(strings, [("W1", [60_000, 10_000]), ("b1", [10_000]), ("W2", [10_000, 2]), ("b2", [2])]), .. new byte[100]];
        File.WriteAllBytes(scratch["m"], isCompressed ? IdxData.Gzip(forged) : forged);
        Assert.Throws<InputException>(() => ModelFile.Read(scratch["m"]));
        long before = GC.GetAllocatedBytesForCurrentThread();
        string message = Assert.Throws<InputException>(() => ModelFile.Read(scratch["m"])).Message;
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        Assert.Contains(isCompressed ? "is damaged or cut short" : "is damaged or cut short: its header describes 2400", message, StringComparison.Ordinal);

        // Images likewise: a header of 60,000 x 28 x 28 without a pixel.
        File.WriteAllBytes(scratch["i"], isCompressed ? IdxData.Gzip(IdxData.Header(0x803, 60_000, 28, 28)) : IdxData.Header(0x803, 60_000, 28, 28));
        Assert.Throws<InputException>(() => IdxFile.ReadImages(scratch["i"]));
        before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("47040016 bytes, but it ends after 16", Assert.Throws<InputException>(() => IdxFile.ReadImages(scratch["i"])).Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    /// <summary>A workspace for 128 rows of a network of one pixel would be 50 times the network.</summary>
    [Fact]
    public void A_wide_network_takes_no_more_memory_than_its_file_justifies()
    {
        using var scratch = new Scratch();
        var network = new Network<float>(new(1, 2_000_000, 1), HiddenActivation.Relu, 1);
        using (FileStream file = File.Create(scratch["m"])) ModelFile.Write(file, new(network, 1));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Network<float> read = ModelFile.Read(scratch["m"]).Network;
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 5 * new FileInfo(scratch["m"]).Length);
        Assert.Equal(network.Shape, read.Shape);
    }

    [Theory]
    [InlineData(float.NaN, "its weight W1[1, 0] is NaN")]
    [InlineData(float.PositiveInfinity, "its weight W1[1, 0] is Infinity")]
    [InlineData(float.NegativeInfinity, "its weight W1[1, 0] is -Infinity")]
    public void A_weight_that_is_no_number_is_refused(float weight, string complaint)
    {
        using var scratch = new Scratch();
        var network = new Network<float>(new(2, 1, 2));
        network.Weights(0)[1] = weight;
        using (FileStream file = File.Create(scratch["m"])) ModelFile.Write(file, new(network, 9));
        CliRun run = CliRun.Of("eval", "--model", scratch["m"]);
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.Contains(complaint, run.Error, StringComparison.Ordinal);
    }

    /// <summary>Finite weights of any size: eval says what comes, and does not crash.</summary>
    [Fact]
    public void Weights_whose_logits_overflow_are_evaluated()
    {
        using var scratch = new Scratch();
        var network = new Network<float>(new(64, 3, 10), HiddenActivation.Relu, 1);
        network.Parameters.Fill(float.MaxValue);
        network.Weights(1)[0] = -float.MaxValue;
        using (FileStream file = File.Create(scratch["m"])) ModelFile.Write(file, new(network, 1));
        CliRun run = CliRun.Of("eval", "--model", scratch["m"], "--data", "digits8x8");
        Assert.Equal((0, ""), (run.Code, run.Error));
        Assert.Contains("test            loss NaN accuracy 0.0000", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_may_come_through_a_pipe()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "pipes");
        using var scratch = new Scratch();
        using (Process process = Process.Start("mkfifo", scratch["pipe"])) process.WaitForExit();
        Task writer = Task.Run(() => File.WriteAllBytes(scratch["pipe"], Model()), TestContext.Current.CancellationToken);
        Assert.Equal(9ul, ModelFile.Read(scratch["pipe"]).Seed);
        await writer;
    }

    [Fact]
    public void A_directory_is_no_model()
    {
        using var scratch = new Scratch();
        CliRun run = CliRun.Of("eval", "--model", scratch.Root);
        Assert.Equal((2, $"fastloss: {scratch.Root}: is a directory\n"), (run.Code, run.Error.ReplaceLineEndings("\n")));
    }

    private static byte[] Model()
    {
        var network = new Network<float>(new(2, 1, 2), HiddenActivation.Sigmoid, 1);
        network.Initialize(5);
        using var file = new MemoryStream();
        ModelFile.Write(file, new(network, 9));
        return file.ToArray();
    }

    private static byte[] Content(Scratch scratch, byte[] file)
    {
        File.WriteAllBytes(scratch["f"], file);
        using InputFile input = InputFile.Open(scratch["f"]);
        byte[] content = input.ReadBytes(1 << 20);
        Assert.True(input.IsAtEnd());
        return content;
    }

    private static string Refusal(Scratch scratch, byte[] file) =>
        Assert.Throws<InputException>(() => Content(scratch, file)).Message;
}
