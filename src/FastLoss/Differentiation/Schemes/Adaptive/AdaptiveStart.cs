using System.Numerics;

namespace FastLoss;

/// <summary>Where the adaptive scheme begins on a line, and whether a bound makes it one-sided.</summary>
/// <param name="Step">The first step; 0 if the line is not followed.</param>
/// <param name="Side">1 or -1 for one-sided differences above or below, 0 for both sides.</param>
internal readonly record struct AdaptiveStart<T>(T Step, int Side)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public bool IsOneSided => Side != 0;

    public bool Moves => Step > T.Zero;

    /// <summary>
    /// The step of the request, or what fits on both sides; where that is less than 1/64 of it, the side with more
    /// room.
    /// </summary>
    /// <param name="point">The point.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="reach">How many steps a symmetric formula reaches.</param>
    /// <param name="sideReach">How many steps a one-sided formula reaches.</param>
    public static AdaptiveStart<T> At(in LinePoint<T> point, in AdaptiveRequest<T> request, int reach = 1, int sideReach = 1)
    {
        T start = request.Start(point), near = point.NearRoom / T.CreateTruncating(reach), far = point.FarRoom / T.CreateTruncating(sideReach);
        return near >= start / T.CreateTruncating(64)
            ? new(T.Min(start, AdaptiveRequest<T>.Fit(near)), 0)
            : new(T.Min(start, AdaptiveRequest<T>.Fit(far)), point.AwayFromBound);
    }

    /// <summary>
    /// Both sides within the room on the bound's side, where <paramref name="start"/> is one-sided and there is some.
    /// </summary>
    public static AdaptiveStart<T> InRoom(in LinePoint<T> point, in AdaptiveStart<T> start, int reach = 1) =>
        start.IsOneSided ? new(AdaptiveRequest<T>.Fit(point.NearRoom / T.CreateTruncating(reach)), 0) : default;

    /// <summary>1/16 of |x|, where that is far below the scale; <paramref name="start"/> says to which side.</summary>
    public static AdaptiveStart<T> OnOwnScale(in LinePoint<T> point, in AdaptiveStart<T> start, int reach = 1)
    {
        T distance = T.Abs(point.Position);
        if (distance == T.Zero || distance * T.CreateTruncating(4) >= point.Scale) return default;
        T own = StepRule.PowerOfTwo(distance) / T.CreateTruncating(16);
        T room = (start.IsOneSided ? point.FarRoom : point.NearRoom) / T.CreateTruncating(reach);
        own = AdaptiveRequest<T>.Fit(T.Min(own, room));
        return own < start.Step ? new(own, start.Side) : default;
    }

    public T Upper(T position, T h) => Side >= 0 ? position + h : position;

    public T Lower(T position, T h) => Side <= 0 ? position - h : position;
}
