namespace FastLoss.Cli.Data;

/// <summary>Finds and reads data sets: the shipped ones by name, any other as a CSV file or as IDX files in a directory.</summary>
internal static class DataSets
{
    public const double UsualTestFraction = 0.2;

    /// <summary>The shipped sets; they lie beside the program.</summary>
    public static IReadOnlyList<string> Names { get; } = ["mnist-1k", "digits8x8", "fashion-1k"];

    /// <summary>As the makers split it or, where they did not, a fifth held back.</summary>
    public static DataSet Load(string name, ulong seed) => Load(new DataSource(name), seed);

    /// <param name="source">Which data, and how much of it to hold back.</param>
    /// <param name="seed">Splits a set that is not split yet.</param>
    public static DataSet Load(DataSource source, ulong seed)
    {
        string name = source.Name;
        bool isTable = CsvSet.IsNamed(name) && !Directory.Exists(name);
        if (!isTable && source is not { LabelColumn: null, Scaling: null })
        {
            string option = source.LabelColumn is { } column ? $"--label-column {column}" : $"--scaling {Reporting.Lines.Name(source.Scaling!.Value)}";
            throw new InputException($"{option}: {name} is no CSV file");
        }

        if (isTable) return CsvSet.Load(source, seed);
        if (name == "digits8x8") return Split(source, DigitsFile.Read(FilesOf(source).Single()), IdxSet.Mnist, seed);
        if (Find(name) is not { } found)
            throw new InputException($"--data {name}: neither a directory, a CSV file nor one of the shipped sets {string.Join(", ", Names)}");

        (string directory, IdxSet set) = found;
        Images train = set.Read(directory, "train");
        if (source is { TestFraction: not null } or { IsAllTest: true })
        {
            string option = source.IsAllTest ? "--all" : FormattableString.Invariant($"--test-fraction {source.TestFraction}");
            return set.HasTest(directory)
                ? throw new InputException($"{option}: {name} has test images of its own")
                : Split(source, train, set, seed);
        }

        Images test = set.Read(directory, set.TestPart);
        if ((train.Width, train.Height) != (test.Width, test.Height))
        {
            throw new InputException(
                $"{directory}: the training images are {train.Width}x{train.Height}, the test images {test.Width}x{test.Height}");
        }

        return new(name, train, test, set.ClassNames(Math.Max(train.Labels.Max(), test.Labels.Max())));
    }

    /// <summary>
    /// The files that loading reads, or would read if they were there: a file of such a name would take the place of another.
    /// </summary>
    public static IEnumerable<string> FilesOf(DataSource source)
    {
        string name = source.Name;
        if (name == "digits8x8") return [Path.Combine(Shipped(name), "digits8x8.csv.gz")];
        if (CsvSet.IsNamed(name) && !Directory.Exists(name)) return [name];
        bool isShipped = Names.Contains(name), isWhole = isShipped || Directory.Exists(name);
        string directory = isShipped ? Shipped(name) : isWhole ? name : Path.GetDirectoryName(name) ?? "";
        return ((IdxSet[])[IdxSet.Mnist, .. IdxSet.Prefixed])
            .Where(set => isWhole || set.Name == Path.GetFileName(name))
            .SelectMany(set => set.Files(directory));
    }

    private static string Shipped(string name) => Path.Combine(AppContext.BaseDirectory, "data", name);

    /// <summary>Where a set lies and which it is; null where there is no such directory.</summary>
    private static (string Directory, IdxSet Set)? Find(string source)
    {
        if (Names.Contains(source)) return (Shipped(source), source == "fashion-1k" ? IdxSet.Fashion : IdxSet.Mnist);
        if (!Directory.Exists(source))
        {
            string directory = Path.GetDirectoryName(source) is { Length: > 0 } parent ? parent : ".";
            IdxSet? named = IdxSet.Prefixed.FirstOrDefault(set => set.Name == Path.GetFileName(source) && set.IsIn(directory));
            return named is null ? null : (directory, named);
        }

        // What has no prefix is what the directory is named for.
        IdxSet[] there = [.. IdxSet.Prefixed.Where(set => set.IsIn(source))];
        if (!IdxSet.Mnist.IsIn(source) && there.Length > 1)
        {
            throw new InputException(
                $"--data {source}: holds {string.Join(", ", there.Select(set => set.Name))}; say which, as {Path.Combine(source, there[0].Name)}");
        }

        bool isPrefixed = !IdxSet.Mnist.IsIn(source) && there.Length == 1;
        bool isFashion = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(source))).Contains("fashion", StringComparison.OrdinalIgnoreCase);
        return (source, isPrefixed ? there[0] : isFashion ? IdxSet.Fashion : IdxSet.Mnist);
    }

    private static DataSet Split(DataSource source, Images all, IdxSet set, ulong seed)
    {
        TrainTestSplit split = SplitOf(source, all.Labels, all.Labels.Max() + 1, seed);
        return new(source.Name, all.Select(split.Train), all.Select(split.Test), set.ClassNames(all.Labels.Max()));
    }

    /// <summary>By class: the share of each, a half rounded up.</summary>
    /// <exception cref="InputException">A part has nothing in it.</exception>
    public static TrainTestSplit SplitOf(DataSource source, int[] labels, int classCount, ulong seed)
    {
        double fraction = source.IsAllTest ? 1 : source.TestFraction ?? UsualTestFraction;
        var split = TrainTestSplit.Stratified(labels, classCount, fraction, seed);
        string what = CsvSet.IsNamed(source.Name) ? "rows" : "images";
        if (split.Test.Length == 0 || (split.Train.Length == 0 && !source.IsAllTest))
        {
            throw new InputException(FormattableString.Invariant(
                $"--test-fraction {fraction}: leaves {split.Train.Length} of {source}'s {labels.Length} {what} to train on and {split.Test.Length} to test with"));
        }

        return split;
    }
}
