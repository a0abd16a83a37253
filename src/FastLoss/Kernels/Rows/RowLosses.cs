using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>A loss of one row of several inputs, and its gradients; what the two share is kept between the calls.</summary>
internal interface IRowLoss
{
    double Value(long row);

    /// <summary>Writes the gradients times scale, after <see cref="Value"/>.</summary>
    void Gradient(long row, double scale);

    /// <summary>Writes gradients of 0.</summary>
    void Clear(long row);
}

/// <summary>Losses of pairs and triplets of rows: weights, masks, threads and the tally around a row's loss.</summary>
internal static unsafe class RowLosses
{
    /// <summary>Runs all rows, of <paramref name="length"/> elements each; <paramref name="losses"/> is empty where they are not wanted.</summary>
    public static LossTally Run<T, TRow>(int rows, int length, LossOptions<T> options, TRow row, Span<T> losses, bool isDifferentiated)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRow : struct, IRowLoss
    {
        fixed (T* weights = options.Weights)
        fixed (bool* mask = options.Mask)
        fixed (T* d = losses)
        {
            Body<T, TRow> body = new() { Weights = weights, Mask = mask, Losses = d, Row = row, IsDifferentiated = isDifferentiated };
            RowTally tally = default;
            for (int r = 0; r < rows; r++)
            {
                double weight = body.Weight(r);
                tally.Weight.Add(weight);
                if (weight != 0) tally.Count++;
            }

            double divisor = options.Denominator ?? tally.Weight.ToDouble();
            body.Scale = divisor == 0 ? 0 : 1 / divisor;
            RowTasks.Run(rows, length, options.Threads, body, ref tally);
            return new(tally.Sum, tally.Weight, tally.Count);
        }
    }

    private struct Body<T, TRow> : IRowsBody
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TRow : struct, IRowLoss
    {
        public T* Weights, Losses;
        public bool* Mask;
        public TRow Row;
        public double Scale;
        public bool IsDifferentiated;

        /// <summary>What a row counts; 0 where it is masked.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly double Weight(int r) =>
            Mask != null && !Mask[r] ? 0 : Weights == null ? 1 : double.CreateTruncating(Weights[r]);

        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public readonly void Run(int first, int end, ref RowTally totals)
        {
            TRow row = Row; // a thread's own: it keeps what value and gradient share
            for (int r = first; r < end; r++)
            {
                double weight = Weight(r), value = weight == 0 ? 0 : row.Value(r) * weight;
                if (IsDifferentiated && (weight == 0 || Scale == 0)) row.Clear(r);
                else if (IsDifferentiated) row.Gradient(r, weight * Scale);
                totals.Sum.Add(value);
                if (Losses != null) Losses[r] = T.CreateTruncating(value);
            }
        }
    }
}
