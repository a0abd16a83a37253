using System.Numerics;

namespace FastLoss.Digest;

/// <summary>Metrics of rows of many lengths: ranks, counts, calibration, perplexity.</summary>
internal static class MetricCases
{
    public static Hash Of<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Hash hash = new();
        Source source = new(53);
        foreach (int classCount in new[] { 1, 2, 10, 15, 16, 17, 64, 100, 513 })
        {
            const int Rows = 40;
            T[] x = source.Logits<T>(classCount * Rows), p = new T[x.Length];
            int[] labels = source.Labels(Rows, classCount);
            Softmax.Compute<T>(x, classCount, p);
            RankTally ranks = LabelRank.Evaluate<T>(x, classCount, labels);
            hash.Add(ranks.MeanRank);
            hash.Add(ranks.MeanReciprocalRank);
            hash.Add(TopKAccuracy.Evaluate<T>(x, classCount, labels, (classCount + 1) / 2).Value);
            ConfusionMatrix matrix = new(classCount);
            matrix.AddScores<T>(x, labels);
            foreach (ClassificationScores scores in new[] { matrix.Macro(), matrix.Micro(), matrix.Weighted() })
            {
                hash.Add(scores.Precision);
                hash.Add(scores.Recall);
                hash.Add(scores.F1);
            }

            CalibrationTally calibration = new();
            calibration.Add<T>(p, classCount, labels);
            hash.Add(calibration.ExpectedError);
            hash.Add(calibration.MaximumError);
            LossTally loss = Loss.Evaluate<SoftmaxCrossEntropy, T, int>(new(), x, classCount, labels);
            hash.Add(Perplexity.Of(loss));
            hash.Add(Perplexity.BitsPerByte(loss, 100));
        }

        return hash;
    }
}
