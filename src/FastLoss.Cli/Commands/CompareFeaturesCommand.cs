using System.CommandLine;
using System.Globalization;
using FastLoss.Cli.Comparing;
using FastLoss.Cli.Data;
using FastLoss.Cli.Files;
using FastLoss.Cli.Reporting;
using FastLoss.Cli.Training;

namespace FastLoss.Cli.Commands;

/// <summary>`fastloss compare-features`: features made by hand and learned ones, on the same images.</summary>
internal static class CompareFeaturesCommand
{
    /// <summary>A page of the report has a line of each, and a terminal a row.</summary>
    private const int MostSizes = 50;

    public static Command Create()
    {
        DataOptions data = new();
        Option<ulong?> seed = Options.Seed("--seed", "Draws weights, batches and splits; the same seed prints the same accuracies on every machine.", new TrainingOptions().Seed);
        Option<int?> threads = Options.Threads();
        Option<string> sizes = new("--train-sizes") { Description = "Also trains with so many of the training images, as in 100,300,1000, and draws accuracy against their number.", HelpName = "counts" };
        PageOptions page = new("compare-features.html");
        Command command = new("compare-features", "Compare HOG, SIFT, SURF and pixels, each with a support vector machine and nearest neighbours, with a network that learns from pixels.")
        {
            seed, threads, sizes,
        };
        page.AddTo(command);
        data.AddTo(command);
        command.SetAction(parsed =>
        {
            DataSource source = data.Of(parsed);
            OutputFile? report = page.Alone(parsed, DataSets.FilesOf(source));
            ulong drawn = parsed.GetValue(seed) ?? new TrainingOptions().Seed;
            DataSet set = DataSets.Load(source, drawn);
            int[] counts = Sizes(parsed.GetValue(sizes), set);
            Require(set);
            Run(set, counts, drawn, parsed.GetValue(threads) is { } count and > 0 ? count : -1, report, parsed.InvocationConfiguration.Output);
        });
        return command;
    }

    private static void Run(DataSet data, int[] sizes, ulong seed, int threads, OutputFile? report, TextWriter output)
    {
        (string Name, string Value)[] facts =
        [
            ("data", Lines.Data(data)),
            ("features", FeatureSet.Of(data.Train.Width, data.Train.Height).Count > 1 ? "HOG, SIFT and SURF of 4 x 4 cells over the image, and the pixels" : $"the {FeatureSet.RawName(data.Train.Width, data.Train.Height)} as they are; HOG, SIFT and SURF take pictures of 8 pixels a side and more"),
            ("SVM", "multi-class squared hinge, C by five-fold cross-validation of the training images"),
            ("network", Lines.Training(FeatureComparison.NetworkOptions(data.Train.Count, seed, threads))),
        ];
        int width = Columns.Width(output);
        Columns.WriteFacts(output, facts);

        List<(int, IReadOnlyList<Trial>)> bySize = [];
        foreach (int size in sizes.Where(s => s < data.Train.Count))
        {
            DataSet part = data with { Train = data.Train.Select(Some(data, size, seed)) };
            bySize.Add((part.Train.Count, [.. FeatureComparison.Run(part, seed, threads)]));
        }

        Trial[] all = [.. FeatureComparison.Run(data, seed, threads)];
        if (sizes.Length > 0) bySize.Add((data.Train.Count, all));
        ComparisonReport compared = new(data, all, bySize);
        output.WriteLine();
        compared.Table.Write(output, width);
        if (compared.SizeTable is { } table)
        {
            output.WriteLine();
            table.Write(output, width);
        }

        foreach (string sentence in compared.Sentences()) Columns.WriteParagraph(output, sentence);
        if (report is null) return;
        report.Write(compared.Page(facts));
        output.WriteLine();
        Columns.WriteFact(output, "report", report.FullPath);
    }

    /// <summary>So many training images, each class by its share, drawn by the seed.</summary>
    private static int[] Some(DataSet data, int size, ulong seed) =>
        TrainTestSplit.Stratified(data.Train.Labels, data.ClassCount, size, seed).Test.ToArray();

    private static int[] Sizes(string? text, DataSet data)
    {
        if (text is null) return [];
        List<int> sizes = [];
        foreach (string part in text.Split(','))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int size) || size < 10 || size > data.Train.Count || sizes.Count == MostSizes)
                throw new InputException($"--train-sizes is {text}; it must be up to {MostSizes} integers from 10 to {data.Train.Count}, the training images of {data.Name}, separated by commas.");
            sizes.Add(size);
        }

        return [.. sizes.Distinct().Order()];
    }

    /// <summary>The features of all images, twice the training's for the choice of C, in floats.</summary>
    private static void Require(DataSet data)
    {
        if (data.ClassCount < 2) throw new InputException($"--data {data.Name}: has one class; there is nothing to tell apart");
        Int128 longest = FeatureSet.Of(data.Train.Width, data.Train.Height).Max(f => f.Length), numbers = longest * ((3 * (Int128)data.Train.Count) + data.Test.Count);
        if (longest * data.Train.Count > Array.MaxLength)
            throw new InputException($"--data {data.Name}: the features of {data.Train.Count} images, {longest} each, are more than an array holds");
        Memory.Require(sizeof(float) * numbers, $"--data {data.Name}: comparing features", Memory.Available);
    }
}
