using System.Diagnostics;
using FastLoss.Cli.Data;

namespace FastLoss.Cli.Training;

/// <summary>What a training tells while it runs.</summary>
internal interface ITrainingProgress
{
    /// <summary>After a batch: how many of all batches are done, the batch's loss, images per second so far.</summary>
    void Batch(long done, long all, int epoch, double loss, double rate);

    void Epoch(EpochScore score);
}

/// <summary>A trained network and how it came about.</summary>
/// <param name="Network">The network as the training left it.</param>
/// <param name="Epochs">The scores, from before the first step.</param>
/// <param name="Elapsed">Time of all.</param>
/// <param name="Rate">Images per second.</param>
/// <param name="Broken">Where a loss was not finite, which ended the training, and what it was.</param>
internal sealed record TrainingResult(
    TwoLayerNetwork<float> Network, IReadOnlyList<EpochScore> Epochs, TimeSpan Elapsed, double Rate, string? Broken = null)
{
    public EpochScore Final => Epochs[^1];

    public Outcome Outcome { get; } = Outcome.Of(Epochs, Network.Shape.ClassCount, Broken);
}

/// <summary>Mini-batch gradient descent: the same options, data and seed give the same numbers on every machine.</summary>
internal static class Trainer
{
    /// <summary>Rows the network works at a time: larger batches gain nothing, and would have it keep more.</summary>
    private const int LargestPiece = 256;

    public static int RowsAtATime(TrainingOptions options) => Math.Min(options.Batch, LargestPiece);

    public static TwoLayerShape ShapeFor(DataSet data, TrainingOptions options) =>
        new(data.Train.PixelCount, options.Hidden, data.ClassCount);

    public static TrainingResult Train(DataSet data, TrainingOptions options, ITrainingProgress progress)
    {
        var network = new TwoLayerNetwork<float>(ShapeFor(data, options), options.Activation, RowsAtATime(options));
        network.Initialize(options.Seed);

        var batches = new MiniBatches(data.Train.Count, options.Batch, options.Seed);
        int pixels = data.Train.PixelCount, largest = Math.Min(options.Batch, data.Train.Count);
        float[] images = new float[largest * pixels], gradient = new float[network.Shape.ParameterCount];
        int[] labels = new int[largest];
        Optimizer<float> optimizer = new(new Sgd(), gradient.Length);
        var scores = new List<EpochScore>();
        Stopwatch all = Stopwatch.StartNew(), training = new();
        long rows = 0, done = 0, total = (long)batches.BatchCount * options.Epochs;

        string? broken = Record(0);
        for (int epoch = 1; epoch <= options.Epochs && broken is null; epoch++)
        {
            foreach (ReadOnlySpan<int> batch in batches.Epoch(epoch))
            {
                training.Start();
                Span<float> batchImages = images.AsSpan(0, batch.Length * pixels);
                Span<int> batchLabels = labels.AsSpan(0, batch.Length);
                MiniBatches.Gather(data.Train.Pixels, pixels, batch, batchImages);
                MiniBatches.Gather(data.Train.Labels, 1, batch, batchLabels);
                LossTally loss = options.Gradient == GradientMode.Analytic
                    ? network.EvaluateWithGradient(batchImages, batchLabels, gradient)
                    : network.EvaluateWithNumericalGradient(batchImages, batchLabels, gradient);
                rows += batch.Length;
                broken = NotFinite(epoch, loss.Mean);
                if (broken is null) optimizer.Step(network.Parameters, gradient, options.LearningRate);
                training.Stop();
                if (broken is not null) break;
                progress.Batch(++done, total, epoch, loss.Mean, rows / training.Elapsed.TotalSeconds);
            }

            broken ??= Record(epoch);
        }

        return new(network, scores, all.Elapsed, rows / training.Elapsed.TotalSeconds, broken);

        string? Record(int epoch)
        {
            var score = new EpochScore(epoch, Score.Of(network, data.Train), Score.Of(network, data.Test));
            string? notFinite = NotFinite(epoch, score.Train.Loss.Mean) ?? NotFinite(epoch, score.Test.Loss.Mean);
            if (notFinite is not null && epoch > 0) return notFinite;
            scores.Add(score);
            progress.Epoch(score);
            return notFinite;
        }
    }

    private static string? NotFinite(int epoch, double loss) => double.IsFinite(loss) ? null : $"the loss is {loss} in epoch {epoch}";
}
