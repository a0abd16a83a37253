using System.Globalization;
using FastLoss.Cli.Files;

namespace FastLoss.Cli.Data;

/// <summary>How pictures become what a network reads.</summary>
/// <param name="Width">Pixels of a line it expects.</param>
/// <param name="Height">Lines it expects.</param>
internal sealed record PictureOptions(int Width, int Height)
{
    /// <summary>Whether pictures of another size are scaled; they are refused if not.</summary>
    public bool IsResized { get; init; }

    /// <summary>Whether light becomes dark.</summary>
    public bool IsInverted { get; init; }

    /// <summary>What a white pixel is in a CSV file.</summary>
    public float Largest { get; init; } = 255;

    /// <summary>The column of a CSV file that is none of a picture's; null for none.</summary>
    public string? LabelColumn { get; init; }

    /// <summary>How a CSV file's rows are scaled; null for pictures.</summary>
    public FeatureScaling? Scaling { get; init; }
}

/// <summary>Reads one's own pictures: PNG files, IDX files of images, and CSV files of a picture a line, packed or not.</summary>
internal static class PictureFiles
{
    /// <summary>All pictures, and what each is called: its file and, in one of several, its number from 1.</summary>
    /// <exception cref="InputException">A file is none of pictures, or one of them has another size.</exception>
    public static (Images Images, IReadOnlyList<(string File, int? Number)> Names) Read(IReadOnlyList<string> paths, PictureOptions options)
    {
        var pixels = new List<float[]>();
        var names = new List<(string, int?)>();
        foreach (string path in paths)
        {
            GreyImage[] pictures = ReadFile(path, options);
            for (int i = 0; i < pictures.Length; i++)
            {
                pixels.Add(Fitted(path, pictures.Length > 1 ? i + 1 : null, pictures[i], options).Pixels);
                names.Add((path, pictures.Length > 1 ? i + 1 : null));
            }
        }

        int size = options.Width * options.Height;
        if ((long)size * pixels.Count > Array.MaxLength) throw new InputException($"{pixels.Count} pictures of {size} pixels are more than can be kept at once");
        Memory.Require((Int128)sizeof(float) * size * pixels.Count, $"keeping {pixels.Count} pictures", Memory.Available);
        float[] all = new float[size * pixels.Count];
        for (int i = 0; i < pixels.Count; i++) pixels[i].CopyTo(all, i * size);
        return (new(all, new int[pixels.Count], options.Width, options.Height), names);
    }

    private static GreyImage[] ReadFile(string path, PictureOptions options)
    {
        // What it is, its first bytes say, and then it is read from the first one again.
        if (FileStatus.Of(path).Kind is FileKind.Character or FileKind.Other or FileKind.Socket)
            throw new InputException($"{path}: is a device or a pipe; pictures are read from files");
        byte[] start = new byte[8];
        int got;
        using (InputFile file = InputFile.Open(path)) got = file.Read(start);
        if (options.Scaling is { Kind: not ScalingKind.Pixels } && !CsvSet.IsNamed(path))
            throw new InputException($"{path}: is no table; the network was trained on the rows of one, of {options.Width * options.Height} features");
        if (start.AsSpan(0, got).SequenceEqual(PngFile.Signature)) return [PngFile.Read(path)];
        if (start.AsSpan(0, got).StartsWith((ReadOnlySpan<byte>)[0, 0, 8, 3])) return Idx(path);
        if (CsvSet.IsNamed(path)) return Csv(path, options);
        string begins = Convert.ToHexString(start.AsSpan(0, Math.Min(got, 4)));
        throw new InputException($"{path}: is neither a PNG picture nor IDX images, and not named as a CSV file; it begins with {(got == 0 ? "nothing" : $"0x{begins}")}");
    }

    private static GreyImage[] Idx(string path)
    {
        (byte[] pixels, int count, int height, int width) = IdxFile.ReadImages(path);
        return [.. Enumerable.Range(0, count).Select(i => new GreyImage(
            Array.ConvertAll(pixels[(i * width * height)..((i + 1) * width * height)], p => p / 255f), width, height))];
    }

    private static GreyImage[] Csv(string path, PictureOptions options)
    {
        CsvTable table = CsvFile.Read(path, options.LabelColumn ?? "");
        int count = table.FeatureCount, expected = options.Width * options.Height;
        if (options.Scaling is { } scaling)
        {
            if (count != expected) throw Wrong($"has rows of {count} features; the model was trained on {expected}");
            return [.. Enumerable.Range(0, table.RowCount).Select(i => new GreyImage(scaling.Apply(table.Features, [i]), options.Width, options.Height))];
        }

        (int width, int height) = count == expected ? (options.Width, options.Height)
            : FeatureScaling.Side(count) is { } side ? (side, side)
            : throw Wrong($"has rows of {count} values, which are no square; the model expects {options.Width}x{options.Height} = {expected}");
        for (int i = 0; i < table.Features.Length; i++)
        {
            double value = table.Features[i];
            if (value < 0 || value > options.Largest)
                throw new InputException(string.Create(CultureInfo.InvariantCulture, $"{path}: row {(i / count) + 1}, pixel {(i % count) + 1} is {value}; pixels are 0 to {options.Largest} (--largest)"));
        }

        return [.. Enumerable.Range(0, table.RowCount).Select(i => new GreyImage(
            [.. table.Features.AsSpan(i * count, count).ToArray().Select(p => (float)(p / options.Largest))], width, height))];

        InputException Wrong(string what) =>
            new($"{path}: {what}{(count == expected + 1 && options.LabelColumn is null ? "; a column of labels is left out by --label-column" : "")}");
    }

    private static GreyImage Fitted(string path, int? number, GreyImage picture, PictureOptions options)
    {
        bool fits = (picture.Width, picture.Height) == (options.Width, options.Height);
        if (!fits && !options.IsResized)
        {
            string which = number is { } n ? $"{path}: picture {n}" : path;
            throw new InputException($"{which}: is {picture.Width}x{picture.Height}; the model expects {options.Width}x{options.Height} (--resize scales it)");
        }

        GreyImage right = options.IsInverted ? picture.Inverted() : picture;
        return fits ? right : right.FittedTo(options.Width, options.Height);
    }
}
