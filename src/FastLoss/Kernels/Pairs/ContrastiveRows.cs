using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>
/// Cross-entropy of the rows of a similarity matrix with its diagonal masked: rows are scaled into a buffer, a block at a time, and
/// <see cref="CrossEntropyRows"/> does the rest there.
/// </summary>
internal static unsafe class ContrastiveRows
{
    /// <summary>Elements of a block, unless one row is longer: 16 KB of floats, half of a first-level cache.</summary>
    private const int BlockLength = 4096;

    /// <summary>The sum of the losses of the rows whose positive is not negative; with a gradient also its derivative times scale.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static ExactSum Run<T>(
        ReadOnlySpan<T> similarities, ReadOnlySpan<int> positives, double temperature, double scale, Span<T> gradient, Span<T> losses)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int n = positives.Length;
        int blockRows = Math.Max(1, BlockLength / Math.Max(1, n));
        T[]? rented = n > BlockLength ? ArrayPool<T>.Shared.Rent(n) : null;
        Span<T> buffer = rented ?? stackalloc T[BlockLength];
        Span<int> rows = stackalloc int[Math.Min(n, blockRows)], labels = stackalloc int[rows.Length];
        Span<T> rowLosses = stackalloc T[losses.IsEmpty ? 0 : rows.Length];
        Scale<T> inverse = new(VectorMath.Of<T>(1 / temperature));
        ExactSum sum = default;
        for (int next = 0; next < n;)
        {
            int count = 0;
            for (; next < n && count < blockRows; next++)
            {
                if (positives[next] < 0)
                {
                    if (!losses.IsEmpty) losses[next] = T.Zero;
                    if (!gradient.IsEmpty) Row(gradient, next).Clear();
                    continue;
                }

                rows[count] = next;
                labels[count] = positives[next];
                Map.Run(similarities.Slice(next * n, n), buffer.Slice(count * n, n), inverse);
                buffer[(count * n) + next] = T.NegativeInfinity;
                count++;
            }

            Span<T> block = buffer[..(count * n)];
            Span<T> wanted = losses.IsEmpty ? default : rowLosses[..count];
            sum.Add(gradient.IsEmpty
                ? CrossEntropyRows.Run<T, No>(block, n, labels[..count], default, 1, wanted)
                : CrossEntropyRows.Run<T, Yes>(block, n, labels[..count], block, scale / temperature, wanted));
            for (int i = 0; i < count; i++)
            {
                if (!gradient.IsEmpty)
                {
                    block[(i * n) + rows[i]] = T.Zero; // also of a row of NaN: the diagonal is not among its logits
                    block.Slice(i * n, n).CopyTo(Row(gradient, rows[i]));
                }

                if (!losses.IsEmpty) losses[rows[i]] = rowLosses[i];
            }
        }

        if (rented != null) ArrayPool<T>.Shared.Return(rented);
        return sum;

        Span<T> Row(Span<T> matrix, int row) => matrix.Slice(row * n, n);
    }

    private readonly struct Scale<T>(Vector512<T> factor) : IMapStep<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<T> Of(Vector512<T> x) => x * factor;
    }
}
