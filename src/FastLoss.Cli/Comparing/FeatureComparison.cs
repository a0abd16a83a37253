using System.Diagnostics;
using FastLoss.Cli.Data;
using FastLoss.Cli.Training;

namespace FastLoss.Cli.Comparing;

/// <summary>Features made by hand with a linear machine and nearest neighbours, and a network that learns from pixels, on one split of one data set.</summary>
internal static class FeatureComparison
{
    public const int Neighbours = 3;

    /// <summary>Steps of the network at the least: 100 epochs of 1,000 images.</summary>
    private const int Steps = 1000;

    /// <summary>The trials one after the other, so that none takes another's time.</summary>
    public static IEnumerable<Trial> Run(DataSet data, ulong seed, int threads)
    {
        foreach (FeatureSet features in FeatureSet.Of(data.Train.Width, data.Train.Height))
        {
            yield return Svm(data, features, seed, threads);
            yield return Nearest(data, features, threads);
        }

        yield return Network(data, seed, threads);
    }

    /// <summary>A network of one hidden layer: momentum, and a rate that falls to 0.</summary>
    public static TrainingOptions NetworkOptions(int images, ulong seed, int threads)
    {
        TrainingOptions usual = new();
        int batches = Math.Max(1, (images + usual.Batch - 1) / usual.Batch);
        return usual with
        {
            // As equal as can be: a last batch of one image would make a step as long as the others'.
            Batch = Math.Max(1, (images + batches - 1) / batches),
            Hidden = [200],
            Activation = HiddenActivation.Relu,
            Optimizer = OptimizerKind.Momentum,
            Schedule = ScheduleKind.Cosine,
            WeightDecay = 1e-4f,
            Epochs = Math.Max(10, (Steps + batches - 1) / batches),
            Seed = seed,
            Threads = threads,
        };
    }

    private static Trial Svm(DataSet data, FeatureSet features, ulong seed, int threads)
    {
        long start = Stopwatch.GetTimestamp();
        (LinearSvm<float> machine, double c) = SvmChoice.Fit(features.Of(data.Train, threads), data.Train.Labels, features.Length, data.ClassCount, seed, threads);
        TimeSpan training = Stopwatch.GetElapsedTime(start);
        return Tested(data, features.Name, features.Kind, FormattableString.Invariant($"SVM, C {c:0.##e+0}"), training,
            (images, predictions) => machine.Predict(features.Of(images, threads), predictions, threads));
    }

    private static Trial Nearest(DataSet data, FeatureSet features, int threads)
    {
        long start = Stopwatch.GetTimestamp();
        float[] examples = features.Of(data.Train, threads);
        TimeSpan training = Stopwatch.GetElapsedTime(start);
        int k = Math.Min(Neighbours, data.Train.Count);
        return Tested(data, features.Name, features.Kind, $"{k} neighbours", training,
            (images, predictions) => NearestNeighbours.Predict<float>(examples, features.Length, data.Train.Labels, features.Of(images, threads), k, predictions, threads));
    }

    private static Trial Network(DataSet data, ulong seed, int threads)
    {
        TrainingOptions options = NetworkOptions(data.Train.Count, seed, threads);

        // What it is tested with while it trains would count as its time.
        DataSet alone = data with { Test = data.Train.Select([0]) };
        long start = Stopwatch.GetTimestamp();
        TrainingResult result = Trainer.Train(alone, options, CrossValidation.Quiet);
        TimeSpan training = Stopwatch.GetElapsedTime(start);
        if (result.Broken is not null) throw new RunException($"the network's training diverged: {result.Broken}");
        return Tested(data, $"learned from {FeatureSet.RawName(data.Train.Width, data.Train.Height)}", FeatureKind.Learned, $"network {result.Network.Shape}", training, (images, predictions) =>
        {
            float[] logits = new float[images.Count * data.ClassCount];
            result.Network.Logits(images.Pixels, logits);
            FastLoss.Accuracy.Predict<float>(logits, data.ClassCount, predictions);
        });
    }

    private static Trial Tested(DataSet data, string features, FeatureKind kind, string classifier, TimeSpan training, Action<Images, int[]> predict)
    {
        // Once before, on a few images: what is compiled then is not the images' time.
        Images some = data.Test.Select([.. Enumerable.Range(0, Math.Min(data.Test.Count, 64))]);
        predict(some, new int[some.Count]);
        int[] predictions = new int[data.Test.Count];
        long start = Stopwatch.GetTimestamp();
        predict(data.Test, predictions);
        TimeSpan each = Stopwatch.GetElapsedTime(start) / data.Test.Count;
        return new(features, kind, classifier, [.. predictions.Zip(data.Test.Labels, (p, l) => p == l)], training, each);
    }
}
