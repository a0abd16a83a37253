using FastLoss.Cli;
using FastLoss.Cli.Data;

namespace FastLoss.Tests.Cli;

public class DataSetsTests
{
    /// <summary>The first labels are those anyone sees who opens the originals; the pixel sums those of the shipped files.</summary>
    [Theory]
    [InlineData("mnist-1k", 28, new[] { 5, 0, 4, 1, 9, 2, 1, 3, 1, 4 }, new[] { 7, 2, 1, 0, 4, 1, 4, 9, 5, 9 })]
    [InlineData("fashion-1k", 28, new[] { 9, 0, 0, 3, 0, 2, 7, 2, 5, 5 }, new[] { 9, 2, 1, 1, 6, 1, 4, 6, 5, 7 })]
    public void Shipped_sets_are_the_first_images_of_the_originals(string name, int side, int[] train, int[] test)
    {
        DataSet data = DataSets.Load(name, seed: 1);
        Assert.Equal((1000, 500), (data.Train.Count, data.Test.Count));
        Assert.Equal((side, side), (data.Train.Width, data.Test.Height));
        Assert.Equal(train, data.Train.Labels[..10]);
        Assert.Equal(test, data.Test.Labels[..10]);
        Assert.Equal(10, data.ClassCount);
        Assert.All(data.Train.Pixels, p => Assert.InRange(p, 0, 1));
        Assert.Equal(1, data.Test.Pixels.Max());
    }

    [Fact]
    public void The_small_digits_are_split_by_seed()
    {
        DataSet one = DataSets.Load("digits8x8", 1), again = DataSets.Load("digits8x8", 1), two = DataSets.Load("digits8x8", 2);
        Assert.Equal((1438, 359), (one.Train.Count, one.Test.Count));
        Assert.Equal((8, 8), (one.Train.Width, one.Train.Height));
        Assert.Equal(one.Train.Pixels, again.Train.Pixels);
        Assert.Equal(one.Test.Labels, again.Test.Labels);
        Assert.NotEqual(one.Test.Labels, two.Test.Labels);

        // Every digit is there in both parts, in its share.
        for (int digit = 0; digit < 10; digit++)
        {
            int train = one.Train.Labels.Count(l => l == digit), test = one.Test.Labels.Count(l => l == digit);
            Assert.InRange(train + test, 170, 190);
            Assert.Equal(0.2, test / (double)(train + test), 0.003);
        }
    }

    [Theory]
    [InlineData("train-images-idx3-ubyte")]
    [InlineData("train-images-idx3-ubyte.gz")]
    [InlineData("train-images.idx3-ubyte")]
    [InlineData("train-images.idx3-ubyte.gz")]
    public void A_directory_may_hold_any_of_the_usual_names(string name)
    {
        using var scratch = new Scratch();
        IdxData.WriteSet(scratch.Root);
        byte[] images = File.ReadAllBytes(scratch["train-images-idx3-ubyte"]);
        File.Delete(scratch["train-images-idx3-ubyte"]);
        File.WriteAllBytes(scratch[name], name.EndsWith("gz", StringComparison.Ordinal) ? IdxData.Gzip(images) : images);

        DataSet data = DataSets.Load(scratch.Root, 1);
        Assert.Equal((3, 2, 4), (data.Train.Width, data.Train.Height, data.Train.Count));
        Assert.Equal([0f, 10 / 255f, 20 / 255f], data.Train[0][..3].ToArray());
        Assert.Equal(180 / 255f, data.Train[3][0]);
        Assert.Equal([0, 1, 2, 1], data.Train.Labels);
        Assert.Equal(["0", "1", "2"], data.ClassNames);
    }

    public static TheoryData<string, byte[], string> Damaged() => new()
    {
        { "train-images-idx3-ubyte", [], "ends after 0 bytes, within its header of 16" },
        { "train-images-idx3-ubyte", [0, 0, 8, 3, 0], "ends after 5 bytes, within its header of 16" },
        { "train-images-idx3-ubyte", [0, 0, 8, 1, 0], "begins with 0x00000801; IDX images begin with 0x00000803" },
        { "train-images-idx3-ubyte", "<html>404 not found</html>"u8.ToArray(), "begins with 0x3C68746D; IDX images begin with 0x00000803" },
        { "train-images-idx3-ubyte", IdxData.Images(4, 2, 3, _ => 0)[..^1], "its header says 4x2x3 images, 40 bytes, but it ends after 39" },
        { "train-images-idx3-ubyte", [.. IdxData.Images(4, 2, 3, _ => 0), 0], "its header says 4x2x3 images, 40 bytes, but more follow" },
        { "train-images-idx3-ubyte", IdxData.Images(0, 2, 3, _ => 0), "its header says 0 images" },
        { "train-images-idx3-ubyte", IdxData.Images(4, 2, 0, _ => 0), "its header says 0 pixels" },
        { "train-images-idx3-ubyte", IdxData.Header(0x803, -1, -1, -1), "more than can be read" },
        { "train-images-idx3-ubyte", IdxData.Header(0x803, 60_000, 28, 28), "47040016 bytes, but it ends after 16" },
        { "train-images-idx3-ubyte", IdxData.Gzip(IdxData.Images(4, 2, 3, _ => 0))[..^10], "train-images-idx3-ubyte: " },
        { "train-images-idx3-ubyte", [0x1F, 0x8B, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], "begins as gzip, but is damaged" },
        { "train-images-idx3-ubyte", IdxData.Images(5, 2, 3, _ => 0), "has 5 images and" },
        { "t10k-images-idx3-ubyte", IdxData.Images(2, 3, 2, _ => 0), "the training images are 3x2, the test images 2x3" },
        { "t10k-labels-idx1-ubyte", IdxData.Images(2, 2, 3, _ => 0), "begins with 0x00000803; IDX labels begin with 0x00000801" },
        { "t10k-labels-idx1-ubyte", IdxData.Labels(1, 2, 3), "3 labels; they must be equal" },
    };

    [Theory]
    [MemberData(nameof(Damaged))]
    public void Damage_is_named_with_its_file_and_its_figures(string file, byte[] content, string complaint)
    {
        using var scratch = new Scratch();
        IdxData.WriteSet(scratch.Root);
        File.WriteAllBytes(scratch[file], content);
        var error = Assert.Throws<InputException>(() => DataSets.Load(scratch.Root, 1));
        Assert.Contains(complaint, error.Message, StringComparison.Ordinal);
        Assert.Contains(scratch.Root, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1,2,3\n", "line 1 has 3 values instead of 65")]
    [InlineData("", "holds no image")]
    [InlineData("17,{63},5", "line 1 is not 64 pixels from 0 to 16")]
    [InlineData("0,{63},5\n0,{63},x", "line 2 is not 64 pixels")]
    [InlineData("0,{63},10", "line 1 is not 64 pixels")]
    [InlineData("0,{63},1,1", "line 1 is not 64 pixels")]
    [InlineData("-1,{63},1", "line 1 is not 64 pixels")]
    public void A_damaged_table_of_digits_is_named_with_its_line(string text, string complaint)
    {
        using var scratch = new Scratch();
        string zeros = string.Join(',', Enumerable.Repeat("0", 63));
        File.WriteAllText(scratch["d.csv"], text.Replace("{63}", zeros, StringComparison.Ordinal));
        var error = Assert.Throws<InputException>(() => DigitsFile.Read(scratch["d.csv"]));
        Assert.Contains(complaint, error.Message, StringComparison.Ordinal);
    }
}
