using FastLoss.Cli.Training;

namespace FastLoss.Cli.Comparing;

/// <summary>
/// A linear machine whose C is chosen by five-fold cross-validation of the training images, the smallest of those that are best, and that is then fitted to all. Of many images the choice is made on some, for a C that counts
/// as much for all.
/// </summary>
internal static class SvmChoice
{
    private const int Folds = 5, MostRows = 2000;
    private const double ChoiceTolerance = 1e-3;

    /// <summary>From where weights are nearly nothing to where hinges are nearly all, four to a power of ten.</summary>
    private static readonly double[] s_candidates = [.. Enumerable.Range(-14, 29).Select(i => Math.Pow(10, i / 4.0))];

    public static (LinearSvm<float> Machine, double C) Fit(float[] features, int[] labels, int columns, int classes, ulong seed, int threads)
    {
        int[] some = Some(labels, classes, seed);
        double share = (double)some.Length / labels.Length, c = Best(Rows(features, some, columns), Of(labels, some), columns, classes, seed, threads) * share;
        LinearSvm<float> machine = new(columns, classes);
        machine.Fit(features, labels, c, threads: threads);
        return (machine, c);
    }

    private static double Best(float[] features, int[] labels, int columns, int classes, ulong seed, int threads)
    {
        int[][] folds = CrossValidation.Folds(labels, Math.Min(Folds, labels.Length), seed);
        long[] right = new long[s_candidates.Length];
        for (int held = 0; held < folds.Length && folds.Length > 1; held++)
        {
            int[] others = [.. folds.Where((_, i) => i != held).SelectMany(f => f)];
            float[] fitted = Rows(features, others, columns), tested = Rows(features, folds[held], columns);
            int[] fittedLabels = Of(labels, others), predictions = new int[folds[held].Length];

            // Each begins where the one before ended.
            LinearSvm<float> machine = new(columns, classes);
            for (int i = 0; i < s_candidates.Length; i++)
            {
                machine.Fit(fitted, fittedLabels, s_candidates[i], ChoiceTolerance, threads: threads);
                machine.Predict(tested, predictions, threads);
                for (int r = 0; r < predictions.Length; r++) right[i] += predictions[r] == labels[folds[held][r]] ? 1 : 0;
            }
        }

        return s_candidates[Array.IndexOf(right, right.Max())];
    }

    private static int[] Some(int[] labels, int classes, ulong seed) => labels.Length <= MostRows
        ? [.. Enumerable.Range(0, labels.Length)]
        : TrainTestSplit.Stratified(labels, classes, MostRows, seed).Test.ToArray();

    private static float[] Rows(float[] features, int[] rows, int columns)
    {
        float[] some = new float[rows.Length * columns];
        MiniBatches.Gather(features, columns, rows, some);
        return some;
    }

    private static int[] Of(int[] labels, int[] rows) => Array.ConvertAll(rows, r => labels[r]);
}
