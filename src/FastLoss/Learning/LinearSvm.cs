using System.Numerics;
using System.Numerics.Tensors;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>How <see cref="LinearSvm{T}.Fit"/> ended.</summary>
/// <param name="Objective">||W||^2 / 2 + C sum of the rows' hinges, at the end.</param>
/// <param name="Gap">By how much at most that is above the least there is: ||gradient||^2 / 2, for the objective is 1-strongly convex.
/// Both are taken in double, also of a machine of floats.</param>
/// <param name="Iterations">Steps taken.</param>
/// <param name="IsConverged">Whether the gap is within the tolerance; not where the steps ran out, or the element type has no more digits.</param>
public readonly record struct LinearSvmReport(double Objective, double Gap, int Iterations, bool IsConverged);

/// <summary>
/// A linear support vector machine of several classes: scores x W + b, and the W that minimises ||W||^2 / 2 + C sum_r hinge_r, where the hinge is
/// <see cref="MultiClassHinge"/> with margin 1 and power 2 (all classes at once, squared) and the bias counts as a weight of a feature that is 1.
/// </summary>
/// <remarks>
/// The objective is smooth and 1-strongly convex, so the gradient's norm bounds how far the minimum is: the fit says it (<see cref="LinearSvmReport.Gap"/>). Minimised
/// by L-BFGS with a weak Wolfe line search (Liu and Nocedal 1989; Lewis and Overton 2013); each step is two matrix products. The same result on every machine
/// and any number of threads. NaN in a feature ends the fit at once, with an objective of NaN. Fitting allocates its workspace; predicting nothing but buffers that
/// are used again. An instance may be read, not fitted, from several threads.
/// </remarks>
/// <example>
/// <code>
/// var svm = new LinearSvm&lt;float&gt;(columns: 324, classCount: 10);
/// LinearSvmReport report = svm.Fit(features, labels, c: 1);
/// svm.Predict(testFeatures, predictions);
/// </code>
/// </example>
public sealed class LinearSvm<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _parameters;

    /// <summary>A machine with all weights 0.</summary>
    /// <param name="columns">Features of a row, 1 or more.</param>
    /// <param name="classCount">Classes, 2 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">columns is below 1, or classCount below 2.</exception>
    public LinearSvm(int columns, int classCount)
    {
        Guard.Float<T>();
        Guard.AtLeast(columns, 1);
        Guard.AtLeast(classCount, 2);
        (Columns, ClassCount) = (columns, classCount);
        _parameters = new T[checked((columns + 1) * classCount)];
    }

    /// <summary>Features of a row.</summary>
    public int Columns { get; }

    /// <summary>Classes.</summary>
    public int ClassCount { get; }

    /// <summary>The weights, a row of <see cref="Columns"/> for each class.</summary>
    public ReadOnlySpan<T> Weights => _parameters.AsSpan(0, Columns * ClassCount);

    /// <summary>A bias for each class.</summary>
    public ReadOnlySpan<T> Biases => _parameters.AsSpan(Columns * ClassCount);

    /// <summary>Fits the weights, from where they stand: a fit of more rows or another C may begin at the last.</summary>
    /// <param name="features">Rows of <see cref="Columns"/> features.</param>
    /// <param name="labels">The class of each row.</param>
    /// <param name="c">What the hinges count beside the weights' size, positive.</param>
    /// <param name="tolerance">The gap that ends the fit, as a share of the objective; 1e-4 is past what an accuracy shows.</param>
    /// <param name="iterations">The most steps, 0 or more.</param>
    /// <param name="threads">0 or 1 the caller's alone, -1 one a processor.</param>
    /// <returns>The objective, its gap, and whether that is small enough.</returns>
    /// <exception cref="ArgumentException">The features are not whole rows, or not as many as labels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is not a class, c or the tolerance is not positive and finite, or iterations or threads is below its least.</exception>
    public LinearSvmReport Fit(
        ReadOnlySpan<T> features, ReadOnlySpan<int> labels, double c, double tolerance = 1e-4, int iterations = 1000, int threads = 0)
    {
        int rows = Guard.Rows(features, Columns);
        Guard.Length(labels, rows, "a label for each row of the features");
        Guard.Labels(labels, ClassCount);
        Guard.Positive(c);
        Guard.Positive(tolerance);
        Guard.AtLeast(iterations, 0);
        Guard.Threads(threads);
        SvmObjective<T> objective = new(features, labels, Columns, ClassCount, c, threads);
        Lbfgs<T> search = new(_parameters.Length);
        return search.Minimize(ref objective, _parameters, tolerance, iterations);
    }

    /// <summary>
    /// Fits a machine for each C, from the least on and each from the last, and keeps the one that classifies most of the validation rows right; of equally good ones that of
    /// the least C.
    /// </summary>
    /// <param name="features">Rows of <see cref="Columns"/> features to fit.</param>
    /// <param name="labels">The class of each row.</param>
    /// <param name="validationFeatures">Rows to choose by, which are not fitted.</param>
    /// <param name="validationLabels">The class of each of them.</param>
    /// <param name="candidates">Values of C, ascending; at least one.</param>
    /// <param name="tolerance">As of <see cref="Fit"/>.</param>
    /// <param name="iterations">As of <see cref="Fit"/>, for each C.</param>
    /// <param name="threads">0 or 1 the caller's alone, -1 one a processor.</param>
    /// <returns>The C kept, and how many validation rows it classifies right.</returns>
    /// <exception cref="ArgumentException">Features are not whole rows or not as many as labels, or there is no candidate.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is not a class, the candidates are not positive, finite and ascending, or another number is out of its range.</exception>
    public (double C, AccuracyTally Validation) FitBest(
        ReadOnlySpan<T> features,
        ReadOnlySpan<int> labels,
        ReadOnlySpan<T> validationFeatures,
        ReadOnlySpan<int> validationLabels,
        ReadOnlySpan<double> candidates,
        double tolerance = 1e-4,
        int iterations = 1000,
        int threads = 0)
    {
        int rows = Guard.Rows(validationFeatures, Columns);
        Guard.Length(validationLabels, rows, "a label for each row of the validation features");
        Guard.Labels(validationLabels, ClassCount);
        if (candidates.IsEmpty) throw new ArgumentException("candidates has no element; it needs at least one C", nameof(candidates));
        for (int i = 0; i < candidates.Length; i++)
        {
            if (!(candidates[i] > 0) || !double.IsFinite(candidates[i]) || (i > 0 && candidates[i] <= candidates[i - 1]))
                Throw.ElementOutOfRange(nameof(candidates), i, candidates[i], "positive, finite and above the one before");
        }

        T[] scores = new T[checked(rows * ClassCount)], best = [.. _parameters];
        (double C, AccuracyTally Validation) kept = (double.NaN, default);
        foreach (double c in candidates)
        {
            Fit(features, labels, c, tolerance, iterations, threads);
            Score(validationFeatures, scores, threads);
            AccuracyTally tally = Accuracy.Evaluate<T>(scores, ClassCount, validationLabels);
            if (!double.IsNaN(kept.C) && tally.Correct <= kept.Validation.Correct) continue;
            kept = (c, tally);
            _parameters.CopyTo(best, 0);
        }

        best.CopyTo(_parameters, 0);
        return kept;
    }

    /// <summary>The scores x W + b of each row.</summary>
    /// <param name="features">Rows of <see cref="Columns"/> features.</param>
    /// <param name="scores">Receives a score for each class of each row; apart from the features.</param>
    /// <param name="threads">0 or 1 the caller's alone, -1 one a processor.</param>
    /// <exception cref="ArgumentException">The features are not whole rows, the scores are not as many, or they overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException">threads is below -1.</exception>
    public void Score(ReadOnlySpan<T> features, Span<T> scores, int threads = 0)
    {
        int rows = Guard.Rows(features, Columns);
        Guard.Threads(threads);
        Guard.Length<T>(scores, (long)rows * ClassCount, "a score for each class of each row");
        Guard.Writes(scores).Apart(features);
        SvmScores.Compute(features, Columns, _parameters, scores, ClassCount, threads);
    }

    /// <summary>The class of the largest score of each row, the lowest of equal ones; -1 where a score is NaN.</summary>
    /// <param name="features">Rows of <see cref="Columns"/> features.</param>
    /// <param name="predictions">Receives a class for each row; apart from the features.</param>
    /// <param name="threads">0 or 1 the caller's alone, -1 one a processor.</param>
    /// <exception cref="ArgumentException">The features are not whole rows, not as many as predictions, or overlap them.</exception>
    /// <exception cref="ArgumentOutOfRangeException">threads is below -1.</exception>
    public void Predict(ReadOnlySpan<T> features, Span<int> predictions, int threads = 0)
    {
        int rows = Guard.Rows(features, Columns);
        Guard.Threads(threads);
        Guard.Length<int>(predictions, rows, "a prediction for each row of the features");
        Guard.Writes(predictions).Apart(features);
        T[] scores = System.Buffers.ArrayPool<T>.Shared.Rent(checked(rows * ClassCount));
        SvmScores.Compute(features, Columns, _parameters, scores.AsSpan(0, rows * ClassCount), ClassCount, threads);
        ArgMax.Rows<T>(scores.AsSpan(0, rows * ClassCount), ClassCount, predictions);
        System.Buffers.ArrayPool<T>.Shared.Return(scores);
    }
}
