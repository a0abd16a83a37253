namespace FastLoss;

/// <content>One number for the whole matrix.</content>
public sealed partial class ConfusionMatrix
{
    /// <summary>
    /// The mean recall of the classes that some row has as label, each counting once: accuracy for classes of unlike size. NaN for no rows.
    /// </summary>
    public double BalancedAccuracy
    {
        get
        {
            double sum = 0;
            int classes = 0;
            for (int c = 0; c < ClassCount; c++)
            {
                long support = Support(c);
                if (support == 0) continue;
                sum += (double)_counts[(c * ClassCount) + c] / support;
                classes++;
            }

            return sum / classes;
        }
    }

    /// <summary>The share of rows that are wrong, those without a prediction included; NaN for no rows.</summary>
    public double HammingLoss
    {
        get
        {
            (long correct, long predicted, long unpredicted) = Totals();
            return (double)(predicted + unpredicted - correct) / (predicted + unpredicted);
        }
    }

    /// <summary>
    /// Matthews' correlation coefficient of labels and predictions (Gorodkin 2004 for more than two classes): 1 where all are right, 0 for
    /// chance. Rows without a prediction are predicted as a class that no label is. 0 where all labels, or all predictions, are one
    /// class; NaN for no rows. Exact integers, rounded at the end: within 4 ULP of its numerator over the root.
    /// </summary>
    public double MatthewsCorrelation
    {
        get
        {
            Agreement a = Agree();
            if (a.Rows == 0) return double.NaN;
            Int128 all = (Int128)a.Rows * a.Rows, ofLabels = all - a.LabelSquares, ofPredictions = all - a.PredictionSquares;
            if (ofLabels == 0 || ofPredictions == 0) return 0;
            return (double)(((Int128)a.Correct * a.Rows) - a.Products) / Math.Sqrt((double)ofLabels * (double)ofPredictions);
        }
    }

    /// <summary>
    /// Cohen's kappa, (observed - expected) / (1 - expected) of the agreement between labels and predictions: 1 where all are right, 0 for
    /// chance. Rows without a prediction are predicted as a class that no label is. NaN where chance alone agrees always, all labels and
    /// predictions being one class, and for no rows. Exact integers, rounded at the end: within 2 ULP.
    /// </summary>
    public double CohenKappa
    {
        get
        {
            Agreement a = Agree();
            Int128 beyond = ((Int128)a.Correct * a.Rows) - a.Products, most = ((Int128)a.Rows * a.Rows) - a.Products;
            return most == 0 ? double.NaN : (double)beyond / (double)most;
        }
    }

    private (long Correct, long Predicted, long Unpredicted) Totals()
    {
        long correct = 0, predicted = 0, unpredicted = 0;
        for (int c = 0; c < ClassCount; c++) correct += _counts[(c * ClassCount) + c];
        foreach (long n in _counts) predicted += n;
        foreach (long n in _unpredicted) unpredicted += n;
        return (correct, predicted, unpredicted);
    }

    /// <summary>The sums over classes of what labels and predictions number, squared and multiplied.</summary>
    private Agreement Agree()
    {
        (long correct, long predicted, long unpredicted) = Totals();
        Int128 products = 0, labels = 0, predictions = (Int128)unpredicted * unpredicted;
        for (int c = 0; c < ClassCount; c++)
        {
            Int128 label = Support(c), prediction = Predicted(c);
            products += label * prediction;
            labels += label * label;
            predictions += prediction * prediction;
        }

        return new(correct, predicted + unpredicted, products, labels, predictions);
    }

    private readonly record struct Agreement(long Correct, long Rows, Int128 Products, Int128 LabelSquares, Int128 PredictionSquares);
}
