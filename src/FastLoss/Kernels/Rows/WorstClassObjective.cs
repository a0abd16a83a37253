using System.Numerics;

namespace FastLoss.Kernels;

/// <summary>
/// The hinge of the label and the largest other score of rows, in double: two searches, of the classes before the label and of those after it,
/// so that no row is copied to take the label out.
/// </summary>
internal readonly unsafe struct WorstClassObjective<T>(double margin) : IRowObjective<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static bool IsWide => true;

    public int BlockRows(int classCount, bool isDifferentiated, bool isInPlace) => SmallRows.BlockRows;

    public int WorkLength(int rows, int classCount, bool isDifferentiated) => 0;

    public void Run(in RowBlock<T> block)
    {
        fixed (RowBlock<T>* p = &block) Dispatch.Run<T, Pass, int>(new(margin, p));
    }

    private readonly struct Pass(double margin, RowBlock<T>* block) : IKernel<T, int>
    {
        public int Run<V>()
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            nint n = block->ClassCount;
            for (nint r = 0; r < block->Rows; r++)
            {
                double weight = RowWeight.Of(*block, r);
                T* row = block->Logits + (r * n);
                nint label = block->Labels[r], worst = weight == 0 ? -1 : Worst<V>(row, n, label);
                double violation = worst < 0 ? 0 : Violation(double.CreateTruncating(row[label]), double.CreateTruncating(row[worst]));
                block->WideLosses[r] = weight == 0 ? 0 : violation * weight;
                if (block->Gradient != null) Gradient(block->Gradient + (r * n), n, label, worst, violation, weight * block->Scale);
            }

            return 0;
        }

        /// <summary>max(0, margin - x_label + x_worst); 0 where no other class is open.</summary>
        private double Violation(double label, double worst)
        {
            if (double.IsNegativeInfinity(worst)) return double.IsNaN(label) ? label : 0;
            double violation = worst - label + margin;
            return violation > 0 || double.IsNaN(violation) ? violation : 0;
        }

        private static void Gradient(T* gradient, nint n, nint label, nint worst, double violation, double scale)
        {
            new Span<T>(gradient, (int)n).Fill(double.IsNaN(violation) ? T.NaN : T.Zero);
            if (worst < 0 || !(violation > 0)) return;
            gradient[label] = T.CreateTruncating(-scale);
            gradient[worst] = T.CreateTruncating(scale);
        }
    }

    /// <summary>
    /// The lowest class of the largest score but the label's; the label itself where it is the only one, or a score is NaN, which then is
    /// brought out by its difference. -1 for a single class, whose score is a number.
    /// </summary>
    private static nint Worst<V>(T* row, nint n, nint label)
        where V : unmanaged, IPacked<V, T>, IVector<V>
    {
        nint before = label == 0 ? -1 : ArgMax<V, T>.Of(row, label);
        if (before < 0 && label > 0) return FirstNaN(row, label);
        nint rest = n - 1 - label, after = rest == 0 ? -1 : ArgMax<V, T>.Of(row + label + 1, rest);
        if (after < 0 && rest > 0) return label + 1 + FirstNaN(row + label + 1, rest);
        if (before < 0 && after < 0) return T.IsNaN(row[label]) ? label : -1;
        if (after < 0) return before;
        after += label + 1;
        return before >= 0 && row[before] >= row[after] ? before : after;
    }

    private static nint FirstNaN(T* row, nint n)
    {
        for (nint i = 0; i < n - 1; i++)
        {
            if (T.IsNaN(row[i])) return i;
        }

        return n - 1;
    }
}
