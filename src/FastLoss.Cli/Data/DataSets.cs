using System.Globalization;

namespace FastLoss.Cli.Data;

/// <summary>Finds and reads data sets: the shipped ones by name, any other as a directory of IDX files.</summary>
internal static class DataSets
{
    private const double TestFraction = 0.2;

    private static readonly string[] s_clothes =
        ["T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    /// <summary>The shipped sets; they lie beside the program.</summary>
    public static IReadOnlyList<string> Names { get; } = ["mnist-1k", "digits8x8", "fashion-1k"];

    /// <param name="source">A shipped set's name, or a directory.</param>
    /// <param name="seed">Splits a set that is not split yet.</param>
    public static DataSet Load(string source, ulong seed)
    {
        string shipped = Path.Combine(AppContext.BaseDirectory, "data", source);
        return source switch
        {
            "digits8x8" => Split(source, DigitsFile.Read(Path.Combine(shipped, "digits8x8.csv.gz")), seed),
            "fashion-1k" => ReadDirectory(source, shipped) with { ClassNames = s_clothes },
            "mnist-1k" => ReadDirectory(source, shipped),
            _ when Directory.Exists(source) => ReadDirectory(source, source),
            _ => throw new InputException(
                $"--data {source}: neither a directory nor one of the shipped sets {string.Join(", ", Names)}"),
        };
    }

    /// <summary>
    /// The files that loading reads, or would read if they were there: a file of such a name would take the place of another.
    /// </summary>
    public static IEnumerable<string> FilesOf(string source)
    {
        string directory = Names.Contains(source) ? Path.Combine(AppContext.BaseDirectory, "data", source) : source;
        if (!Directory.Exists(directory)) return [];
        if (source == "digits8x8") return [Path.Combine(directory, "digits8x8.csv.gz")];
        return ((string[])["train", "t10k"]).SelectMany(part => (string[])
        [
            .. IdxFile.Candidates(directory, $"{part}-images", "idx3-ubyte"),
            .. IdxFile.Candidates(directory, $"{part}-labels", "idx1-ubyte"),
        ]);
    }

    private static DataSet ReadDirectory(string name, string directory)
    {
        Images train = ReadPart(directory, "train"), test = ReadPart(directory, "t10k");
        if ((train.Width, train.Height) != (test.Width, test.Height))
        {
            throw new InputException(
                $"{directory}: the training images are {train.Width}x{train.Height}, the test images {test.Width}x{test.Height}");
        }

        return Name(name, train, test);
    }

    private static Images ReadPart(string directory, string part)
    {
        string imageFile = IdxFile.Find(directory, $"{part}-images", "idx3-ubyte");
        string labelFile = IdxFile.Find(directory, $"{part}-labels", "idx1-ubyte");
        (byte[] pixels, int count, int height, int width) = IdxFile.ReadImages(imageFile);
        byte[] labels = IdxFile.ReadLabels(labelFile);
        if (labels.Length != count)
            throw new InputException($"{imageFile} has {count} images and {labelFile} {labels.Length} labels; they must be equal");
        return new(Array.ConvertAll(pixels, p => p / 255f), Array.ConvertAll(labels, l => (int)l), width, height);
    }

    private static DataSet Split(string name, Images all, ulong seed)
    {
        var split = TrainTestSplit.Stratified(all.Labels, all.Labels.Max() + 1, TestFraction, seed);
        return Name(name, all.Select(split.Train), all.Select(split.Test));
    }

    /// <summary>Classes are 0 to the largest label of either part.</summary>
    private static DataSet Name(string name, Images train, Images test)
    {
        int classes = Math.Max(train.Labels.Max(), test.Labels.Max()) + 1;
        return new(name, train, test, [.. Enumerable.Range(0, classes).Select(c => c.ToString(CultureInfo.InvariantCulture))]);
    }
}
