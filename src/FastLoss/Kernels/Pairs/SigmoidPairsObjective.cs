using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>
/// Binary cross-entropy of every class of rows, in double: the label's is the one positive, and is left out of the sum of the others, so
/// that nothing is subtracted.
/// </summary>
internal readonly unsafe struct SigmoidPairsObjective<T>(double scale, double bias) : IRowObjective<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int N = WideRow.Number;

    /// <summary>Scale, bias and the weight, then the gradient's factor, of each row; and the label's logit, which no loop reads.</summary>
    private const int Numbers = 4;

    public static bool IsWide => true;

    public int BlockRows(int classCount, bool isDifferentiated, bool isInPlace) => WideBlock<T>.BlockRows(classCount, 1);

    public int WorkLength(int rows, int classCount, bool isDifferentiated) => WideBlock<T>.WorkLength(classCount, 1);

    [SkipLocalsInit]
    public void Run(in RowBlock<T> block)
    {
        double* buffer = Scratch.Take(stackalloc double[Scratch.Room<double>(WideRow.BufferLength(Numbers + 1))]);
        double* numbers = Scratch.Aligned(buffer), factors = numbers + (2 * N), logits = numbers + (3 * N);
        for (nint r = 0; r < block.Rows; r++)
        {
            numbers[r] = scale;
            numbers[N + r] = bias;
            factors[r] = RowWeight.Of(block, r);
            logits[r] = Math.FusedMultiplyAdd(double.CreateTruncating(block.Logits[(r * block.ClassCount) + block.Labels[r]]), scale, bias);
        }

        WideBlock<T> wide = new(block, 1, T.NegativeInfinity, numbers, numbers + (Numbers * N));
        wide.Sum<Others>();
        for (nint r = 0; r < block.Rows; r++)
        {
            double weight = factors[r];
            block.WideLosses[r] = weight == 0 ? 0 : (wide.Sums[r] + ScalarMath.Softplus(-logits[r])) * weight;
            factors[r] = weight * block.Scale * scale;
        }

        if (block.Gradient != null) Gradient(block, wide, factors, logits);
        Scratch.Check(buffer, WideRow.BufferLength(Numbers + 1));
    }

    private static void Gradient(in RowBlock<T> block, in WideBlock<T> wide, double* factors, double* logits)
    {
        wide.Map<Slopes>(block.Gradient);
        for (nint r = 0; r < block.Rows; r++)
        {
            double slope = -ScalarMath.Sigmoid(-logits[r]) * factors[r];
            block.Gradient[(r * block.ClassCount) + block.Labels[r]] = T.CreateTruncating(slope);
        }

        RowWeight.ClearUncounted(block);
    }

    /// <summary>The sum of ln(1 + e^z) of the classes that are no positive.</summary>
    private readonly struct Others : IRowSums
    {
        public static int Inputs => 1;

        public static int Sums => 1;

        public static int Numbers => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add<V>(V x, V y, V z, double* p, ref V first, ref V second, ref V third)
            where V : unmanaged, IPacked<V, double>, IVector<V> => first += V.Softplus(V.Fma(x, V.Load(p), V.Load(p + N)));
    }

    private readonly struct Slopes : IRowMap
    {
        public static int Inputs => 1;

        public static int Outputs => 1;

        public static int Numbers => 3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Of<V>(V x, V y, V z, double* p, out V second, out V third)
            where V : unmanaged, IPacked<V, double>, IVector<V>
        {
            second = third = default;
            return V.Sigmoid(V.Fma(x, V.Load(p), V.Load(p + N))) * V.Load(p + (2 * N));
        }
    }
}
