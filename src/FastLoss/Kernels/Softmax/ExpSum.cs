using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>
/// The sum of e^x over a row in one pass over memory. No maximum is subtracted: exponentials are scaled by
/// 2^<see cref="Exponent{T}"/>, and a row whose scaled sum lies in [1, <see cref="Limit{T}"/>] has lost nothing: what the
/// clamp of <see cref="ExpKernel{V, T}"/> cut off is a probability below the smallest normal number. That holds for rows
/// whose largest logit is between -11 and 70 - ln n (float), -177 and 515 - ln n (double); other rows are done again with
/// their largest exponential divided out (<see cref="RowShift{T}"/>). The data alone decide, so every machine decides alike.
/// </summary>
internal static class ExpSum
{
    /// <summary>What a thread takes of a long row at a time; the sums of chunks are added in their order, by <see cref="LongSum"/>.</summary>
    public const int ChunkLength = 32768;

    /// <summary>
    /// Exponentials are scaled by 2 to this power: half-way between what the smallest and the largest rows need in double; in
    /// float logits far above 0 have more room, for of rows of 10 with a standard deviation of 30 all but 8 % fit then, and but 28 % half-way.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Exponent<T>() => typeof(T) == typeof(float) ? 16 : 256;

    /// <summary>2^Exponent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Scale<T>() => typeof(T) == typeof(float) ? 65536.0 : 1.157920892373162e77;

    /// <summary>2^118 and 2^1000: the largest scaled sum whose reciprocal is a normal number with room to spare.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Limit<T>() => typeof(T) == typeof(float) ? 3.3230699894622897e35 : 1.0715086071862673e301;

    /// <summary>Whether a scaled sum can be trusted (see the class); false for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsExact<T>(double scaledSum) => scaledSum >= 1 && scaledSum <= Limit<T>();
}
