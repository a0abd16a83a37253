using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>The focal exponent gamma, as a compile-time kind.</summary>
internal interface IFocal
{
    static abstract bool IsNone { get; }

    /// <summary>Whether gamma is 2, as nearly always: a product in place of a power.</summary>
    static abstract bool IsTwo { get; }
}

internal readonly struct NoFocal : IFocal
{
    public static bool IsNone => true;

    public static bool IsTwo => false;
}

internal readonly struct SquareFocal : IFocal
{
    public static bool IsNone => false;

    public static bool IsTwo => true;
}

internal readonly struct AnyFocal : IFocal
{
    public static bool IsNone => false;

    public static bool IsTwo => false;
}

/// <summary>
/// What a class adds to its row's loss, from its distance d = m - z below the largest logit, its probability p and what it counts, a:
/// -a (1 - p)^gamma ln p, with ln p = -(d + log-sum). Without gamma the log-sum's part is left to the row, which adds it once.
/// </summary>
internal static class ClassFormula
{
    /// <summary>What a class counts: w (spread + kept t), no spread where it is masked.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Count<V>(V z, V target, V weight, V spread, V kept)
        where V : unmanaged, IVector<V> =>
        V.Fma(target, kept, V.AndNot(V.Equal(z, double.NegativeInfinity), spread)) * weight;

    /// <summary>
    /// With gamma: the loss, and its slope by ln p, a (1 - p)^gamma (gamma p ln p / (1 - p) - 1); both 0 where a is. The complement
    /// 1 - p is given: for the largest class it may be as small as there are numbers.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Focal<V, TFocal>(V logProbability, V p, V complement, V a, double gamma, out V slope)
        where V : unmanaged, IVector<V>
        where TFocal : struct, IFocal
    {
        V factor = TFocal.IsTwo ? complement * complement : V.CalledPow(complement, V.Parameter(gamma));

        // p ln p / (1 - p) is -1 at p = 1 and 0 at p = 0.
        V ratio = V.Where(V.Equal(complement, 0), -1, Formulas.Weighted(logProbability, p) / complement);
        slope = Formulas.Weighted(factor * V.Fma(V.Parameter(gamma), ratio, -1), a);
        return Formulas.Weighted(-logProbability * factor, a);
    }
}
