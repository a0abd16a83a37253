using System.Numerics;
using FastLoss.Tests.Support;

namespace FastLoss.Tests.Learning;

public class LinearSvmTests
{
    private const int Columns = 6, Classes = 4;

    /// <summary>Classes around points of their own, that overlap.</summary>
    private static (T[] Features, int[] Labels) Clouds<T>(int rows, int seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Random random = new(seed), centres = new(1);
        double[] centre = [.. Enumerable.Range(0, Classes * Columns).Select(_ => centres.NextDouble() * 2)];
        int[] labels = [.. Enumerable.Range(0, rows).Select(_ => random.Next(Classes))];
        T[] features = new T[rows * Columns];
        for (int i = 0; i < features.Length; i++)
            features[i] = T.CreateTruncating(centre[(labels[i / Columns] * Columns) + (i % Columns)] + random.NextDouble() + random.NextDouble() - 1);
        return (features, labels);
    }

    /// <summary>The definition: half the squared weights and biases, and C times the squared hinges over the number of classes.</summary>
    private static double Objective<T>(LinearSvm<T> svm, T[] features, int[] labels, double c, Func<double>? noise = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] w = [.. svm.Weights.ToArray().Concat(svm.Biases.ToArray()).Select(v => double.CreateTruncating(v) + (noise?.Invoke() ?? 0))];
        double sum = w.Sum(v => v * v) / 2;
        for (int r = 0; r < labels.Length; r++)
        {
            double Score(int k) => w[(Classes * Columns) + k] + Enumerable.Range(0, Columns).Sum(j => double.CreateTruncating(features[(r * Columns) + j]) * w[(k * Columns) + j]);
            double own = Score(labels[r]);
            for (int k = 0; k < Classes; k++)
            {
                if (k != labels[r]) sum += c * Math.Pow(Math.Max(0, 1 - own + Score(k)), 2) / Classes;
            }
        }

