using System.Globalization;
using FastLoss.Cli.Data;
using FastLoss.Cli.Reporting;
using FastLoss.Cli.Training;

namespace FastLoss.Cli.Explaining;

/// <summary>Overfitting by the size of the training set: the same network, the same number of steps, more and more images.</summary>
internal static class TrainingSizes
{
    private const int Smallest = 10;

    /// <exception cref="InputException">There are too few images for a curve.</exception>
    public static Explanation Of(DataSet data, ulong seed)
    {
        int[] sizes = Sizes(data.Train.Count);
        if (sizes.Length < 2) throw new InputException($"--data {data.Name}: has {data.Train.Count} training images; a curve by their number needs more than {Smallest}");
        int[] order = Shuffled(data.Train.Count, seed);
        Score[][] scores = [.. sizes.Select(size =>
        {
            // Each set holds the smaller ones.
            DataSet part = data with { Train = data.Train.Select(order.AsSpan(0, size)) };
            EpochScore end = ShortTraining.Of(part, seed).Final;
            return (Score[])[end.Train, end.Test];
        })];

        return new(
            "overfitting by the size of the training set",
            [
                ("data", Lines.Data(data)),
                ("network", Text($"{Trainer.ShapeFor(data, new())}, trained anew for each size by {ShortTraining.Steps} steps or a whole epoch more, seed {seed}")),
            ],
            new(
                ["images", "train loss", "test loss", "train accuracy", "test accuracy", "gap", "chance"],
                [.. sizes.Zip(scores, Row)]),
            Seen(sizes, scores),
            [
                Plot("Loss by the number of images", "mean softmax cross-entropy", s => s.Loss.Mean, null),
                Plot("Accuracy by the number of images", "share of images right", s => s.Accuracy.Value, (0, 1)),
            ]);

        LinePlot Plot(string title, string axis, Func<Score, double> of, (double, double)? range) => new(
            title,
            "training images",
            axis,
            [
                new("training", CurvePlot.TrainColour, [.. sizes.Zip(scores, (size, s) => ((double)size, of(s[0])))]) { Dots = PlotDots.OnLine },
                new("test", CurvePlot.TestColour, [.. sizes.Zip(scores, (size, s) => ((double)size, of(s[1])))]) { Dots = PlotDots.OnLine },
            ])
        {
            IsXLogarithmic = true,
            YRange = range,
        };
    }

    /// <summary>1, 2 and 5 times powers of ten, and all.</summary>
    public static int[] Sizes(int count) =>
        [.. new long[] { 1, 2, 5 }.SelectMany(f => Enumerable.Range(1, 9).Select(e => f * (long)Math.Pow(10, e)))
            .Where(size => size >= Smallest && size < count).Append(count).Where(size => size >= Smallest).Order().Select(size => (int)size)];

    private static IReadOnlyList<string> Row(int size, Score[] scores)
    {
        var gap = new Overfit(scores[0].Accuracy, scores[1].Accuracy);
        return
        [
            Text($"{size}"), Lines.Loss(scores[0].Loss.Mean), Lines.Loss(scores[1].Loss.Mean),
            Text($"{scores[0].Accuracy.Value:F4}"), Text($"{scores[1].Accuracy.Value:F4}"), Text($"{gap.Gap:F4}"), Text($"{gap.Chance:F4}"),
        ];
    }

    private static string[] Seen(int[] sizes, Score[][] scores)
    {
        Overfit first = Gap(0), last = Gap(sizes.Length - 1);
        int clear = Enumerable.Range(0, sizes.Length).Count(i => Gap(i).IsShown);
        return
        [
            Text($"With {sizes[0]} images the network is right on {first.Train.Value:P0} of what it was trained on and on {first.Test.Value:P0} of the test, whose loss is {Lines.Loss(scores[0][1].Loss.Mean)} against {Lines.Loss(scores[0][0].Loss.Mean)}: a gap of {first.Gap:F4} in accuracy, where chance explains up to {first.Chance:F4}."),
            Text($"With all {sizes[^1]} it is right on {last.Train.Value:P0} and {last.Test.Value:P0}: the gap is {last.Gap:F4}, {(last.IsShown ? "more" : "no more")} than the {last.Chance:F4} that chance explains; {(clear == 0 ? "at no size is it more" : $"at {clear} of the {sizes.Length} sizes it is more, which is overfitting")}."),
        ];

        Overfit Gap(int i) => new(scores[i][0].Accuracy, scores[i][1].Accuracy);
    }

    private static int[] Shuffled(int count, ulong seed)
    {
        int[] order = new int[count];
        foreach (ReadOnlySpan<int> all in new MiniBatches(count, count, seed).Epoch(0)) all.CopyTo(order);
        return order;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
