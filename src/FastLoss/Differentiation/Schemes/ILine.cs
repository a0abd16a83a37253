using System.Numerics;

namespace FastLoss;

/// <summary>
/// A function seen along one line: every scheme is written once over this, for a function of one variable, one
/// coordinate of many, or a direction. The function is passed at each call because a ref struct cannot hold a reference
/// to another. Whoever makes the line restores the point.
/// </summary>
internal interface ILine<T, TFunction>
    where TFunction : allows ref struct
{
    /// <summary>
    /// Whether <see cref="Difference"/> is better than subtracting two values of <see cref="At"/>, so that it is worth
    /// calling even when one of them is known.
    /// </summary>
    static abstract bool SubtractsItself { get; }

    /// <summary>The value at <paramref name="position"/> on the line.</summary>
    T At(ref TFunction function, T position);

    /// <summary>The value at <paramref name="upper"/> less that at <paramref name="lower"/>.</summary>
    T Difference(ref TFunction function, T upper, T lower);
}

/// <summary>The value at the point itself, when a scheme needs it; many lines through one point share it.</summary>
internal struct ValueAtPoint<T>
{
    private T _value;

    public bool Known { get; private set; }

    public T Value
    {
        readonly get => _value;
        set
        {
            _value = value;
            Known = true;
        }
    }
}

/// <summary>Where on a line to differentiate.</summary>
/// <param name="Position">The position of the point.</param>
/// <param name="Scale">The length on which the function is taken to vary.</param>
/// <param name="Magnitude">
/// The size of what is rounded when moving along the line: |x| for a coordinate. A function's own rounding is at least
/// that of its argument, so |f'| * Magnitude * eps is part of its noise.
/// </param>
/// <param name="RoomBelow">How far the line may be followed downwards.</param>
/// <param name="RoomAbove">How far the line may be followed upwards.</param>
internal readonly record struct LinePoint<T>(T Position, T Scale, T Magnitude, T RoomBelow, T RoomAbove)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The room on the side of the nearer bound.</summary>
    public T NearRoom => T.Min(RoomBelow, RoomAbove);

    /// <summary>The room on the other side.</summary>
    public T FarRoom => T.Max(RoomBelow, RoomAbove);

    /// <summary>1 if there is more room above, else -1.</summary>
    public int AwayFromBound => RoomAbove >= RoomBelow ? 1 : -1;

    /// <summary>A coordinate whose bounds are equal: it cannot move, and the derivative is 0.</summary>
    public bool IsFixed { get; init; }
}
