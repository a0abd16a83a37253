using System.Numerics;

namespace FastLoss.Kernels;

/// <summary>
/// The Lovasz hinge of rows, in double: the pixels' errors sorted, the largest first, each times what taking its pixel wrongly adds to the Jaccard loss of those before it.
/// </summary>
internal readonly unsafe struct LovaszObjective<T> : IRowObjective<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static bool IsWide => true;

    public int BlockRows(int classCount, bool isDifferentiated, bool isInPlace) => SmallRows.BlockRows;

    /// <summary>For each pixel of one row its error as a double and its number, and what aligns them.</summary>
    public int WorkLength(int rows, int classCount, bool isDifferentiated) =>
        checked(((classCount * (sizeof(double) + sizeof(int))) + sizeof(double) + sizeof(T) - 1) / sizeof(T));

    public void Run(in RowBlock<T> block)
    {
        nint n = block.ClassCount;
        double* errors = (double*)(((nuint)block.Work + sizeof(double) - 1) & ~(nuint)(sizeof(double) - 1));
        int* pixels = (int*)(errors + n);
        for (nint r = 0; r < block.Rows; r++)
        {
            double weight = RowWeight.Of(block, r);
            T* targets = block.Targets + (r * n);
            double loss = weight == 0 ? 0 : Sorted(block.Logits + (r * n), targets, n, errors, pixels, out double positives) ? Loss(targets, n, errors, pixels, positives) : double.NaN;
            block.WideLosses[r] = weight == 0 ? 0 : loss * weight;
            if (block.Gradient == null) continue;
            if (double.IsNaN(loss)) new Span<T>(block.Gradient + (r * n), (int)n).Fill(T.NaN);
            else if (weight == 0) new Span<T>(block.Gradient + (r * n), (int)n).Clear();
            else Write(block.Gradient + (r * n), targets, n, errors, pixels, weight * block.Scale);
        }
    }

    /// <summary>The errors 1 - x and 1 + x of pixels that are and are not of the mask, negated and sorted, and which pixel has each; false where one is NaN.</summary>
    private static bool Sorted(T* x, T* targets, nint n, double* errors, int* pixels, out double positives)
    {
        positives = 0;
        bool isNumber = true;
        for (nint i = 0; i < n; i++)
        {
            bool isPositive = targets[i] > T.Zero;
            double score = double.CreateTruncating(x[i]);
            errors[i] = (isPositive ? score : -score) - 1;
            pixels[i] = (int)i;
            positives += isPositive ? 1 : 0;
            isNumber &= !double.IsNaN(score) && !T.IsNaN(targets[i]);
        }

        if (isNumber) new Span<double>(errors, (int)n).Sort(new Span<int>(pixels, (int)n));
        return isNumber;
    }

    /// <summary>Puts each pixel's part in the Jaccard loss in place of its error, 0 where the error is not above 0.</summary>
    private static double Loss(T* targets, nint n, double* errors, int* pixels, double positives)
    {
        double sum = 0, both = positives, union = positives;
        for (nint i = 0; i < n; i++)
        {
            double error = -errors[i], part;
            if (targets[pixels[i]] > T.Zero)
            {
                part = 1 / union;
                both--;
            }
            else
            {
                part = union == 0 ? 1 : both / (union * (union + 1));
                union++;
            }

            errors[i] = error > 0 ? part : 0;
            if (error > 0 && part > 0) sum += error * part;
        }

        return sum;
    }

    private static void Write(T* gradient, T* targets, nint n, double* parts, int* pixels, double scale)
    {
        for (nint i = 0; i < n; i++)
        {
            int pixel = pixels[i];
            gradient[pixel] = T.CreateTruncating(targets[pixel] > T.Zero ? -parts[i] * scale : parts[i] * scale);
        }
    }
}
