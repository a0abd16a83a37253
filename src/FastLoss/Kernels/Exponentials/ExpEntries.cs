using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>
/// 2^(j/16) for j = 0..15, correctly rounded. Sixteen entries are one register permute with AVX-512 (two for double),
/// two permutes with AVX2 and one table look-up with NEON.
/// </summary>
internal static class ExpEntries
{
    public static ReadOnlySpan<float> Single =>
    [
        1.0f, 1.0442737340927124f, 1.0905077457427979f, 1.1387885808944702f,
        1.1892070770263672f, 1.2418577671051025f, 1.2968395948410034f, 1.3542555570602417f,
        1.4142135381698608f, 1.4768261909484863f, 1.5422108173370361f, 1.610490322113037f,
        1.6817928552627563f, 1.7562521696090698f, 1.8340080976486206f, 1.9152065515518188f,
    ];

    public static ReadOnlySpan<double> Double =>
    [
        1.0, 1.0442737824274138, 1.0905077326652577, 1.1387886347566916,
        1.189207115002721, 1.241857812073484, 1.2968395546510096, 1.3542555469368927,
        1.4142135623730951, 1.4768261459394993, 1.5422108254079407, 1.6104903319492543,
        1.681792830507429, 1.7562521603732995, 1.8340080864093424, 1.9152065613971474,
    ];

    /// <summary>The 16 floats, or the first 8 doubles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Low<T>() =>
        typeof(T) == typeof(float) ? Vector512.Create(Single).As<float, T>() : Vector512.Create(Double).As<double, T>();

    /// <summary>The last 8 doubles; floats need no second vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> High<T>() =>
        typeof(T) == typeof(float) ? default : Vector512.Create(Double[8..]).As<double, T>();
}
