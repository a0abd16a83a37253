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
internal sealed record TrainingResult(TwoLayerNetwork<float> Network, IReadOnlyList<EpochScore> Epochs, TimeSpan Elapsed, double Rate)
{
    public EpochScore Final => Epochs[^1];
}

/// <summary>Mini-batch gradient descent: the same options, data and seed give the same numbers on every machine.</summary>
internal static class Trainer
{
    /// <summary>Rows the network works at a time: larger batches gain nothing, and would have it keep more.</summary>
    private const int LargestPiece = 256;

    public static TwoLayerShape ShapeFor(DataSet data, TrainingOptions options) =>
        new(data.Train.PixelCount, options.Hidden, data.ClassCount);

    public static TrainingResult Train(DataSet data, TrainingOptions options, ITrainingProgress progress)
    {
        var network = new TwoLayerNetwork<float>(ShapeFor(data, options), options.Activation, Math.Min(options.Batch, LargestPiece));
        network.Initialize(options.Seed);

        var batches = new MiniBatches(data.Train.Count, options.Batch, options.Seed);
        int pixels = data.Train.PixelCount, largest = Math.Min(options.Batch, data.Train.Count);
        float[] images = new float[largest * pixels], gradient = new float[network.Shape.ParameterCount];
        int[] labels = new int[largest];
        var scores = new List<EpochScore>(options.Epochs + 1);
        Stopwatch all = Stopwatch.StartNew(), training = new();
        long rows = 0, done = 0, total = (long)batches.BatchCount * options.Epochs;

        Record(0);
        for (int epoch = 1; epoch <= options.Epochs; epoch++)
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
                GradientDescent.Step(network.Parameters, gradient, options.LearningRate);
                training.Stop();

                rows += batch.Length;
                if (!double.IsFinite(loss.Mean)) throw Diverged(epoch, loss.Mean);
                progress.Batch(++done, total, epoch, loss.Mean, rows / training.Elapsed.TotalSeconds);
            }

            Record(epoch);
        }

        return new(network, scores, all.Elapsed, rows / training.Elapsed.TotalSeconds);

        void Record(int epoch)
        {
            var score = new EpochScore(epoch, Score.Of(network, data.Train), Score.Of(network, data.Test));
            double loss = score.Train.Loss.Mean + score.Test.Loss.Mean;
            if (!double.IsFinite(loss)) throw Diverged(epoch, loss);
            scores.Add(score);
            progress.Epoch(score);
        }
    }

    private static RunException Diverged(int epoch, double loss) => new(
        $"training diverged: the loss is {loss} in epoch {epoch}; a smaller --learning-rate may help");
}
