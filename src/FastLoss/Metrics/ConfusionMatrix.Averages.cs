using FastLoss.Validation;

namespace FastLoss;

/// <content>Precision, recall and F of classes, and their means.</content>
public sealed partial class ConfusionMatrix
{
    /// <summary>Precision, recall and F1 of one class.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is no class.</exception>
    public ClassificationScores OfClass(int label) => OfClass(label, ZeroDivision.Zero);

    /// <summary>Precision, recall and F1 of one class.</summary>
    /// <param name="label">The class.</param>
    /// <param name="zeroDivision">What 0 / 0 is.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is no class, or zeroDivision none of its values.</exception>
    public ClassificationScores OfClass(int label, ZeroDivision zeroDivision)
    {
        Guard.Index(label, ClassCount);
        Guard.Known(zeroDivision);
        return ClassificationScores.Of(_counts[(label * ClassCount) + label], Predicted(label), Support(label), Undefined(zeroDivision));
    }

    /// <summary>
    /// The means over classes, each counting once: those that some row has as label or prediction; the others have nothing to say. All
    /// 0 for no rows.
    /// </summary>
    public ClassificationScores Macro() => Macro(ZeroDivision.Zero);

    /// <summary>The means over classes, each counting once.</summary>
    /// <param name="zeroDivision">What 0 / 0 is; left out, each of the three is the mean over the classes that have it.</param>
    /// <param name="withAbsent">
    /// Whether classes count that no row has as label or prediction: a fixed set of classes, so that means of several data sets compare.
    /// </param>
    /// <returns>The means, each what 0 / 0 is where no class counts, and all rows as support.</returns>
    /// <exception cref="ArgumentOutOfRangeException">zeroDivision is none of its values.</exception>
    public ClassificationScores Macro(ZeroDivision zeroDivision, bool withAbsent = false) => Mean(bySupport: false, zeroDivision, withAbsent);

    /// <summary>The means over classes, weighted by how many rows have each as label. All 0 for no rows.</summary>
    public ClassificationScores Weighted() => Weighted(ZeroDivision.Zero);

    /// <summary>The means over classes, weighted by how many rows have each as label.</summary>
    /// <param name="zeroDivision">What 0 / 0 is; left out, each of the three is the mean over the classes that have it.</param>
    /// <returns>The means, each what 0 / 0 is where no class counts, and all rows as support.</returns>
    /// <exception cref="ArgumentOutOfRangeException">zeroDivision is none of its values.</exception>
    public ClassificationScores Weighted(ZeroDivision zeroDivision) => Mean(bySupport: true, zeroDivision, withAbsent: false);

    /// <summary>
    /// Of all rows together: where each has a prediction, precision, recall and F1 are all the accuracy. All 0 for no rows.
    /// </summary>
    public ClassificationScores Micro() => Micro(ZeroDivision.Zero);

    /// <summary>Of all rows together: where each has a prediction, precision, recall and F1 are all the accuracy.</summary>
    /// <param name="zeroDivision">What 0 / 0 is: of no rows, or none with a prediction.</param>
    /// <exception cref="ArgumentOutOfRangeException">zeroDivision is none of its values.</exception>
    public ClassificationScores Micro(ZeroDivision zeroDivision)
    {
        Guard.Known(zeroDivision);
        (long correct, long predicted, long unpredicted) = Totals();
        return ClassificationScores.Of(correct, predicted, predicted + unpredicted, Undefined(zeroDivision));
    }

    /// <summary>
    /// F-beta of one class, (1 + beta^2) tp / ((1 + beta^2) tp + beta^2 fn + fp): the harmonic mean of precision and recall in which recall
    /// counts beta^2 times; 1 is F1, 0 precision.
    /// </summary>
    /// <param name="label">The class.</param>
    /// <param name="beta">How many times as important recall is, 0 to 1e100.</param>
    /// <param name="zeroDivision">What 0 / 0 is.</param>
    /// <exception cref="ArgumentOutOfRangeException">It is no class, beta is outside its range, or zeroDivision none of its values.</exception>
    public double FBeta(int label, double beta, ZeroDivision zeroDivision = ZeroDivision.Zero)
    {
        Guard.Index(label, ClassCount);
        Guard.Between(beta, 0, 1e100);
        Guard.Known(zeroDivision);
        long correct = _counts[(label * ClassCount) + label];
        double square = beta * beta, weighed = (1 + square) * correct;
        return ClassificationScores.Quotient(
            weighed, weighed + (square * (Support(label) - correct)) + (Predicted(label) - correct), Undefined(zeroDivision));
    }

    /// <summary>The mean of <see cref="FBeta"/> over classes, each counting once.</summary>
    /// <param name="beta">How many times as important recall is, 0 to 1e100.</param>
    /// <param name="zeroDivision">What 0 / 0 is; left out, the mean is over the classes that have a number.</param>
    /// <param name="withAbsent">Whether classes count that no row has as label or prediction.</param>
    /// <returns>The mean; what 0 / 0 is where no class counts.</returns>
    /// <exception cref="ArgumentOutOfRangeException">beta is outside its range, or zeroDivision none of its values.</exception>
    public double MacroFBeta(double beta, ZeroDivision zeroDivision = ZeroDivision.Zero, bool withAbsent = false)
    {
        Guard.Between(beta, 0, 1e100);
        Guard.Known(zeroDivision);
        double sum = 0;
        int classes = 0;
        for (int c = 0; c < ClassCount; c++)
        {
            double f = FBeta(c, beta, zeroDivision);
            if (double.IsNaN(f) || !(withAbsent || Support(c) + Predicted(c) > 0)) continue;
            sum += f;
            classes++;
        }

        return ClassificationScores.Quotient(sum, classes, Undefined(zeroDivision));
    }

    private static double Undefined(ZeroDivision zeroDivision) =>
        zeroDivision switch { ZeroDivision.Zero => 0, ZeroDivision.One => 1, _ => double.NaN };

    private ClassificationScores Mean(bool bySupport, ZeroDivision zeroDivision, bool withAbsent)
    {
        Guard.Known(zeroDivision);
        double undefined = Undefined(zeroDivision);
        WeightedMean precision = default, recall = default, f1 = default;
        long rows = 0;
        for (int c = 0; c < ClassCount; c++)
        {
            ClassificationScores scores = OfClass(c, zeroDivision);
            double weight = bySupport ? scores.Support : withAbsent || scores.Support + Predicted(c) > 0 ? 1 : 0;
            precision.Add(scores.Precision, weight);
            recall.Add(scores.Recall, weight);
            f1.Add(scores.F1, weight);
            rows += scores.Support;
        }

        return new(precision.Of(undefined), recall.Of(undefined), f1.Of(undefined), rows);
    }

    /// <summary>A mean that NaN is left out of.</summary>
    private struct WeightedMean
    {
        private double _sum, _weight;

        public void Add(double value, double weight)
        {
            if (double.IsNaN(value)) return;
            _sum += weight * value;
            _weight += weight;
        }

        public readonly double Of(double undefined) => ClassificationScores.Quotient(_sum, _weight, undefined);
    }
}
