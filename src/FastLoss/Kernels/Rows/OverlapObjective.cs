using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>
/// Soft Dice and soft Jaccard of rows, in double. 1 - 2 sum pt / (sum p + sum t) is computed
/// as its difference, sum p (1 - t) + t (1 - p), over the sum of the sizes: what remains of a nearly perfect mask keeps its digits. The
/// sum of sizes counts the overlap twice, Jaccard's union once.
/// </summary>
internal readonly unsafe struct OverlapObjective<T, TUnion>(double smoothing) : IRowObjective<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TUnion : struct, IFlag
{
    private const int N = WideRow.Number;

    public static bool IsWide => true;

    public int BlockRows(int classCount, bool isDifferentiated, bool isInPlace) => WideBlock<T>.BlockRows(classCount, 2);

    public int WorkLength(int rows, int classCount, bool isDifferentiated) => WideBlock<T>.WorkLength(classCount, 2);

    [SkipLocalsInit]
    public void Run(in RowBlock<T> block)
    {
        double* buffer = Scratch.Take(stackalloc double[Scratch.Room<double>(WideRow.BufferLength(4))]);
        double* lines = Scratch.Aligned(buffer), sums = lines + (2 * N);
        WideBlock<T> wide = new(block, 2, T.Zero, lines, sums);
        wide.Sum<Sizes>();
        for (nint r = 0; r < block.Rows; r++)
        {
            double weight = RowWeight.Of(block, r);
            double loss = Loss(sums[r], sums[N + r], weight * block.Scale, out lines[r], out lines[N + r]);
            block.WideLosses[r] = weight == 0 ? 0 : loss * weight;
        }

        if (block.Gradient != null)
        {
            wide.Map<Slopes>(block.Gradient);
            RowWeight.ClearUncounted(block);
        }

        Scratch.Check(buffer, WideRow.BufferLength(4));
    }

    /// <summary>The loss of the difference and the sizes, and the straight line of the target that its gradient is.</summary>
    private double Loss(double difference, double sizes, double scale, out double atZero, out double rise)
    {
        double divisor = sizes + smoothing;

        // Two empty masks, with nothing to smooth them by, agree.
        double factor = divisor == 0 ? 0 : scale / divisor, loss = divisor == 0 ? 0 : difference / divisor;
        atZero = (1 - loss) * factor;
        rise = (TUnion.Value ? -(2 - loss) : -2) * factor;
        return loss;
    }

    private readonly struct Sizes : IRowSums
    {
        public static int Inputs => 2;

        public static int Sums => 2;

        public static int Numbers => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add<V>(V x, V y, V z, double* p, ref V first, ref V second, ref V third)
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            V rest = 1 - x;
            first = V.Fma(x, 1 - y, V.Fma(y, rest, first));
            second = TUnion.Value ? V.Fma(y, rest, second + x) : second + (x + y);
        }
    }

    private readonly struct Slopes : IRowMap
    {
        public static int Inputs => 2;

        public static int Outputs => 1;

        public static int Numbers => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V x, V y, V z, double* p, out V second, out V third)
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            second = third = default;
            return V.Fma(y, V.Load(p + N), V.Load(p));
        }
    }
}
