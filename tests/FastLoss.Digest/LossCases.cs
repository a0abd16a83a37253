using System.Numerics;
using FastLoss.Catalog;

namespace FastLoss.Digest;

/// <summary>Every element-wise loss of the catalogue over usual numbers, probabilities and corners.</summary>
internal static class LossCases
{
    private static readonly int[] s_lengths = [0, 1, 15, 64, 65, 200, 513, 9000];

    /// <summary>One case of each loss: sums, gradients and single elements.</summary>
    public static Hash Of<T>(int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Hash hash = new();
        foreach (ElementwiseCase c in ElementwiseCase.All.Where(c => c.IsDigested))
        {
            CurvedElementLoss<T> loss = c.Bound<T>();
            Source source = new(11);
            foreach (int n in s_lengths)
            {
                (T[] y, T[] t) = Pairs<T>(source, n);
                T[] written = new T[n];
                hash.Add(loss.EvaluateWithGradient(y, t, written));
                hash.Add<T>(written);
                hash.Add(loss.PerElement(y, t, written));
                hash.Add<T>(written);
            }
        }

        AddLong(Loss.Bind<Huber, T>(new(0.5)), threads, ref hash);
        return hash;
    }

    /// <summary>Every case, with second derivatives, weights, a mask and a denominator.</summary>
    public static Hash Curved<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Hash hash = new();
        foreach (ElementwiseCase c in ElementwiseCase.All)
        {
            CurvedElementLoss<T> loss = c.Bound<T>();
            Source source = new(13);
            foreach (int n in s_lengths)
            {
                (T[] y, T[] t) = Pairs<T>(source, n);
                T[] gradient = new T[n], curvature = new T[n];
                hash.Add(loss.EvaluateWithCurvature(y, t, gradient, curvature));
                hash.Add<T>(gradient);
                hash.Add<T>(curvature);
                LossOptions<T> options = new() { Weights = source.Shares<T>(n), Mask = Array.ConvertAll(y, v => v > T.One), Denominator = 3 };
                hash.Add(loss.EvaluateWithCurvature(y, t, gradient, curvature, options));
                hash.Add<T>(gradient);
                hash.Add<T>(curvature);
            }
        }

        return hash;
    }

    private static (T[] Predictions, T[] Targets) Pairs<T>(Source source, int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] y = n % 2 == 0 ? source.Logits<T>(n) : Array.ConvertAll(source.Numbers<T>(n), T.Abs);
        return (y, Array.ConvertAll(source.Logits<T>(n), v => T.Abs(v) / T.CreateTruncating(100)));
    }

    /// <summary>Long enough for threads, with a weight for each element, and added to what stands there.</summary>
    private static void AddLong<T>(ElementLoss<T> loss, int threads, ref Hash hash)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Source source = new(12);
        T[] y = source.Numbers<T>(300_001), t = source.Numbers<T>(y.Length), written = [.. t];
        LossOptions<T> options = new() { Weights = Array.ConvertAll(y, T.Abs), Threads = threads, Accumulate = true };
        hash.Add(loss.EvaluateWithGradient(y, t, written, options));
        hash.Add<T>(written);
    }
}
