using System.Globalization;
using FastLoss.Cli.Data;
using FastLoss.Cli.Reporting;
using FastLoss.Cli.Training;

namespace FastLoss.Cli.Explaining;

/// <summary>
/// Why a network learns by its loss and not by its accuracy, and by a sigmoid and not by a step: of a trained network one weight is moved in
/// small steps, and both are measured.
/// </summary>
internal static class AccuracyStaircase
{
    /// <summary>Positions of the weight, an odd number: the middle one is where the training left it.</summary>
    private const int Positions = 1001;

    /// <summary>How far the weight goes to each side.</summary>
    private const double Reach = 6;

    /// <summary>Of the test images: more would make each stair lower and each position dearer.</summary>
    private const int MostImages = 1000;

    public static Explanation Of(DataSet data, ulong seed)
    {
        if (data.ClassCount < 2) throw new InputException($"{data.Name} has one class: neither its loss nor its accuracy changes");
        TrainingResult trained = ShortTraining.Of(data, seed);
        Images images = data.Test.Count <= MostImages ? data.Test : data.Test.Select([.. Enumerable.Range(0, MostImages)]);
        Network<float> network = trained.Network;
        float[] gradient = new float[network.Parameters.Length];
        network.EvaluateWithGradient(images.Pixels, images.Labels, gradient);
        int weight = Enumerable.Range(0, gradient.Length).MaxBy(i => Math.Abs(gradient[i]));
        double middle = network.Parameters[weight], step = 2 * Reach / (Positions - 1);

        WeightWalk wide = WeightWalk.Of(network, images, weight, middle - Reach, middle + Reach, Positions);

        // The stair nearest to the middle, a hundred times as fine.
        int[] stairs = [.. Enumerable.Range(1, Positions - 1).Where(i => wide.Accuracies[i] != wide.Accuracies[i - 1])];
        double at = stairs.Length == 0 ? middle : wide.Weights[stairs.MinBy(i => Math.Abs(wide.Weights[i] - middle))] - (step / 2);
        WeightWalk near = WeightWalk.Of(network, images, weight, at - (2 * step), at + (2 * step), (4 * 100) + 1);

        Activations activations = Activations.Compute();
        return new(
            "accuracy is a staircase",
            [
                ("data", Lines.Data(data)),
                ("network", Lines.Network(network.Shape, network.Activation)),
                ("weight", Text($"{network.Shape.NameOf(weight)}, on which the test loss depends most; from {middle - Reach:F3} to {middle + Reach:F3} in steps of {step:g3}, at {images.Count} test images")),
            ],
            Table(wide),
            [Seen(wide, near, images.Count, gradient[weight]), activations.Seen],
            [
                Plot("Loss while one weight moves", "mean softmax cross-entropy", wide.Weights, wide.Losses, CurvePlot.TrainColour, middle),
                Plot("Accuracy while one weight moves", "share of images right", wide.Weights, wide.Accuracies, CurvePlot.TestColour, middle),
                Plot("Loss, close to one stair", "mean softmax cross-entropy", near.Weights, near.Losses, CurvePlot.TrainColour, null),
                Plot("Accuracy, close to one stair", "share of images right", near.Weights, near.Accuracies, CurvePlot.TestColour, null),
                .. activations.Plots,
            ]);
    }

    private static TextTable Table(WeightWalk walk) => new(
        ["weight", "loss", "its slope", "accuracy", "its slope"],
        [.. Enumerable.Range(0, 11).Select(k => Math.Clamp(k * (Positions - 1) / 10, 1, Positions - 2)).Select(i => (IReadOnlyList<string>)
        [
            Text($"{walk.Weights[i]:F3}"), Text($"{walk.Losses[i]:F6}"), Text($"{walk.Slope(walk.Losses, i):F6}"),
            Text($"{walk.Accuracies[i]:F4}"), Text($"{walk.Slope(walk.Accuracies, i):F4}"),
        ])]);

    private static string Seen(WeightWalk wide, WeightWalk near, int images, double slope)
    {
        int flat = Unchanged(wide.Accuracies), lossFlat = Unchanged(wide.Losses), pieces = Positions - 1;
        int values = wide.Accuracies.Distinct().Count(), nearFlat = Unchanged(near.Accuracies);
        return Text($"While the weight passes {Positions} positions the loss changes in {pieces - lossFlat} of the {pieces} steps between them and has a slope everywhere ({slope:g4} where the training ended), but accuracy takes only {values} of the {images + 1} values that {images} images allow: it stays the same in {flat} steps, where its derivative is 0, and jumps in the other {pieces - flat}. A hundred times as fine it stays the same in {nearFlat} of {near.Weights.Length - 1} steps: almost everywhere it says nothing about which way to move a weight.");
    }

    private static int Unchanged(double[] values) => Enumerable.Range(1, values.Length - 1).Count(i => values[i] == values[i - 1]);

    private static LinePlot Plot(string title, string axis, double[] weights, double[] values, string colour, double? middle) =>
        new(
            title,
            "the weight",
            axis,
            [
                new(title.Split(' ', ',')[0].ToLowerInvariant(), colour, [.. weights.Zip(values)]),
                .. middle is { } m ? (PlotLine[])[new("trained", "#24292f", [(m, values[(values.Length - 1) / 2])]) { Dots = PlotDots.Alone }] : [],
            ]);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
