using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss;

/// <summary>The lines through a point along its coordinates, however the function is evaluated on them.</summary>
internal interface ICoordinateLines<T, TFunction, TLine>
    where TFunction : allows ref struct
    where TLine : ILine<T, TFunction>, allows ref struct
{
    TLine Along(int index);

    /// <summary>Puts back what moving along a line has changed.</summary>
    void Restore(int index, T value);
}

/// <summary>The coordinates of <c>x</c> move in place.</summary>
internal readonly ref struct InPlaceLines<T, TFunction>(Span<T> x) : ICoordinateLines<T, TFunction, CoordinateLine<T, TFunction>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TFunction : IScalarFunction<T>, allows ref struct
{
    private readonly Span<T> _x = x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public CoordinateLine<T, TFunction> Along(int index) => new(_x, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Restore(int index, T value) => _x[index] = value;
}

/// <summary>The function holds the point and moves its coordinates itself.</summary>
internal readonly struct PreparedLines<T, TFunction> : ICoordinateLines<T, TFunction, PreparedLine<T, TFunction>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TFunction : ICoordinateFunction<T>, allows ref struct
{
    public PreparedLine<T, TFunction> Along(int index) => new(index);

    public void Restore(int index, T value)
    {
    }
}
