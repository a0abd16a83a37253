using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>
/// sum_c (p_c - t_c)^2 of rows, with a target for each class or a label for each row, in double. A label's class is left out of the sum
/// and added last.
/// </summary>
internal readonly unsafe struct BrierObjective<T>(bool hasTargets) : IRowObjective<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int N = WideRow.Number;

    public static bool IsWide => true;

    private int Inputs => hasTargets ? 2 : 1;

    public int BlockRows(int classCount, bool isDifferentiated, bool isInPlace) => WideBlock<T>.BlockRows(classCount, Inputs);

    public int WorkLength(int rows, int classCount, bool isDifferentiated) => WideBlock<T>.WorkLength(classCount, Inputs);

    [SkipLocalsInit]
    public void Run(in RowBlock<T> block)
    {
        double* buffer = Scratch.Take(stackalloc double[Scratch.Room<double>(WideRow.BufferLength(3))]);
        double* factors = Scratch.Aligned(buffer), errors = factors + N, sums = errors + N;
        nint n = block.ClassCount;
        for (nint r = 0; !hasTargets && r < block.Rows; r++)
        {
            errors[r] = double.CreateTruncating(block.Logits[(r * n) + block.Labels[r]]) - 1;
        }

        WideBlock<T> wide = new(block, Inputs, T.Zero, factors, sums);
        if (hasTargets) wide.Sum<Differences>();
        else wide.Sum<Squares>();
        for (nint r = 0; r < block.Rows; r++)
        {
            double weight = RowWeight.Of(block, r), sum = hasTargets ? sums[r] : Math.FusedMultiplyAdd(errors[r], errors[r], sums[r]);
            block.WideLosses[r] = weight == 0 ? 0 : sum * weight;
            factors[r] = 2 * weight * block.Scale;
        }

        if (block.Gradient != null) Gradient(block, wide, errors);
        Scratch.Check(buffer, WideRow.BufferLength(3));
    }

    private void Gradient(in RowBlock<T> block, in WideBlock<T> wide, double* errors)
    {
        nint n = block.ClassCount;
        if (hasTargets) wide.Map<DifferenceSlopes>(block.Gradient);
        else wide.Map<ScaledRow>(block.Gradient);
        for (nint r = 0; !hasTargets && r < block.Rows; r++)
        {
            block.Gradient[(r * n) + block.Labels[r]] = T.CreateTruncating(errors[r] * wide.Numbers[r]);
        }

        RowWeight.ClearUncounted(block);
    }

    private readonly struct Squares : IRowSums
    {
        public static int Inputs => 1;

        public static int Sums => 1;

        public static int Numbers => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add<V>(V x, V y, V z, double* p, ref V first, ref V second, ref V third)
            where V : unmanaged, IPacked<V, double>, IVector<V> => first = V.Fma(x, x, first);
    }

    private readonly struct Differences : IRowSums
    {
        public static int Inputs => 2;

        public static int Sums => 1;

        public static int Numbers => 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add<V>(V x, V y, V z, double* p, ref V first, ref V second, ref V third)
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            V d = x - y;
            first = V.Fma(d, d, first);
        }
    }

    private readonly struct DifferenceSlopes : IRowMap
    {
        public static int Inputs => 2;

        public static int Outputs => 1;

        public static int Numbers => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V x, V y, V z, double* p, out V second, out V third)
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            second = third = default;
            return (x - y) * V.Load(p);
        }
    }
}
