using System.Buffers;
using System.Numerics;

namespace FastLoss.Kernels;

/// <summary>
/// The nearest examples of queries. Squared distances come as |q|^2 + |e|^2 - 2 q e from matrix products, with a bound on what these round away;
/// an example that may be nearer than the furthest kept, bound included, is measured again by its differences in double. So the result is that of
/// measuring all, at the speed of a product.
/// </summary>
internal static unsafe class NeighbourSearch
{
    /// <summary>Queries and examples of a product: its 1 MB of floats stays in the second or third cache, and packing the examples is a tenth of it.</summary>
    private const int QueryBlock = 512, ExampleBlock = 512;

    public static void Find<T>(in Neighbourhood<T> all, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] norms = ArrayPool<double>.Shared.Rent(all.ExampleCount);
        fixed (double* n = norms)
        {
            for (nint e = 0; e < all.ExampleCount; e++) n[e] = Norm(all.Examples + (e * all.Columns), all.Columns);
            long operations = (long)all.ExampleCount * all.QueryCount * all.Columns;
            int block = (int)Math.Clamp(all.QueryCount / Math.Max(1, threads < 0 ? Environment.ProcessorCount : threads), 1, QueryBlock);
            Chunks.For(Chunks.Count(all.QueryCount, block), operations, threads, new Task<T>(all, n, block));
        }

        ArrayPool<double>.Shared.Return(norms);
    }

    private readonly struct Task<T>(Neighbourhood<T> all, double* norms, int block) : IChunkBody
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Run(int chunk)
        {
            nint first = (nint)chunk * block;
            int queries = (int)Math.Min(block, all.QueryCount - first);
            T[] products = ArrayPool<T>.Shared.Rent(queries * Math.Min(ExampleBlock, all.ExampleCount));
            T* q = all.Queries + (first * all.Columns);
            for (nint r = 0; r < queries; r++)
            {
                new Span<int>(all.Indices + ((first + r) * all.K), all.K).Fill(-1);
                new Span<double>(all.Distances + ((first + r) * all.K), all.K).Fill(double.PositiveInfinity);
            }

            for (nint start = 0; start < all.ExampleCount; start += ExampleBlock)
            {
                int examples = (int)Math.Min(ExampleBlock, all.ExampleCount - start);
                ReadOnlySpan<T> left = new(q, queries * all.Columns), right = new(all.Examples + (start * all.Columns), examples * all.Columns);
                Span<T> product = products.AsSpan(0, queries * examples);
                MatrixMultiply.Run(MatrixView<T>.RowMajor(left, all.Columns), MatrixView<T>.Transposed(right, all.Columns), product, accumulate: false);
                fixed (T* p = product)
                {
                    for (nint r = 0; r < queries; r++) Scan(all, first + r, start, examples, p + (r * examples), norms + start);
                }
            }

            ArrayPool<T>.Shared.Return(products);
        }
    }

    /// <summary>One query against a block of examples, in their order: of equal distances the lower index stays.</summary>
    private static void Scan<T>(in Neighbourhood<T> all, nint query, nint start, int examples, T* products, double* norms)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T* q = all.Queries + (query * all.Columns);
        int* indices = all.Indices + (query * all.K);
        double* distances = all.Distances + (query * all.K);
        int last = all.K - 1;
        double norm = Norm(q, all.Columns), furthest = distances[last], slack = all.Slack;
        bool isFull = indices[last] >= 0;
        for (int j = 0; j < examples; j++)
        {
            double size = norm + norms[j];
            if (isFull && size - (2 * double.CreateTruncating(products[j])) - (slack * size) > furthest) continue;
            double distance = Distance(q, all.Examples + ((start + j) * all.Columns), all.Columns);
            if (double.IsNaN(distance)) distance = double.PositiveInfinity;
            if (isFull && !(distance < furthest)) continue;
            int at = last;
            for (; at > 0 && (indices[at - 1] < 0 || distances[at - 1] > distance); at--) (indices[at], distances[at]) = (indices[at - 1], distances[at - 1]);
            (indices[at], distances[at]) = ((int)start + j, distance);
            isFull = indices[last] >= 0;
            furthest = distances[last];
        }
    }

    private static double Norm<T>(T* x, int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double a = 0, b = 0, c = 0, d = 0;
        nint i = 0;
        for (; i <= n - 4; i += 4)
        {
            a += Square(x[i]);
            b += Square(x[i + 1]);
            c += Square(x[i + 2]);
            d += Square(x[i + 3]);
        }

        for (; i < n; i++) a += Square(x[i]);
        return (a + b) + (c + d);
    }

    private static double Square<T>(T value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => double.CreateTruncating(value) * double.CreateTruncating(value);

    /// <summary>By the differences, which nothing cancels after; in one order on every machine.</summary>
    private static double Distance<T>(T* x, T* y, int n)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double a = 0, b = 0, c = 0, d = 0;
        nint i = 0;
        for (; i <= n - 4; i += 4)
        {
            a += Square(double.CreateTruncating(x[i]) - double.CreateTruncating(y[i]));
            b += Square(double.CreateTruncating(x[i + 1]) - double.CreateTruncating(y[i + 1]));
            c += Square(double.CreateTruncating(x[i + 2]) - double.CreateTruncating(y[i + 2]));
            d += Square(double.CreateTruncating(x[i + 3]) - double.CreateTruncating(y[i + 3]));
        }

        for (; i < n; i++) a += Square(double.CreateTruncating(x[i]) - double.CreateTruncating(y[i]));
        return (a + b) + (c + d);
    }
}

/// <summary>Examples, queries, and where their neighbours go: k for each query, the nearest first.</summary>
internal unsafe struct Neighbourhood<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public T* Examples, Queries;
    public int* Indices;
    public double* Distances;
    public int ExampleCount, QueryCount, Columns, K;

    /// <summary>
    /// What a product of these columns may be off by, as a share of |q|^2 + |e|^2: n products are rounded n times, each to half an ULP of at most the
    /// sum of |q_i e_i|, which is at most half of that; the difference takes it twice.
    /// </summary>
    public readonly double Slack => 1.01 * (Columns + 8) * (typeof(T) == typeof(float) ? 5.9604644775390625e-8 : 1.1102230246251565e-16);
}
