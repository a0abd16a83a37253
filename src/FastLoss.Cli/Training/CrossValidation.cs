using FastLoss.Cli.Data;

namespace FastLoss.Cli.Training;

/// <summary>
/// k-fold cross-validation: the training images in so many parts, each class alike in all, and a network trained without each of them and tested with it. The mean says what a training of
/// these options comes to, and the spread how much of that is chance, without the test images.
/// </summary>
internal static class CrossValidation
{
    /// <summary>Of a training that is part of something else.</summary>
    public static ITrainingProgress Quiet { get; } = new NoProgress();

    /// <summary>The parts, as indices of rows: each class is dealt in a shuffled order, so that sizes differ by one a class at the most.</summary>
    public static int[][] Folds(ReadOnlySpan<int> labels, int folds, ulong seed)
    {
        List<int>[] parts = [.. Enumerable.Range(0, folds).Select(_ => new List<int>())];
        int[] next = new int[labels.Length == 0 ? 0 : labels.ToArray().Max() + 1];

        // The second class goes on where the first ended, or the first parts would have all that is over.
        int[] counts = new int[next.Length];
        foreach (int label in labels) counts[label]++;
        for (int c = 1; c < next.Length; c++) next[c] = (next[c - 1] + counts[c - 1]) % folds;
        foreach (ReadOnlySpan<int> order in new MiniBatches(labels.Length, Math.Max(1, labels.Length), seed ^ 0x666F6C6473).Epoch(0))
        {
            foreach (int row in order)
            {
                parts[next[labels[row]]].Add(row);
                next[labels[row]] = (next[labels[row]] + 1) % folds;
            }
        }

        return [.. parts.Select(p => p.Order().ToArray())];
    }

    /// <exception cref="InputException">There are fewer images than parts.</exception>
    public static void Require(DataSet data, int folds)
    {
        if (data.Train.Count < folds) throw new InputException($"--folds {folds}: {data.Name} has {data.Train.Count} training images to make them of");
    }

    /// <summary>The scores on each part by a network trained on the others, as they come.</summary>
    public static IEnumerable<(Score Score, string? Broken)> Run(DataSet data, int folds, TrainingOptions options)
    {
        int[][] parts = Folds(data.Train.Labels, folds, options.Seed);
        for (int held = 0; held < folds; held++)
        {
            int[] others = [.. parts.Where((_, i) => i != held).SelectMany(p => p)];
            DataSet part = data with { Train = data.Train.Select(others), Test = data.Train.Select(parts[held]), Validation = null };
            TrainingResult result = Trainer.Train(part.WithValidation(options.Validation, options.Seed), options, Quiet);
            yield return (result.Chosen.Test, result.Broken);
        }
    }

    private sealed class NoProgress : ITrainingProgress
    {
        public void Batch(long done, long all, int epoch, double loss, double rate)
        {
        }

        public void Epoch(EpochScore score)
        {
        }
    }
}
