using System.Buffers.Binary;
using FastLoss.Cli;
using FastLoss.Cli.Data;

namespace FastLoss.Tests.Cli;

/// <summary>The names and the labels of MNIST's relatives.</summary>
public class IdxSetsTests
{
    [Theory]
    [InlineData("balanced", 47, "46", "t")]
    [InlineData("byclass", 62, "61", "z")]
    [InlineData("bymerge", 47, "36", "a")]
    [InlineData("digits", 10, "9", "9")]
    [InlineData("mnist", 10, "0", "0")]
    [InlineData("letters", 26, "1", "A")]
    [InlineData("letters", 26, "26", "Z")]
    public void Emnist_has_its_classes(string split, int classes, string label, string name)
    {
        using var scratch = new Scratch();
        byte written = byte.Parse(label);
        WriteEmnist(scratch, split, [written, 1], [1]);
        DataSet data = DataSets.Load(scratch.Root, 1);
        Assert.Equal(classes, data.ClassCount);
        Assert.Equal(name, data.ClassNames[data.Train.Labels[0]]);
        Assert.Equal(split == "letters" ? 0 : 1, data.Test.Labels[0]);
    }

    /// <summary>EMNIST's files hold an image column after column: what lies beside each other there lies below each other here.</summary>
    [Fact]
    public void Emnist_is_turned_upright()
    {
        using var scratch = new Scratch();
        WriteEmnist(scratch, "digits", [3, 4], [5]);
        DataSet data = DataSets.Load(scratch.Root, 1);
        Assert.Equal((2, 3), (data.Train.Width, data.Train.Height));

        // Written 2 high and 3 wide, 0 1 2 / 3 4 5; then the second image from 6.
        Assert.Equal(new float[] { 0, 3, 1, 4, 2, 5 }.Select(p => p / 255f), data.Train[0].ToArray());
        Assert.Equal(new float[] { 6, 9, 7, 10, 8, 11 }.Select(p => p / 255f), data.Train[1].ToArray());
    }

    [Fact]
    public void Several_sets_of_a_directory_are_told_apart_by_name()
    {
        using var scratch = new Scratch();
        WriteEmnist(scratch, "digits", [3, 4], [5]);
        WriteEmnist(scratch, "letters", [1, 2], [26]);
        var error = Assert.Throws<InputException>(() => DataSets.Load(scratch.Root, 1));
        Assert.Contains($"holds emnist-digits, emnist-letters; say which, as {scratch["emnist-digits"]}", error.Message, StringComparison.Ordinal);
        Assert.Equal("Z", DataSets.Load(scratch["emnist-letters"], 1).ClassNames[25]);
        Assert.Equal([3, 4], DataSets.Load(scratch["emnist-digits"], 1).Train.Labels);
        Assert.Throws<InputException>(() => DataSets.Load(scratch["emnist-byclass"], 1));

        // MNIST's own names are the directory's.
        IdxData.WriteSet(scratch.Root);
        Assert.Equal(4, DataSets.Load(scratch.Root, 1).Train.Count);
        Assert.Equal(26, DataSets.Load(scratch["emnist-letters"], 1).ClassCount);
    }

