using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>What the classes of a long row add, see <see cref="ClassFormula"/>.</summary>
internal static class LongRowTerms
{
    /// <summary>The sum of the distances from a logit, reference - z.</summary>
    public readonly struct Distances : IClassTerm
    {
        public static bool ReadsTargets => false;

        public static bool ReadsWeights => false;

        public static bool HasSecond => false;

        public static bool Writes => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply<V>(V z, V target, V weight, V reference, V spread, V kept, ref V first, ref V second)
            where V : unmanaged, IVector<V>
        {
            first += reference - z;
            return default;
        }
    }

    /// <summary>
    /// The sums of a (m - z) and of the slopes -a. With <typeparamref name="TMasked"/> classes may be masked, which smoothing spares, and the slopes are written; else an
    /// infinite distance shows in the sum.
    /// </summary>
    public readonly struct Counts<TTargets, TWeights, TMasked> : IClassTerm
        where TTargets : struct, IFlag
        where TWeights : struct, IFlag
        where TMasked : struct, IFlag
    {
        public static bool ReadsTargets => TTargets.Value;

        public static bool ReadsWeights => TWeights.Value;

        public static bool HasSecond => true;

        public static bool Writes => TMasked.Value;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply<V>(V z, V target, V weight, V reference, V spread, V kept, ref V first, ref V second)
            where V : unmanaged, IVector<V>
        {
            V a = TMasked.Value ? V.AndNot(V.Equal(z, double.NegativeInfinity), spread) : spread;
            if (TTargets.Value) a = V.Fma(target, kept, a);
            if (TWeights.Value) a *= weight;
            first = TMasked.Value ? first + Formulas.Weighted(reference - z, a) : V.Fma(reference - z, a, first);
            second -= a;
            return -a;
        }
    }
}
