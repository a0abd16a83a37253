using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FastLoss.Kernels;

/// <summary>
/// What each class of a row adds to its loss: of its log-probability l = (z - max) - ln sum the <see cref="OptionTerms"/> with
/// w (t (1 - e) + e / C), C the number of classes that are not masked: those take no part in the smoothing.
/// </summary>
internal readonly struct ClassTerms<T, TTargets, TFocal>(OptionScalars options, int openCount, T max, double logSum)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TTargets : struct, IFlag
    where TFocal : struct, IFlag
{
    private readonly T _max = max;
    private readonly T _logSum = T.CreateTruncating(logSum);
    private readonly T _spread = T.CreateTruncating(options.Smoothing / openCount);
    private readonly T _kept = T.CreateTruncating(1 - options.Smoothing);
    private readonly double _gamma = options.Gamma;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> LogProbability(Vector512<T> z) => (z - Vector512.Create(_max)) - Vector512.Create(_logSum);

    /// <summary>What the class counts, less what its label does; <paramref name="weight"/> where <typeparamref name="TWeighs"/> says so.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Counts<TWeighs>(Vector512<T> z, Vector512<T> target, Vector512<T> weight)
        where TWeighs : struct, IFlag
    {
        Vector512<T> isMasked = Vector512.Equals(z, Vector512.Create(T.NegativeInfinity));
        Vector512<T> a = Vector512.AndNot(Vector512.Create(_spread), isMasked);
        if (typeof(TTargets) == typeof(Yes)) a = Lanes.Fma(target, Vector512.Create(_kept), a);
        return typeof(TWeighs) == typeof(Yes) ? a * weight : a;
    }

    /// <summary>The class's loss.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Of<TWeighs>(Vector512<T> l, Vector512<T> target, Vector512<T> weight, out Vector512<T> slope)
        where TWeighs : struct, IFlag
    {
        Vector512<T> a = Counts<TWeighs>(l, target, weight);
        if (typeof(TFocal) == typeof(Yes)) return OptionTerms.Of(l, a, _gamma, out slope);
        slope = -a;
        return Formula.Weighted(-l, a);
    }
}

/// <summary>The sum of the classes' losses; with <typeparamref name="TSlopes"/> of their slopes by the log-probabilities.</summary>
internal readonly struct ClassSums<T, TTargets, TWeighs, TFocal, TSlopes>(ClassTerms<T, TTargets, TFocal> terms) : IElementwiseStep<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TTargets : struct, IFlag
    where TWeighs : struct, IFlag
    where TFocal : struct, IFlag
    where TSlopes : struct, IFlag
{
    public static bool Sums => true;

    public static bool Writes => false;

    public static bool Weighs => TWeighs.Value;

    public static bool IsLight => !TFocal.Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Step(Vector512<T> prediction, Vector512<T> target, Vector512<T> weight, ref Vector512<T> sum)
    {
        Vector512<T> value = terms.Of<TWeighs>(terms.LogProbability(prediction), target, weight, out Vector512<T> slope);
        sum += typeof(TSlopes) == typeof(Yes) ? slope : value;
        return default;
    }
}

/// <summary>(slope + p rest) scale: the gradient by the logits, where rest is what the row adds to every class.</summary>
internal readonly struct ClassGradient<T, TTargets, TWeighs, TFocal>(
    ClassTerms<T, TTargets, TFocal> terms, double rest, double scale) : IElementwiseStep<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TTargets : struct, IFlag
    where TWeighs : struct, IFlag
    where TFocal : struct, IFlag
{
    private readonly T _rest = T.CreateTruncating(rest);
    private readonly T _scale = T.CreateTruncating(scale);

    public static bool Sums => false;

    public static bool Writes => true;

    public static bool Weighs => TWeighs.Value;

    /// <summary>Four exponentials fit a method where a vector is one register.</summary>
    public static bool IsLight => Avx512F.IsSupported && !TFocal.Value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Step(Vector512<T> prediction, Vector512<T> target, Vector512<T> weight, ref Vector512<T> sum)
    {
        Vector512<T> l = terms.LogProbability(prediction);
        terms.Of<TWeighs>(l, target, weight, out Vector512<T> slope);
        return Lanes.Fma(VectorMath.Exp(l), Vector512.Create(_rest), slope) * Vector512.Create(_scale);
    }
}