    [Theory]
    [InlineData("letters", 0, "label 2 is 0; emnist-letters has labels from 1 to 26")]
    [InlineData("letters", 27, "label 2 is 27; emnist-letters has labels from 1 to 26")]
    [InlineData("digits", 10, "label 2 is 10; emnist-digits has labels from 0 to 9")]
    public void A_label_that_is_no_class_is_named_with_its_row(string split, byte wrong, string complaint)
    {
        using var scratch = new Scratch();
        WriteEmnist(scratch, split, [5, wrong], [5]);
        CliRun run = CliRun.Of("train", "--data", scratch.Root, "--no-report");
        Assert.Equal((2, ""), (run.Code, run.Output));
        Assert.Equal($"fastloss: {scratch[$"emnist-{split}-train-labels-idx1-ubyte"]}: {complaint}{Environment.NewLine}", run.Error);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".gz")]
    public void Qmnist_has_eight_columns_of_which_the_first_is_the_label(string ending)
    {
        using var scratch = new Scratch();
        WriteQmnist(scratch, ending, [[7, 0, 2554, 222, 55, 130047, 0, 0], [0, 4, 1, 2, 48, 9, 0, 0]]);
        DataSet data = DataSets.Load(scratch.Root, 1);
        Assert.Equal([7, 0], data.Train.Labels);
        Assert.Equal([7, 0], data.Test.Labels);
        Assert.Equal((3, 2), (data.Train.Width, data.Train.Height));
        Assert.Equal(8, data.ClassCount);
    }

    public static TheoryData<byte[], string> DamagedLabels() => new()
    {
        { Table([[7, 1], [-1, 1]]), "label 2 is -1; qmnist has labels from 0 to 4095" },
        { Table([[4096, 1], [1, 1]]), "label 1 is 4096; qmnist has labels from 0 to 4095" },
        { Table([[7, 1], [1, 1]])[..^1], "its header says 2x2 labels, 28 bytes, but it ends after 27" },
        { [.. Table([[7, 1], [1, 1]]), 1], "its header says 2x2 labels, 28 bytes, but more follow" },
        { IdxData.Header(0xC02, 60_000, 8), "its header says 60000x8 labels, 1920012 bytes, but it ends after 12" },
        { IdxData.Header(0xC02, 2_000_000_000, 2_000_000_000), "more than can be read" },
        { IdxData.Header(0xC02, 2, 0), "its header says 0 columns" },
        { IdxData.Header(0xC02, 2)[..7], "ends after 7 bytes, within its header of 12" },
        { IdxData.Header(0xD02, 2, 1), "begins with 0x00000D02; IDX labels begin with 0x00000801 or 0x00000C02" },
        { Table([[7, 1]]), "1 labels; they must be equal" },
    };

    [Theory]
    [MemberData(nameof(DamagedLabels))]
    public void Damaged_tables_of_labels_are_named(byte[] file, string complaint)
    {
        using var scratch = new Scratch();
        WriteQmnist(scratch, "", [[7, 0], [1, 0]]);
        File.WriteAllBytes(scratch["qmnist-train-labels-idx2-int"], file);
        var error = Assert.Throws<InputException>(() => DataSets.Load(scratch.Root, 1));
        Assert.Contains(complaint, error.Message, StringComparison.Ordinal);
        Assert.Contains(scratch["qmnist-train-labels-idx2-int"], error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("fashion-mnist", "Ankle boot")]
    [InlineData("mnist", "9")]
    public void Fashion_is_known_by_its_directory(string directory, string name)
    {
        using var scratch = new Scratch();
        Directory.CreateDirectory(scratch[directory]);
        IdxData.WriteSet(scratch[directory]);
        File.WriteAllBytes(Path.Combine(scratch[directory], "t10k-labels-idx1-ubyte"), IdxData.Labels(9, 0));
        Assert.Equal(name, DataSets.Load(scratch[directory] + Path.DirectorySeparatorChar, 1).ClassNames[9]);
    }

    [Fact]
    public void A_share_is_held_back_where_there_is_no_test_part()
    {
        using var scratch = new Scratch();
        byte[] labels = [.. Enumerable.Range(0, 40).Select(i => (byte)(i % 4))];
        File.WriteAllBytes(scratch["train-images-idx3-ubyte"], IdxData.Images(40, 1, 1, i => (byte)i));
        File.WriteAllBytes(scratch["train-labels-idx1-ubyte"], IdxData.Labels(labels));
        DataSet data = DataSets.Load(new DataSource(scratch.Root) { TestFraction = 0.3 }, 5);
        Assert.Equal((28, 12), (data.Train.Count, data.Test.Count));
        Assert.All(Enumerable.Range(0, 4), c => Assert.Equal(3, data.Test.Labels.Count(l => l == c)));

        // Every image once, with its own label.
        (float Pixel, int Label)[] all = [.. data.Train.Pixels.Zip(data.Train.Labels), .. data.Test.Pixels.Zip(data.Test.Labels)];
        Assert.Equal(Enumerable.Range(0, 40).Select(i => (i / 255f, i % 4)), all.Order());
        Assert.NotEqual(data.Test.Pixels, DataSets.Load(new DataSource(scratch.Root) { TestFraction = 0.3 }, 6).Test.Pixels);
    }

    [Fact]
    public void A_share_that_cannot_be_held_back_is_refused()
    {
        using var scratch = new Scratch();
        AssertRefused("--test-fraction 0.5: mnist-1k has test images of its own", "--data", "mnist-1k", "--test-fraction", "0.5");
        AssertRefused("--test-fraction is 1; it must be a number between 0 and 1.", "--data", "digits8x8", "--test-fraction", "1");
        AssertRefused("--test-fraction is NaN; it must be a number between 0 and 1.", "--data", "digits8x8", "--test-fraction", "NaN");
        AssertRefused("--test-fraction 0.001: leaves 1797 of digits8x8's 1797 images to train on and 0 to test with", "--data", "digits8x8", "--test-fraction", "0.001");

        static void AssertRefused(string complaint, params string[] args)
        {
            CliRun run = CliRun.Of(["train", "--no-report", .. args]);
            Assert.Equal((2, "", $"fastloss: {complaint}"), (run.Code, run.Output, run.Error.TrimEnd()));
        }
    }

    /// <summary>What is trained with one share is tested with it.</summary>
    [Fact]
    public void Eval_takes_the_same_share()
    {
        using var scratch = new Scratch();
        string[] half = ["--data", "digits8x8", "--test-fraction", "0.5"];
        CliRun train = CliRun.Of(["train", .. half, "--epochs", "2", "--hidden", "5", "--no-report", "--save", scratch["m"]]);
        Assert.Equal((0, ""), (train.Code, train.Error));
        Assert.StartsWith("data            digits8x8: 896 training and 901 test images", train.Output, StringComparison.Ordinal);
        CliRun eval = CliRun.Of(["eval", .. half, "--model", scratch["m"]]);
        string test = eval.Figures.Single(line => line.StartsWith("test ", StringComparison.Ordinal))[16..];
        Assert.EndsWith($"test {test}", train.Figures.Single(line => line.StartsWith("epoch 2/2", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public void No_output_takes_the_place_of_a_file_that_is_read()
    {
        using var scratch = new Scratch();
        WriteQmnist(scratch, "", [[7, 0], [1, 0]]);
        CliRun run = CliRun.Of("train", "--data", scratch["qmnist"], "--output", scratch["qmnist-test-labels-idx2-int"]);
        Assert.Equal(2, run.Code);
        Assert.Equal(Table([[7, 0], [1, 0]]), File.ReadAllBytes(scratch["qmnist-test-labels-idx2-int"]));
    }

    /// <summary>Images 2 high and 3 wide whose pixels count up.</summary>
    private static void WriteEmnist(Scratch scratch, string split, byte[] train, byte[] test)
    {
        foreach ((string part, byte[] labels) in ((string, byte[])[])[("train", train), ("test", test)])
        {
            File.WriteAllBytes(scratch[$"emnist-{split}-{part}-images-idx3-ubyte.gz"], IdxData.Gzip(IdxData.Images(labels.Length, 2, 3, i => (byte)i)));
            File.WriteAllBytes(scratch[$"emnist-{split}-{part}-labels-idx1-ubyte"], IdxData.Labels(labels));
        }
    }

    private static void WriteQmnist(Scratch scratch, string ending, int[][] labels)
    {
        foreach (string part in (string[])["train", "test"])
        {
            Write($"qmnist-{part}-images-idx3-ubyte{ending}", IdxData.Images(labels.Length, 2, 3, i => (byte)i));
            Write($"qmnist-{part}-labels-idx2-int{ending}", Table(labels));
        }

        void Write(string name, byte[] content) => File.WriteAllBytes(scratch[name], ending.Length > 0 ? IdxData.Gzip(content) : content);
    }

    private static byte[] Table(int[][] rows)
    {
        byte[] file = [.. IdxData.Header(0xC02, rows.Length, rows[0].Length), .. new byte[4 * rows.Sum(r => r.Length)]];
        int position = 12;
        foreach (int value in rows.SelectMany(r => r))
        {
            BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(position), value);
            position += 4;
        }

        return file;
    }
}
