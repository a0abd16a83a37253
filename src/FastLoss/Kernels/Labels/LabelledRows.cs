using System.Numerics;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>Sums over one element of each row, the label's.</summary>
internal static unsafe class LabelledRows
{
    /// <summary>-sum ln(y_(n, label n) + 1e-7).</summary>
    public static double CrossEntropy<T>(ReadOnlySpan<T> probabilities, int classCount, ReadOnlySpan<int> labels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        const int N = 512;
        T* picked = stackalloc T[N];
        T* ones = stackalloc T[N];
        new Span<T>(ones, N).Fill(T.One);
        ExactSum sum = default;
        fixed (T* y = probabilities)
        {
            foreach ((int start, int n) in new Blocks(labels.Length, N))
            {
                for (int i = 0; i < n; i++) picked[i] = y[((long)(start + i) * classCount) + labels[start + i]];
                sum.Add(ElementLoop.Run(new ElementArrays<T> { First = picked, Second = ones }, n, default(SumOperators.CrossEntropy)));
            }
        }

        return sum.ToDouble();
    }
}
