using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>
/// The multi-class hinge of rows of scores, in double. The label's class is left out of the sums; its derivative is less the others' sum.
/// </summary>
internal readonly unsafe struct HingeObjective<T>(double margin, bool isSquared) : IRowObjective<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int N = WideRow.Number;

    /// <summary>The label's score, the margin, and the weight, then the gradient's factor, of each row.</summary>
    private const int Numbers = 3;

    public static bool IsWide => true;

    public int BlockRows(int classCount, bool isDifferentiated, bool isInPlace) => WideBlock<T>.BlockRows(classCount, 1);

    public int WorkLength(int rows, int classCount, bool isDifferentiated) => WideBlock<T>.WorkLength(classCount, 1);

    [SkipLocalsInit]
    public void Run(in RowBlock<T> block)
    {
        double* buffer = Scratch.Take(stackalloc double[Scratch.Room<double>(WideRow.BufferLength(Numbers + 2))]);
        double* numbers = Scratch.Aligned(buffer);
        bool isMasked = Take(block, numbers);
        WideBlock<T> wide = new(block, 1, T.NegativeInfinity, numbers, numbers + (Numbers * N));
        if (isSquared && isMasked) Run<Yes, Yes>(block, wide);
        else if (isSquared) Run<Yes, No>(block, wide);
        else if (isMasked) Run<No, Yes>(block, wide);
        else Run<No, No>(block, wide);
        Scratch.Check(buffer, WideRow.BufferLength(Numbers + 2));
    }

    /// <summary>Each row's numbers; true where a label is masked.</summary>
    private bool Take(in RowBlock<T> block, double* numbers)
    {
        bool isMasked = false;
        for (nint r = 0; r < block.Rows; r++)
        {
            T score = block.Logits[(r * block.ClassCount) + block.Labels[r]];
            isMasked |= T.IsNegativeInfinity(score);
            numbers[r] = double.CreateTruncating(score);
            numbers[N + r] = margin;
            numbers[(2 * N) + r] = RowWeight.Of(block, r) / block.ClassCount;
        }

        return isMasked;
    }

    private static void Run<TSquared, TMasked>(in RowBlock<T> block, in WideBlock<T> wide)
        where TSquared : struct, IFlag
        where TMasked : struct, IFlag
    {
        double* scores = wide.Numbers, factors = wide.Numbers + (2 * N);
        if (block.Gradient == null) wide.Sum<Margins<TSquared, No, TMasked>>();
        else wide.Sum<Margins<TSquared, Yes, TMasked>>();
        for (nint r = 0; r < block.Rows; r++)
        {
            double weight = factors[r]; // no margin may be left to show a NaN
            block.WideLosses[r] = weight == 0 ? 0 : double.IsNaN(scores[r]) ? double.NaN : wide.Sums[r] * weight;
            factors[r] = weight * block.Scale;
        }

        if (block.Gradient == null) return;
        wide.Map<Slopes<TSquared, TMasked>>(block.Gradient);
        for (nint r = 0; r < block.Rows; r++)
        {
            double slope = double.IsNaN(scores[r]) ? double.NaN : -wide.Sums[N + r] * factors[r];
            block.Gradient[(r * block.ClassCount) + block.Labels[r]] = T.CreateTruncating(slope);
        }

        RowWeight.ClearUncounted(block);
    }

    /// <summary>max(0, m), m = margin - x_label + x_c; 0 where x is -infinity, a mask, which shows only where the label is masked too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Violation<V, TMasked>(V x, double* p)
        where V : unmanaged, IPacked<V, double>, IVector<V>
        where TMasked : struct, IFlag => TMasked.Value
        ? V.AndNot(V.Equal(x, double.NegativeInfinity) & V.Equal(V.Load(p), double.NegativeInfinity), V.Max(0, (x - V.Load(p)) + V.Load(p + N)))
        : V.Max(0, (x - V.Load(p)) + V.Load(p + N));

    /// <summary>1 where the margin is violated, 0 elsewhere, NaN for NaN; twice the violation where it is squared.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Slope<V, TSquared>(V m)
        where V : unmanaged, IPacked<V, double>, IVector<V>
        where TSquared : struct, IFlag => TSquared.Value ? m + m : V.Where(m > 0, 1, m);

    /// <summary>The sums of max(0, m)^p and of its derivatives by x_c.</summary>
    private readonly struct Margins<TSquared, TDifferentiated, TMasked> : IRowSums
        where TSquared : struct, IFlag
        where TDifferentiated : struct, IFlag
        where TMasked : struct, IFlag
    {
        public static int Inputs => 1;

        public static int Numbers => 2;

        public static int Sums => TDifferentiated.Value ? 2 : 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add<V>(V x, V y, V z, double* p, ref V first, ref V second, ref V third)
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            V m = Violation<V, TMasked>(x, p);
            first = TSquared.Value ? V.Fma(m, m, first) : first + m;
            if (TDifferentiated.Value) second += Slope<V, TSquared>(m);
        }
    }

    private readonly struct Slopes<TSquared, TMasked> : IRowMap
        where TSquared : struct, IFlag
        where TMasked : struct, IFlag
    {
        public static int Inputs => 1;

        public static int Outputs => 1;

        public static int Numbers => 3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V x, V y, V z, double* p, out V second, out V third)
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            second = third = default;
            return Slope<V, TSquared>(Violation<V, TMasked>(x, p)) * V.Load(p + (2 * N));
        }
    }
}
