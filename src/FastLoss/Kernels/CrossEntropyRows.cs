using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>
/// Softmax cross-entropy of rows of logits with a label each. With e the exponentials and o the sum of all but the label's,
/// the loss is ln(1 + o / e_label), the label's gradient -o / (o + e_label): both keep their digits when the row is confident,
/// where ln(sum) - x_label and p_label - 1 have none left.
/// </summary>
internal static unsafe class CrossEntropyRows
{
    /// <summary>The sum of the rows' losses; with <typeparamref name="TGradient"/> also its gradient times <paramref name="scale"/>.</summary>
    [SkipLocalsInit]
    public static double Run<T, TGradient>(
        ReadOnlySpan<T> logits, int classCount, ReadOnlySpan<int> labels, Span<T> gradient, double scale, Span<T> losses)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TGradient : struct, IFlag
    {
        fixed (T* x = logits)
        fixed (int* label = labels)
        fixed (T* g = gradient)
        fixed (T* l = losses)
        {
            int blockRows = BlockRows<T, TGradient>(classCount, x == g);
            bool isSmall = classCount <= SmallRows.MaxClasses<T>();
            T* rowTable = stackalloc T[TGradient.Value && isSmall ? classCount * Vector512<T>.Count : 1];
            if (TGradient.Value && isSmall) SmallRows.FillRowTable(rowTable, classCount);
            double sum = 0;
            for (int r = 0; r < labels.Length; r += blockRows)
            {
                long at = (long)r * classCount;
                int rows = Math.Min(blockRows, labels.Length - r);
                sum += Block<T, TGradient>(x + at, classCount, rows, label + r, g + at, scale, l == null ? null : l + r, rowTable);
            }

            return sum;
        }
    }

    /// <summary>Elements of exponentials kept on the stack when the gradient overwrites the logits.</summary>
    private const int LocalLength = 4096;

    /// <summary>
    /// Rows whose gradient follows must still be in the cache when it does; the losses alone read each row once. A row's
    /// result does not depend on its block.
    /// </summary>
    private static int BlockRows<T, TGradient>(int classCount, bool inPlace)
        where TGradient : struct, IFlag
    {
        if (!TGradient.Value || classCount <= SmallRows.MaxClasses<T>()) return SmallRows.BlockRows;
        return Math.Clamp((inPlace ? LocalLength : 65536) / classCount, 1, SmallRows.BlockRows);
    }

    [SkipLocalsInit]
    private static double Block<T, TGradient>(
        T* x, int classCount, int rows, int* labels, T* gradient, double scale, T* losses, T* rowTable)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TGradient : struct, IFlag
    {
        T* buffer = stackalloc T[RowTerms<T>.BufferLength];
        RowTerms<T> terms = new(buffer);
        bool isSmall = classCount <= SmallRows.MaxClasses<T>();
        T* local = stackalloc T[isSmall ? SmallRows.BufferLength<T>(classCount) : TGradient.Value ? LocalLength : 1];

        // Where the exponentials are kept for the gradient; null when they are computed again.
        T* e = isSmall ? local
            : !TGradient.Value ? null
            : SoftmaxRow.Reloads(x, gradient, classCount) ? gradient
            : (long)rows * classCount <= LocalLength ? local
            : null;
        if (isSmall)
        {
            SmallRows.Exp(x, e, rows * classCount);
            for (int r = 0; r < rows; r++) terms.Target[r] = e[(r * classCount) + labels[r]];
            SmallRows.Sum<T, Yes>(e, classCount, rows, labels, terms.Others);
        }
        else
        {
            for (int r = 0; r < rows; r++) terms.Target[r] = Row(x, r, classCount)[labels[r]];
            if (e == null) ExpSum.ScaledRows<T, No>(x, null, classCount, rows, labels, terms.Others);
            else ExpSum.ScaledRows<T, Yes>(x, e, classCount, rows, labels, terms.Others);
        }

        ulong repairs = isSmall
            ? terms.Finish<TGradient, Yes>(rows, scale)
            : terms.Finish<TGradient, No>(rows, scale);
        for (ulong left = repairs; left != 0; left &= left - 1)
        {
            int r = BitOperations.TrailingZeroCount(left);
            terms.Repair(r, Row(x, r, classCount), classCount, labels[r], scale);
        }

        double sum = terms.SumOfLosses(rows);
        if (losses != null) new Span<T>(terms.Loss, rows).CopyTo(new Span<T>(losses, rows));
        if (!TGradient.Value) return sum;
        if (isSmall) WriteSmall(terms, x, e, classCount, rows, gradient, repairs, rowTable);
        else WriteLarge(terms, x, e, classCount, rows, gradient, repairs);
        for (int r = 0; r < rows; r++) Row(gradient, r, classCount)[labels[r]] = terms.TargetGradient[r];
        return sum;
    }

    private static void WriteSmall<T>(RowTerms<T> terms, T* x, T* e, int classCount, int rows, T* gradient, ulong repairs, T* rowTable)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // The logits may be the gradient's own memory: repaired rows are read before the block is written.
        for (ulong left = repairs; left != 0; left &= left - 1)
        {
            int r = BitOperations.TrailingZeroCount(left);
            double factor = double.CreateTruncating(terms.Factor[r]);
            ScaleExp.Recompute(Row(x, r, classCount), Row(e, r, classCount), classCount, RowShift<T>.Divide(terms.Largest[r]), factor);
            terms.Factor[r] = T.One;
            terms.Least[r] = T.Zero;
        }

        SmallRows.Scale(e, gradient, classCount, rows, terms.Factor, terms.Least, rowTable);
    }

    private static void WriteLarge<T>(RowTerms<T> terms, T* x, T* e, int classCount, int rows, T* gradient, ulong repairs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int r = 0; r < rows; r++)
        {
            T* row = Row(x, r, classCount);
            T* g = Row(gradient, r, classCount);
            bool isRepaired = ((repairs >> r) & 1) != 0;
            double factor = double.CreateTruncating(terms.Factor[r]);
            if (isRepaired) ScaleExp.Recompute(row, g, classCount, RowShift<T>.Divide(terms.Largest[r]), factor);
            else if (e != null) ScaleExp.Reload(Row(e, r, classCount), g, classCount, factor);
            else ScaleExp.Recompute(row, g, classCount, default, factor);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T* Row<T>(T* matrix, int row, int columns)
        where T : unmanaged => matrix + ((long)row * columns);
}