        return sum;
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(1)]
    [InlineData(30)]
    public void TheFitEndsWithinItsGapOfTheLeast(double c)
    {
        (double[] x, int[] y) = Clouds<double>(150, 2);
        LinearSvm<double> exact = new(Columns, Classes), loose = new(Columns, Classes);
        LinearSvmReport best = exact.Fit(x, y, c, tolerance: 1e-13), report = loose.Fit(x, y, c, tolerance: 0.05);
        Assert.True(best.IsConverged && best.Gap <= 1e-13 * best.Objective && report.IsConverged, $"{best}, {report}");
        Assert.Equal(Objective(exact, x, y, c), best.Objective, 1e-9 * best.Objective);
        Assert.InRange(report.Objective, best.Objective - best.Gap, best.Objective + report.Gap);
        Assert.True(report.Iterations < best.Iterations);
        Random random = new(3);
        for (int i = 0; i < 50; i++)
            Assert.True(Objective(exact, x, y, c, () => (random.NextDouble() - 0.5) * Math.ScaleB(1, -(i % 12))) >= best.Objective - (1e-12 * best.Objective));

        // From the end there is nothing left to do.
        Assert.Equal(0, exact.Fit(x, y, c, tolerance: 1e-12).Iterations);
    }

    [Fact]
    public void AFloatMachineIsCertifiedInDouble()
    {
        // Features beside 100: the gradient of a weight is a sum of thousands of numbers that cancel, and floats leave noise of it that the gap would show.
        (float[] x, int[] y) = Clouds<float>(20_000, 8);
        for (int i = 0; i < x.Length; i++) x[i] += 100;
        LinearSvm<float> svm = new(Columns, Classes);
        LinearSvmReport report = svm.Fit(x, y, 0.1, tolerance: 0.05);
        Assert.Equal(Objective(svm, x, y, 0.1), report.Objective, 1e-12 * report.Objective);
        Assert.Equal(GradientSize(svm, x, y, 0.1), report.Gap, 1e-9 * report.Gap);
        Assert.Equal(report.Gap <= 0.05 * report.Objective, report.IsConverged);
    }

    /// <summary>Half the squared norm of the objective's gradient, by the definition.</summary>
    private static double GradientSize(LinearSvm<float> svm, float[] features, int[] labels, double c)
    {
        double[] w = [.. svm.Weights.ToArray().Concat(svm.Biases.ToArray()).Select(v => (double)v)], gradient = [.. w];
        for (int r = 0; r < labels.Length; r++)
        {
            double Score(int k) => w[(Classes * Columns) + k] + Enumerable.Range(0, Columns).Sum(j => features[(r * Columns) + j] * w[(k * Columns) + j]);
            double own = Score(labels[r]);
            for (int k = 0; k < Classes; k++)
            {
                double slope = k == labels[r] ? 0 : 2 * c * Math.Max(0, 1 - own + Score(k)) / Classes;
                for (int j = 0; j <= Columns; j++)
                {
                    double feature = slope * (j == Columns ? 1 : features[(r * Columns) + j]);
                    gradient[j == Columns ? (Classes * Columns) + k : (k * Columns) + j] += feature;
                    gradient[j == Columns ? (Classes * Columns) + labels[r] : (labels[r] * Columns) + j] -= feature;
                }
            }
        }

        return gradient.Sum(g => g * g) / 2;
    }

    [Fact]
    public void ItClassifiesWhatItHasNotSeenAndFloatsLikeDoubles()
    {
        (float[] x, int[] y) = Clouds<float>(400, 4);
        (float[] tested, int[] truth) = Clouds<float>(400, 5);
        LinearSvm<float> svm = new(Columns, Classes), threaded = new(Columns, Classes);
        LinearSvm<double> wide = new(Columns, Classes);
        LinearSvmReport report = svm.Fit(x, y, 1), wideReport = wide.Fit(Array.ConvertAll(x, v => (double)v), y, 1);
        Assert.True(report.IsConverged);
        Assert.Equal(wideReport.Objective, report.Objective, 1e-3 * report.Objective);
        int[] predictions = new int[400];
        float[] scores = new float[400 * Classes];
        svm.Predict(tested, predictions);
        svm.Score(tested, scores);
        Assert.True(predictions.Zip(truth).Count(p => p.First == p.Second) > 320);
        Assert.Equal(Accuracy.Evaluate<float>(scores, Classes, truth).Correct, predictions.Zip(truth).Count(p => p.First == p.Second));
        threaded.Fit(x, y, 1, threads: -1);
        Assert.Equal(svm.Weights, threaded.Weights);
        Assert.Equal(svm.Biases, threaded.Biases);
    }

    [Fact]
    public void CIsChosenByRowsThatWereNotFitted()
    {
        (float[] x, int[] y) = Clouds<float>(120, 6);
        (float[] held, int[] truth) = Clouds<float>(300, 7);
        double[] candidates = [0.0001, 0.01, 1, 100];
        LinearSvm<float> svm = new(Columns, Classes);
        (double c, AccuracyTally tally) = svm.FitBest(x, y, held, truth, candidates);
        double[] right = new double[candidates.Length];
        for (int i = 0; i < candidates.Length; i++)
        {
            LinearSvm<float> alone = new(Columns, Classes);
            alone.Fit(x, y, candidates[i]);
            int[] predictions = new int[300];
            alone.Predict(held, predictions);
            right[i] = predictions.Zip(truth).Count(p => p.First == p.Second);
        }

        Assert.InRange(tally.Correct, right.Max() - 2, right.Max() + 2); // each begins where the last ended, within the tolerance
        Assert.InRange(right[Array.IndexOf(candidates, c)], right.Max() - 2, right.Max());
        int[] classes = new int[300];
        svm.Predict(held, classes);
        Assert.Equal(tally.Correct, classes.Zip(truth).Count(p => p.First == p.Second));
        Assert.Contains("candidates[1] is 1", Assert.Throws<ArgumentOutOfRangeException>(() => svm.FitBest(x, y, held, truth, [1, 1])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => svm.FitBest(x, y, held, truth, []));
    }

    [Fact]
    public void CornersAndBadCallsAreDefined()
    {
        LinearSvm<float> svm = new(2, 3);
        Assert.Equal(new LinearSvmReport(0, 0, 0, true), svm.Fit([], [], 1)); // nothing to fit: all weights 0
        Assert.True(double.IsNaN(svm.Fit([float.NaN, 1], [0], 1).Objective));
        Assert.All(svm.Weights.ToArray(), w => Assert.Equal(0, w));
        int[] predictions = [7, 7];
        svm.Predict([float.NaN, 0, 1, 1], predictions);
        Assert.Equal([-1, 0], predictions);
        Says("columns is 0", () => _ = new LinearSvm<float>(0, 2));
        Says("classCount is 1", () => _ = new LinearSvm<float>(2, 1));
        Says("labels[0] is 3", () => svm.Fit([1, 2], [3], 1));
        Says("c is -1", () => svm.Fit([1, 2], [0], -1));
        Says("tolerance is 0", () => svm.Fit([1, 2], [0], 1, 0));
        Says("iterations is -1", () => svm.Fit([1, 2], [0], 1, 1e-3, -1));
        Says("threads is -2", () => svm.Fit([1, 2], [0], 1, threads: -2));
        Says("features has 3", () => svm.Fit([1, 2, 3], [0], 1));
        Says("predictions has 2", () => svm.Predict([1, 2], predictions));
        Says("scores has 2", () => svm.Score([1, 2], new float[2]));
        float[] memory = new float[8];
        Says("overlaps", () => svm.Score(memory.AsSpan(0, 2), memory.AsSpan(1, 3)));
        float[] x = new float[20], scores = new float[30];
        int[] classes = new int[10];
        Assert.Equal(0, Comparison.Allocated(() => svm.Predict(x, classes)));
        Assert.Equal(0, Comparison.Allocated(() => svm.Score(x, scores)));

        static void Says(string message, Action action) =>
            Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(action).Message, StringComparison.Ordinal);
    }
}
