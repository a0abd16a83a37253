namespace FastLoss.Digest;

/// <summary>The routines that read half-precision numbers.</summary>
internal static class HalfCases
{
    public static Hash Run()
    {
        Hash hash = new();
        Source source = new(43);
        foreach (int classCount in new[] { 1, 3, 10, 65, 1000 })
        {
            Half[] x = Array.ConvertAll(source.Logits<float>(4 * classCount), v => (Half)v);
            int[] labels = source.Labels(4, classCount);
            float[] y = new float[x.Length], rows = new float[4];
            Softmax.Compute(x, classCount, y);
            hash.Add<float>(y);
            LogSoftmax.Compute(x, classCount, y);
            hash.Add<float>(y);
            LogSumExp.Compute(x, classCount, rows);
            hash.Add<float>(rows);
            hash.Add(Loss.EvaluateWithGradient(new SoftmaxCrossEntropy(), x, classCount, labels, y));
            hash.Add<float>(y);
            hash.Add(Loss.PerRow(new SoftmaxCrossEntropy(), x, classCount, labels, rows));
            hash.Add<float>(rows);
            hash.Add(Loss.SumOfSquaredErrors(x, [.. x.Reverse()]));
        }

        return hash;
    }
}
