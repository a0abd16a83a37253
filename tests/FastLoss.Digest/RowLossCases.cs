using System.Numerics;

namespace FastLoss.Digest;

/// <summary>Losses of whole rows over rows of many lengths: losses, tallies and all gradients, plain and with weights and masks.</summary>
internal static class RowLossCases
{
    public static Hash Of<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Hash hash = new();
        Source source = new(23);
        foreach (int columns in new[] { 1, 2, 7, 8, 9, 15, 16, 17, 31, 64, 100, 513 })
        {
            int rows = 1 + source.Below(6), length = rows * columns;
            T[] a = source.Logits<T>(length), b = source.Logits<T>(length), c = source.Numbers<T>(length);
            T[] p = source.Shares<T>(length), t = source.Shares<T>(length), weights = source.Shares<T>(rows);
            T[] x = new T[length], y = new T[length], z = new T[length], losses = new T[rows];
            bool[] mask = [.. Enumerable.Range(0, rows).Select(_ => source.Below(3) > 0)];
            int[] labels = source.Labels(rows, columns), signs = [.. labels.Select(_ => (2 * source.Below(2)) - 1)];
            for (int kind = 0; kind < 4; kind++)
            {
                LossOptions<T> options = new() { Weights = (kind & 1) != 0 ? weights : [], Mask = (kind & 2) != 0 ? mask : [] };
                LossOptions<T> classes = new() { Weights = options.Weights, IgnoreLabel = (kind & 2) != 0 ? 0 : null };
                hash.Add(Loss.EvaluateWithGradient<MultiClassHinge, T, int>(new(0.7, 1 + (kind & 1)), a, columns, labels, x, classes));
                hash.Add<T>(x);
                hash.Add(Loss.PerRow<MultiClassHinge, T, int>(new(0.7, 1 + (kind & 1)), a, columns, labels, losses, classes));
                hash.Add<T>(losses);
                hash.Add(Loss.EvaluateWithGradient<T>(new CosineEmbedding(0.1), a, kind < 2 ? b : a, columns, signs, x, y, options));
                hash.Add<T>(x);
                hash.Add<T>(y);
                hash.Add(Loss.PerRow<T>(new CosineEmbedding(0.1), c, b, columns, signs, losses, options));
                hash.Add<T>(losses);
                hash.Add(Loss.EvaluateWithGradient<T>(new TripletMargin(2, kind > 1), a, b, c, columns, new(x, y, z), options));
                hash.Add<T>(x);
                hash.Add<T>(y);
                hash.Add<T>(z);
                hash.Add(Loss.EvaluateWithGradient<SoftDice, T>(new(kind), p, columns, t, x, options));
                hash.Add<T>(x);
                hash.Add(Loss.EvaluateWithGradient<SoftJaccard, T>(new(kind), p, columns, t, x, options));
                hash.Add<T>(x);
                hash.Add(Loss.PerRow<BrierScore, T, int>(new(), p, columns, labels, losses, options));
                hash.Add<T>(losses);
                hash.Add(Loss.PerRow<BrierScore, T>(new(), p, columns, t, losses, options));
                hash.Add<T>(losses);
            }

            hash.Add(Loss.EvaluateWithGradient<MarginRanking, T>(new PairwiseRanking<MarginRanking>(new(1)), a, b, [.. c.Select(v => T.CopySign(T.One, v))], x, y));
            hash.Add<T>(x);
            hash.Add<T>(y);
        }

        foreach (int n in new[] { 2, 6, 64, 130 })
        {
            T[] s = source.Shares<T>(n * n), gradient = new T[n * n], losses = new T[n];
            int[] positives = [.. Enumerable.Range(0, n).Select(i => i % 7 == 6 ? -1 : (i + (n / 2)) % n)];
            hash.Add(Loss.EvaluateWithGradient<T>(new NTXent(0.1), s, positives, gradient));
            hash.Add<T>(gradient);
            hash.Add(Loss.PerRow<T>(new NTXent(0.5), s, positives, losses));
            hash.Add<T>(losses);
        }

        return hash;
    }
}
