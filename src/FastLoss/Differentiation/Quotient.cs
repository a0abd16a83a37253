using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss;

/// <summary>The difference quotients along a line, each divided by the step really taken, (x+h)-(x-h), not by 2h.</summary>
internal static class Quotient
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Central<T, TFunction, TLine>(ref TFunction function, TLine line, T x, T h)
        where T : IBinaryFloatingPointIeee754<T>
        where TFunction : allows ref struct
        where TLine : ILine<T, TFunction>, allows ref struct
    {
        T above = x + h, below = x - h;
        T upper = line.At(ref function, above);
        return (upper - line.At(ref function, below)) / (above - below);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Forward<T, TFunction, TLine>(ref TFunction function, TLine line, T x, T h, T valueAtX)
        where T : IBinaryFloatingPointIeee754<T>
        where TFunction : allows ref struct
        where TLine : ILine<T, TFunction>, allows ref struct
    {
        T above = x + h;
        return (line.At(ref function, above) - valueAtX) / (above - x);
    }
}
