using FastLoss.Cli.Data;

namespace FastLoss.Cli.Training;

/// <summary>
/// The learning-rate range test (Smith 2017): a network from the beginning takes batches with a rate that grows from step to step by a factor, until the loss, smoothed, is four times its least or the rates are through.
/// Where it falls most steeply is a rate to begin with. The loss is that of the same images before each step: those of batches differ by more than small rates change. The network is made for it and thrown away.
/// </summary>
internal static class RateSweep
{
    private const double Least = 1e-6, Largest = 100, Smoothing = 0.9;
    private const int Steps = 200;

    /// <summary>Images that the loss is taken of.</summary>
    private const int MostProbed = 500;

    /// <summary>A fall of less than this share of the loss is none.</summary>
    private const double LeastFall = 0.01;

    /// <summary>A step: its rate, its loss, and the loss smoothed.</summary>
    internal readonly record struct Step(double Rate, double Loss, double Smoothed);

    public static IReadOnlyList<Step> Run(DataSet data, TrainingOptions options)
    {
        TrainingState state = TrainingState.Begin(data, options);
        BatchGradients gradients = new(data.Train, state.Network, options);
        var batches = new MiniBatches(data.Train.Count, options.Batch, options.Seed);
        List<Step> steps = [];
        TrainTestSplit split = TrainTestSplit.Stratified(data.Train.Labels, data.ClassCount, Math.Min(MostProbed, data.Train.Count), options.Seed);
        Images probed = data.Train.Select(split.Test);
        double average = 0, kept = 1, lowest = double.PositiveInfinity;
        for (int epoch = 1; steps.Count < Steps; epoch++)
        {
            foreach (ReadOnlySpan<int> batch in batches.Epoch(epoch))
            {
                double rate = Least * Math.Pow(Largest / Least, (double)steps.Count / (Steps - 1));
                gradients.Take(batch);
                double loss = Score.Of(state.Network, probed).Loss.Mean;

                // Divided by what the weights so far add up to, as in Adam: the first averages would else be near 0.
                average = (Smoothing * average) + ((1 - Smoothing) * loss);
                kept *= Smoothing;
                double smoothed = average / (1 - kept);
                if (!double.IsFinite(smoothed)) return steps;
                steps.Add(new(rate, loss, smoothed));
                lowest = Math.Min(lowest, smoothed);
                if (smoothed > 4 * lowest || steps.Count == Steps) return steps;
                gradients.Step(state.Optimizer, rate);
            }
        }

        return steps;
    }

    /// <summary>The rate of the steepest fall over the logarithm of the rate, before the least loss; null where none falls.</summary>
    public static double? Steepest(IReadOnlyList<Step> steps)
    {
        const int Span = 5;
        int least = Enumerable.Range(0, steps.Count).MinBy(i => steps[i].Smoothed);
        if (steps[0].Smoothed - steps[least].Smoothed < LeastFall * steps[0].Smoothed) return null;
        (double Slope, double? Rate) best = (0, null);
        for (int i = Span; i + Span < steps.Count && i <= least; i++)
        {
            double slope = steps[i + Span].Smoothed - steps[i - Span].Smoothed;
            if (slope < best.Slope) best = (slope, steps[i].Rate);
        }

        return best.Rate;
    }
}
