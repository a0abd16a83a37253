namespace FastLoss;

/// <summary>
/// Precision, recall and F1 of a class, or of all classes together; see <see cref="ConfusionMatrix"/>. Each is 0 where its quotient is
/// 0 / 0, as scikit-learn has it, unless <see cref="ZeroDivision"/> says otherwise: the precision of a class never predicted, the recall of one that no row has.
/// </summary>
/// <param name="Precision">Of the rows predicted to be of the class, how many are.</param>
/// <param name="Recall">Of the rows that are of the class, how many were predicted.</param>
/// <param name="F1">The harmonic mean of both, 2 tp / (2 tp + fp + fn).</param>
/// <param name="Support">How many rows have the class as label.</param>
public readonly record struct ClassificationScores(double Precision, double Recall, double F1, long Support)
{
    internal static ClassificationScores Of(long correct, long predicted, long support, double undefined = 0) => new(
        Quotient(correct, predicted, undefined), Quotient(correct, support, undefined), Quotient(2 * correct, predicted + support, undefined), support);

    internal static double Quotient(double numerator, double denominator, double undefined) => denominator == 0 ? undefined : numerator / denominator;
}
