namespace FastLoss.Cli.Comparing;

/// <summary>How a classifier did.</summary>
/// <param name="Features">What it was given.</param>
/// <param name="Kind">Who made that.</param>
/// <param name="Classifier">What it is, with what was chosen for it.</param>
/// <param name="Right">Whether it is right, of each test image.</param>
/// <param name="Training">How long its training took, its choices and its features included.</param>
/// <param name="Prediction">How long a test image takes, its features included.</param>
internal sealed record Trial(string Features, FeatureKind Kind, string Classifier, IReadOnlyList<bool> Right, TimeSpan Training, TimeSpan Prediction)
{
    private const double Z = 1.959963984540054;

    public AccuracyTally Accuracy { get; } = new(Right.LongCount(r => r), Right.Count);

    /// <summary>"HOG with SVM", without sizes and parameters.</summary>
    public string Name => Kind == FeatureKind.Learned ? "the network" : $"{Features.Split(',')[0]} with {Classifier.Split(',')[0]}";

    /// <summary>Wilson's interval (1927): where the share of all such images lies that it is right on, with a confidence of 95 %.</summary>
    public (double From, double To) Interval
    {
        get
        {
            double n = Accuracy.Count, p = Accuracy.Value, middle = p + (Z * Z / (2 * n)), divisor = 1 + (Z * Z / n);
            double reach = Z * Math.Sqrt((p * (1 - p) / n) + (Z * Z / (4 * n * n)));
            return (Math.Max(0, (middle - reach) / divisor), Math.Min(1, (middle + reach) / divisor));
        }
    }
}
