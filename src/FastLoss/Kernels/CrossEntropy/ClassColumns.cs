using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>
/// Rows of few classes with every class in the loss, by columns: a lane is a row, so what a row needs (its largest, its sums) is one
/// operation a class for as many rows as a register holds, and no row is treated apart, whatever its logits.
/// </summary>
internal static unsafe class ClassColumns
{
    private const int N = ClassRowTerms<float>.N;

    /// <summary>Classes that are summed by themselves: a sum of 128 is then rounded 24 times, not 128.</summary>
    private const int PartLength = 16;

    /// <summary>The largest of each row and where it is, what is taken out of its exponentials, and what the smoothing spreads.</summary>
    public readonly struct Largest<T>(ClassWork<T> work) : IKernel<T, int>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public int Run<V>()
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            ClassRowTerms<T> rows = work.Rows;
            double smoothing = work.Options.Smoothing;
            int classCount = work.Block.ClassCount;
            for (nint r = 0; r < work.Block.Rows; r += V.Count)
            {
                T* z = work.Logits + r;
                V max = V.Load(z), largest = 0, index = 0, masked = V.Equal(max, double.NegativeInfinity) & 1;
                for (int c = 1; c < classCount; c++)
                {
                    index += 1;
                    V v = V.Load(z + ((nint)c * N));
                    V isGreater = v > max;
                    max = V.Where(isGreater, v, max);
                    largest = V.Where(isGreater, index, largest);
                    if (smoothing != 0) masked += V.Equal(v, double.NegativeInfinity) & 1;
                }

                V.Store(max, rows.Max + r);
                V.Store(largest, rows.Largest + r);
                V.Store(V.Parameter(smoothing) / (V.Parameter(classCount) - masked), rows.Spread + r);
                ClassTerms<T>.Shift(rows, r, max);
            }

            return 0;
        }
    }

    /// <summary>The exponentials, and their sum over all classes but the largest.</summary>
    public readonly struct Exponentials<T>(ClassWork<T> work) : IKernel<T, int>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public int Run<V>()
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            ClassRowTerms<T> rows = work.Rows;
            int classCount = work.Block.ClassCount;
            for (nint r = 0; r < work.Block.Rows; r += V.Count)
            {
                V offset = V.Load(rows.Offset + r), power = V.Load(rows.Power + r), largest = V.Load(rows.Largest + r);
                V lowest = FastLoss.Exponentials<V, T>.LowestOf(power), others = 0, part = 0, target = 0, index = 0;
                for (int c = 0; c < classCount; c++)
                {
                    V e = FastLoss.Exponentials<V, T>.ExpLess(V.Load(work.Logits + ((nint)c * N) + r) - offset, power, lowest);
                    V.Store(e, work.Exponentials + ((nint)c * N) + r);
                    V isLargest = V.Equal(largest, index);
                    index += 1;
                    part += V.AndNot(isLargest, e);
                    target = V.Where(isLargest, e, target);
                    if ((c & (PartLength - 1)) != PartLength - 1) continue;
                    others += part;
                    part = 0;
                }

                V.Store(others + part, rows.Others + r);
                V.Store(target, rows.Target + r);
            }

            return 0;
        }
    }

    /// <summary>The sums of losses and slopes; the slopes are kept where a gradient follows.</summary>
    public readonly struct Classes<T, TFocal>(ClassWork<T> work) : IKernel<T, int>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFocal : struct, IFocal
    {
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public int Run<V>()
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            ClassRowTerms<T> rows = work.Rows;
            V kept = V.Parameter(1 - work.Options.Smoothing);
            double gamma = work.Options.Gamma;
            int classCount = work.Block.ClassCount;
            for (nint r = 0; r < work.Block.Rows; r += V.Count)
            {
                V max = V.Load(rows.Max + r), largest = V.Load(rows.Largest + r), label = V.Load(rows.Label + r), spread = V.Load(rows.Spread + r);
                V logSum = V.Load(rows.LogSum + r), inverse = V.Load(rows.Inverse + r);
                V value = 0, otherSlopes = 0, largestSlope = 0, index = 0, values = 0, slopes = 0;
                for (int c = 0; c < classCount; c++)
                {
                    nint at = ((nint)c * N) + r;
                    V z = V.Load(work.Logits + at);
                    V target = work.Targets != null ? V.Load(work.Targets + at) : V.Equal(label, index) & 1;
                    V weight = work.Block.ClassWeights != null ? V.Broadcast(work.Block.ClassWeights + c) : 1;
                    V a = ClassFormula.Count(z, target, weight, spread, kept);
                    V isLargest = V.Equal(largest, index);
                    index += 1;
                    V slope;
                    if (TFocal.IsNone)
                    {
                        values += Formulas.Weighted(max - z, a);
                        slope = -a;
                    }
                    else
                    {
                        V p = V.Load(work.Exponentials + at) * inverse;
                        V loss = ClassFormula.Focal<V, TFocal>((z - max) - logSum, p, 1 - p, a, gamma, out slope);
                        values += V.AndNot(isLargest, loss);
                    }

                    slopes += V.AndNot(isLargest, slope);
                    largestSlope = V.Where(isLargest, -a, largestSlope);
                    if (work.Block.Gradient != null) V.Store(slope, work.Slopes + at);
                    if ((c & (PartLength - 1)) != PartLength - 1) continue;
                    value += values;
                    otherSlopes += slopes;
                    values = slopes = 0;
                }

                V.Store(value + values, rows.Value + r);
                V.Store(otherSlopes + slopes, rows.OtherSlopes + r);
                V.Store(largestSlope, rows.LargestSlope + r);
            }

            return 0;
        }
    }

    /// <summary>The gradient, in place of the slopes.</summary>
    public readonly struct Gradient<T>(ClassWork<T> work) : IKernel<T, int>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        public int Run<V>()
            where V : unmanaged, IPacked<V, T>, IVector<V>
        {
            ClassRowTerms<T> rows = work.Rows;
            int classCount = work.Block.ClassCount;
            V smallest = RowPowers.SmallestNormal<T>();
            for (nint r = 0; r < work.Block.Rows; r += V.Count)
            {
                V factor = V.Load(rows.Factor + r), rest = V.Load(rows.FactorRest + r), scale = V.Load(rows.RowScale + r);
                V largest = V.Load(rows.Largest + r), atLargest = V.Load(rows.LargestGradient + r), index = 0;
                for (int c = 0; c < classCount; c++)
                {
                    nint at = ((nint)c * N) + r;
                    V g = V.Fma(V.Load(work.Exponentials + at) * factor, rest, V.Load(work.Slopes + at) * scale);
                    g = V.Where(V.Equal(largest, index), atLargest, g);
                    index += 1;
                    V.Store(V.AndNot(V.Abs(g) < smallest, g), work.Slopes + at);
                }
            }

            return 0;
        }
    }
}
