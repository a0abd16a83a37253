namespace FastLoss.Catalog;

/// <summary>Softmax cross-entropy of one row as its documentation defines it, in double, and its gradient.</summary>
public readonly record struct CrossEntropyDefinition(SoftmaxCrossEntropy Parameters)
{
    /// <summary>1 at the label.</summary>
    public static double[] OneHot(int label, int classes)
    {
        double[] targets = new double[classes];
        targets[label] = 1;
        return targets;
    }

    /// <summary>The loss, and its derivatives by the logits.</summary>
    /// <param name="logits">The row.</param>
    /// <param name="targets">A share for each class.</param>
    /// <param name="classWeights">A weight for each class; all 1 when empty.</param>
    public (double Loss, double[] Gradient) Of(double[] logits, double[] targets, double[] classWeights)
    {
        double[] z = Array.ConvertAll(logits, Transformed);
        double max = z.Max();
        int largest = Array.IndexOf(z, max), open = z.Count(v => !double.IsNegativeInfinity(v));
        double others = largest < 0 ? double.NaN : z.Where((_, c) => c != largest).Sum(v => Math.Exp(v - max));
        double rest = Reference.Log1P(others), logSumExp = max + rest, loss = 0, slopes = 0;
        double[] slope = new double[z.Length], p = new double[z.Length];
        for (int c = 0; c < z.Length; c++)
        {
            double log = z[c] - max - rest;
            p[c] = Math.Exp(log);
            double complement = c == largest ? others / (1 + others) : 1 - p[c];
            double share = Share(targets[c], z[c], open) * (classWeights.Length == 0 ? 1 : classWeights[c]);
            if (share == 0) continue;
            double ratio = complement == 0 ? -1 : p[c] == 0 ? 0 : log * p[c] / complement, fade = Math.Pow(complement, Parameters.FocalGamma);
            loss -= share * fade * log;
            slope[c] = share * fade * ((Parameters.FocalGamma * ratio) - 1);
            slopes += slope[c];
        }

        for (int c = 0; c < z.Length; c++)
            slope[c] = Own(logits[c]) * (slope[c] - (p[c] * slopes) + (2 * Parameters.ZLoss * logSumExp * p[c]));
        return (loss + (Parameters.ZLoss * logSumExp * logSumExp), slope);
    }

    /// <summary>A target and its part of the smoothing, which is spread over the classes that are not masked.</summary>
    private double Share(double target, double z, int open) =>
        ((1 - Parameters.LabelSmoothing) * target)
        + (Parameters.LabelSmoothing == 0 || double.IsNegativeInfinity(z) ? 0 : Parameters.LabelSmoothing / open);

    private double Transformed(double x) => Parameters.Softcap is not { } cap || double.IsNegativeInfinity(x)
        ? x / Parameters.Temperature
        : cap * Math.Tanh(x / cap) / Parameters.Temperature;

    /// <summary>The derivative of <see cref="Transformed"/>.</summary>
    private double Own(double x) =>
        (Parameters.Softcap is { } cap ? 1 - Math.Pow(Math.Tanh(x / cap), 2) : 1) / Parameters.Temperature;
}
