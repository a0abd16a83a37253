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

    /// <summary>The sums of a (m - z) and of the slopes -a; with <typeparamref name="TWritten"/> the slopes are written.</summary>
    public readonly struct Counts<TTargets, TWeights, TWritten> : IClassTerm
        where TTargets : struct, IFlag
        where TWeights : struct, IFlag
        where TWritten : struct, IFlag
    {
        public static bool ReadsTargets => TTargets.Value;

        public static bool ReadsWeights => TWeights.Value;

        public static bool HasSecond => true;

        public static bool Writes => TWritten.Value;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static V Apply<V>(V z, V target, V weight, V reference, V spread, V kept, ref V first, ref V second)
            where V : unmanaged, IVector<V>
        {
            V a = V.AndNot(V.Equal(z, double.NegativeInfinity), spread);
            if (TTargets.Value) a = V.Fma(target, kept, a);
            if (TWeights.Value) a *= weight;
            first += Formulas.Weighted(reference - z, a);
            second -= a;
            return -a;
        }
    }
}
