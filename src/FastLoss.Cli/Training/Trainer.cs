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

/// <summary>What others have to say and to keep while a training runs.</summary>
internal interface ITrainingKeeper
{
    /// <summary>After each batch; whether to end here, for somebody wishes it.</summary>
    bool IsStopped(TrainingState state);

    /// <summary>After each epoch and its scores.</summary>
    void Keep(TrainingState state);

    /// <summary>After the scores from before the first step: what an earlier training wrote is none of this one's.</summary>
    void Tell(TrainingState state);
}

/// <summary>A trained network and how it came about.</summary>
/// <param name="Network">The network as the training left it.</param>
/// <param name="Epochs">The scores, from before the first step.</param>
/// <param name="Elapsed">Time of all.</param>
/// <param name="Rate">Images per second.</param>
/// <param name="Broken">Where a loss was not finite, which ended the training, and what it was.</param>
internal sealed record TrainingResult(
    Network<float> Network, IReadOnlyList<EpochScore> Epochs, TimeSpan Elapsed, double Rate, string? Broken = null)
{
    public EpochScore Final => Epochs[^1];

    /// <summary>The epoch whose network this is: the last, or the best of a training that ended early.</summary>
    public int Epoch { get; init; } = Epochs[^1].Epoch;

    /// <summary>Its scores.</summary>
    public EpochScore Chosen => Epochs.First(e => e.Epoch == Epoch);

    public Outcome Outcome { get; } = Outcome.Of(Epochs, Network.Shape.ClassCount, Broken);
}

/// <summary>Mini-batch gradient descent: the same options, data and seed give the same numbers on every machine and any number of threads.</summary>
internal static class Trainer
{
    /// <summary>Rows the network works at a time: larger batches gain nothing, and would have it keep more.</summary>
    private const int LargestPiece = 64;

    public static int RowsAtATime(TrainingOptions options) => Math.Min(options.Batch, LargestPiece);

    public static NetworkShape ShapeFor(DataSet data, TrainingOptions options) =>
        new([data.Train.PixelCount, .. options.Hidden, data.ClassCount]);

    /// <param name="data">Images to train on and to test with, and to validate with where the options want it.</param>
    /// <param name="options">What is done.</param>
    /// <param name="progress">Is told.</param>
    /// <param name="keeper">Keeps the state, and may end the training.</param>
    /// <param name="state">Where to go on from; the beginning if null.</param>
    public static TrainingResult Train(
        DataSet data, TrainingOptions options, ITrainingProgress progress, ITrainingKeeper? keeper = null, TrainingState? state = null)
    {
        state ??= TrainingState.Begin(data, options);
        Network<float> network = state.Network;
        var batches = new MiniBatches(data.Train.Count, options.Batch, options.Seed);
        LearningRate rate = options.RateOf(batches.BatchCount);
        BatchGradients gradients = new(data.Train, network, options);
        Stopwatch all = Stopwatch.StartNew(), training = new();
        long rows = 0, total = (long)batches.BatchCount * options.Epochs;

        string? broken = state.Scores.Count == 0 ? Record(0) : null;
        keeper?.Tell(state);
        while (broken is null && state.Epoch < options.Epochs && !state.HasEnded(options))
        {
            int epoch = state.Epoch + 1, number = 0;
            foreach (ReadOnlySpan<int> batch in batches.Epoch(epoch))
            {
                if (number++ < state.Batch) continue;
                training.Start();
                LossTally loss = gradients.Take(batch);
                rows += batch.Length;
                broken = NotFinite(epoch, loss.Mean);
                if (broken is null)
                {
                    gradients.Step(state.Optimizer, rate.At(state.Optimizer.StepCount));
                }

                training.Stop();
                if (broken is not null) break;
                state.Batch++;
                progress.Batch(state.Optimizer.StepCount, total, epoch, loss.Mean, rows / training.Elapsed.TotalSeconds);
                if (keeper?.IsStopped(state) == true) throw new TrainingStopped();
            }

            if (broken is not null) break;
            (state.Epoch, state.Batch) = (epoch, 0);
            broken = Record(epoch);
            if (broken is null) keeper?.Keep(state);
        }

        int chosen = state.Scores[^1].Epoch;
        if (options.Patience is not null && broken is null)
        {
            chosen = state.BestEpoch;
            state.Best.CopyTo(network.Parameters);
        }

        return new(network, state.Scores, all.Elapsed, rows / training.Elapsed.TotalSeconds, broken) { Epoch = chosen };

        string? Record(int epoch)
        {
            var score = new EpochScore(epoch, Score.Of(network, data.Train), Score.Of(network, data.Test))
            {
                Validation = data.Validation is { } images ? Score.Of(network, images) : null,
                LearningRate = rate.At(Math.Max(0, state.Optimizer.StepCount - 1)),
                Seconds = state.Seconds + all.Elapsed.TotalSeconds,
            };
            string? notFinite = NotFinite(epoch, score.Train.Loss.Mean) ?? NotFinite(epoch, score.Test.Loss.Mean);
            if (notFinite is not null && epoch > 0) return notFinite;
            state.Add(score, options);
            progress.Epoch(score);
            return notFinite;
        }
    }

    private static string? NotFinite(int epoch, double loss) => double.IsFinite(loss) ? null : $"the loss is {loss} in epoch {epoch}";
}

/// <summary>A training was ended on request, and its state is kept.</summary>
internal sealed class TrainingStopped : Exception;
