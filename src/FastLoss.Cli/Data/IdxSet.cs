using System.Globalization;

namespace FastLoss.Cli.Data;

/// <summary>How the makers of a set named its IDX files, and what is their own in the pixels and labels.</summary>
/// <param name="Name">What the set is called: MNIST's own names have no prefix.</param>
/// <param name="TestPart">What the test part is called.</param>
/// <param name="Classes">What the labels stand for; null for the numbers from 0.</param>
internal sealed record IdxSet(string Name, string TestPart, IReadOnlyList<string>? Classes = null)
{
    private const string Digits = "0123456789";
    private const string Capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Smalls = "abcdefghijklmnopqrstuvwxyz";

    /// <summary>Small letters that do not look like their capitals (Cohen et al. 2017, section II).</summary>
    private const string Distinct = "abdefghnqrt";

    private static readonly string[] s_clothes =
        ["T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    /// <summary>Names without a prefix: MNIST, and the sets that were made to take its place.</summary>
    public static IdxSet Mnist { get; } = new("", "t10k");

    /// <summary>Has the names of MNIST; who gives it to us says that it is this.</summary>
    public static IdxSet Fashion { get; } = Mnist with { Classes = s_clothes };

    /// <summary>Those whose names have a prefix, so that they may lie beside each other.</summary>
    public static IReadOnlyList<IdxSet> Prefixed { get; } =
    [
        new("qmnist", "test") { LabelKind = "idx2-int" },
        Emnist("balanced", Digits + Capitals + Distinct),
        Emnist("byclass", Digits + Capitals + Smalls),
        Emnist("bymerge", Digits + Capitals + Distinct),
        Emnist("digits", Digits),
        Emnist("letters", Capitals) with { FirstLabel = 1 },
        Emnist("mnist", Digits),
    ];

    /// <summary>The label of the first class.</summary>
    public int FirstLabel { get; init; }

    /// <summary>Whether the pixels stand column after column.</summary>
    public bool IsTransposed { get; init; }

    /// <summary>The type of the label files: bytes or, in QMNIST, rows of integers of which the first is the label.</summary>
    public string LabelKind { get; init; } = "idx1-ubyte";

    /// <summary>Whether a directory holds training images of this set.</summary>
    public bool IsIn(string directory) => ImageFiles(directory, "train").Any(File.Exists);

    public bool HasTest(string directory) =>
        ImageFiles(directory, TestPart).Concat(LabelFiles(directory, TestPart)).Any(File.Exists);

    /// <summary>Where its files may lie.</summary>
    public IEnumerable<string> Files(string directory) => ((string[])["train", TestPart])
        .SelectMany(part => (string[])[.. ImageFiles(directory, part), .. LabelFiles(directory, part)]);

    /// <summary>Images and labels of one part, the labels from 0.</summary>
    public Images Read(string directory, string part)
    {
        string imageFile = IdxFile.Find(directory, Stem(part, "images"), "idx3-ubyte");
        string labelFile = IdxFile.Find(directory, Stem(part, "labels"), LabelKind);
        (byte[] pixels, int count, int height, int width) = IdxFile.ReadImages(imageFile);
        int[] labels = IdxFile.ReadLabels(labelFile);
        if (labels.Length != count)
            throw new InputException($"{imageFile} has {count} images and {labelFile} {labels.Length} labels; they must be equal");
        for (int i = 0; i < labels.Length; i++) labels[i] = ClassOf(labels[i], i, labelFile);
        return IsTransposed
            ? new(Transposed(pixels, height, width), labels, Width: height, Height: width)
            : new(Array.ConvertAll(pixels, Shade), labels, width, height);
    }

    /// <summary>The classes of a set's labels: by their names or, where none are known, 0 to the largest label.</summary>
    public IReadOnlyList<string> ClassNames(int largest) => Classes is { } names && largest < names.Count
        ? names
        : [.. Enumerable.Range(0, largest + 1).Select(c => c.ToString(CultureInfo.InvariantCulture))];

    private static IdxSet Emnist(string split, string characters) =>
        new($"emnist-{split}", "test", [.. characters.Select(c => c.ToString())]) { IsTransposed = true };

    private static float Shade(byte pixel) => pixel / 255f;

    private static float[] Transposed(byte[] pixels, int height, int width)
    {
        float[] result = new float[pixels.Length];
        for (int start = 0; start < pixels.Length; start += height * width)
        {
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++) result[start + (x * height) + y] = Shade(pixels[start + (y * width) + x]);
            }
        }

        return result;
    }

    private int ClassOf(int label, int row, string file)
    {
        // A set under MNIST's names may be any; one under a name of its own has the classes of that name.
        int last = FirstLabel + (Name.Length > 0 && Classes is { } names ? names.Count : IdxFile.MostClasses) - 1;
        return label >= FirstLabel && label <= last
            ? label - FirstLabel
            : throw new InputException($"{file}: label {row + 1} is {label}; {(Name.Length > 0 ? $"{Name} has" : "there may be")} labels from {FirstLabel} to {last}");
    }

    private string Stem(string part, string what) => $"{(Name.Length > 0 ? Name + '-' : "")}{part}-{what}";

    private string[] ImageFiles(string directory, string part) => IdxFile.Candidates(directory, Stem(part, "images"), "idx3-ubyte");

    private string[] LabelFiles(string directory, string part) => IdxFile.Candidates(directory, Stem(part, "labels"), LabelKind);
}
