using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>What is done with the classes of one long row, all but its largest: see <see cref="ClassFormula"/>.</summary>
internal static class ClassOperators
{
    /// <summary>The sum of the distances m - z.</summary>
    public readonly struct Distances(double max) : IElementOperator
    {
        public static ElementParts Parts
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => ElementParts.Sum | ElementParts.Light;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V first, V second, V third, V weight, ref V sum, out V secondResult)
            where V : unmanaged, IVector<V>
        {
            secondResult = default;
            sum += V.Parameter(max) - first;
            return default;
        }
    }

    /// <summary>The sum of a (m - z) of logits, targets and class weights.</summary>
    public readonly struct Values(double max, double spread, double kept) : IElementOperator
    {
        public static ElementParts Parts
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => ElementParts.Sum | ElementParts.Second | ElementParts.Weight | ElementParts.Light;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V first, V second, V third, V weight, ref V sum, out V secondResult)
            where V : unmanaged, IVector<V>
        {
            secondResult = default;
            sum += Formulas.Weighted(V.Parameter(max) - first, ClassFormula.Count(first, second, weight, V.Parameter(spread), V.Parameter(kept)));
            return default;
        }
    }

    /// <summary>The slopes -a of logits, targets and class weights, and their sum.</summary>
    public readonly struct Slopes(double spread, double kept) : IElementOperator
    {
        public static ElementParts Parts
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => ElementParts.Sum | ElementParts.Second | ElementParts.Weight | ElementParts.Result | ElementParts.Light;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V first, V second, V third, V weight, ref V sum, out V secondResult)
            where V : unmanaged, IVector<V>
        {
            secondResult = default;
            V slope = -ClassFormula.Count(first, second, weight, V.Parameter(spread), V.Parameter(kept));
            sum += slope;
            return slope;
        }
    }

    /// <summary>With gamma, of logits, targets, exponentials and class weights: the sum of the losses, and the slopes.</summary>
    public readonly struct Focal<TFocal>(double max, double logSum, double inverse, double spread, double kept, double gamma) : IElementOperator
        where TFocal : struct, IFocal
    {
        public static ElementParts Parts
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => ElementParts.Sum | ElementParts.Second | ElementParts.Third | ElementParts.Weight | ElementParts.Result;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V first, V second, V third, V weight, ref V sum, out V secondResult)
            where V : unmanaged, IVector<V>
        {
            secondResult = default;
            V a = ClassFormula.Count(first, second, weight, V.Parameter(spread), V.Parameter(kept));
            V p = V.AndNot(V.Equal(first, double.NegativeInfinity), third * V.Parameter(inverse)); // the exponential was clamped
            sum += ClassFormula.Focal<V, TFocal>((first - V.Parameter(max)) - V.Parameter(logSum), p, 1 - p, a, gamma, out V slope);
            return slope;
        }
    }

    /// <summary>The sum of numbers.</summary>
    public readonly struct Sum : IElementOperator
    {
        public static ElementParts Parts
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => ElementParts.Sum | ElementParts.Light;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V first, V second, V third, V weight, ref V sum, out V secondResult)
            where V : unmanaged, IVector<V>
        {
            secondResult = default;
            sum += first;
            return default;
        }
    }

    /// <summary>The gradient e factor + b scale of exponentials and slopes; 0 where it would be subnormal, and no part of e where that was clamped.</summary>
    public readonly struct Gradient(double factor, double rest, double scale, double least, double smallest) : IElementOperator
    {
        public static ElementParts Parts
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => ElementParts.Second | ElementParts.Result;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V first, V second, V third, V weight, ref V sum, out V secondResult)
            where V : unmanaged, IVector<V>
        {
            secondResult = default;
            V g = V.Fma(V.AndNot(first < V.Parameter(least), first) * V.Parameter(factor), V.Parameter(rest), second * V.Parameter(scale));
            return V.AndNot(V.Abs(g) < V.Parameter(smallest), g);
        }
    }

    /// <summary>The same where every class has one slope: e factor + b scale.</summary>
    public readonly struct EvenGradient(double factor, double rest, double scaledSlope, double least, double smallest) : IElementOperator
    {
        public static ElementParts Parts
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => ElementParts.Result;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V first, V second, V third, V weight, ref V sum, out V secondResult)
            where V : unmanaged, IVector<V>
        {
            secondResult = default;
            V g = V.Fma(V.AndNot(first < V.Parameter(least), first) * V.Parameter(factor), V.Parameter(rest), V.Parameter(scaledSlope));
            return V.AndNot(V.Abs(g) < V.Parameter(smallest), g);
        }
    }
}
