using System.Numerics;

namespace FastLoss;

/// <summary>What the slopes on both sides of a point do as the step shrinks.</summary>
internal enum PointKind
{
    Smooth,

    /// <summary>
    /// A kink near the point, not at it: the slopes agree once the step is shorter than the distance.
    /// </summary>
    NearKink,
    Kink,
    Unbounded,
}

/// <summary>
/// The slopes below and above a point at the smallest step that says something, and how far rounding may move them.
/// </summary>
internal readonly record struct Slopes<T>(PointKind Kind, T Below, T Above, T Rounding, int Evaluations)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public T Jump => T.Abs(Above - Below);

    /// <summary>
    /// The jump at the first step, where rounding hides whether it vanishes at smaller ones: a kink nearer than those
    /// steps moves every difference by up to this. 0 where it was seen to vanish.
    /// </summary>
    public T Unsettled { get; init; }
}

/// <summary>
/// Tells a kink from curvature: the jump between the slopes, (f(x+h) - 2f(x) + f(x-h)) / h, falls with h for a smooth
/// function and stays for a kink, and slopes that grow have no limit. Central differences cannot see either: of |x| at
/// 0 every one is 0.
/// </summary>
internal static class KinkTest
{
    private const int Levels = 4;

    /// <summary>Assumes room for the first step on both sides. The noise is that of a value, absolute.</summary>
    public static Slopes<T> At<T, TFunction, TLine>(
        ref TFunction function, TLine line, in LinePoint<T> point, T noise, T insignificant, T atPoint)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : allows ref struct
        where TLine : ILine<T, TFunction>, allows ref struct
    {
        T ratio = T.CreateTruncating(Ratio<T>());
        // A smooth jump falls by the ratio, that of |x|^1.5 by its square root, a kink's not at all.
        T fall = T.CreateTruncating(typeof(T) == typeof(double) ? 4 : 2);
        T h = FirstStep(point);
        Slopes<T> last = Measure(ref function, line, point, h, noise, atPoint, 0);
        for (int level = 1; level < Levels; level++)
        {
            h /= ratio;
            Slopes<T> next = Measure(ref function, line, point, h, noise, atPoint, last.Evaluations);
            T size = T.Max(T.Abs(next.Below), T.Abs(next.Above)), lastSize = T.Max(T.Abs(last.Below), T.Abs(last.Above));
            T jump = next.Jump, lastJump = last.Jump;
            T certain = T.CreateTruncating(8) * next.Rounding;
            if (!(T.IsFinite(size) && T.IsFinite(lastSize))) return next with { Kind = PointKind.Smooth };

            if (size >= T.CreateTruncating(1.5) * lastSize && size > certain)
            {
                // Growth that begins later is a feature between the steps, not at the point.
                last = next with { Kind = level > 1 && last.Kind != PointKind.Unbounded ? PointKind.NearKink : PointKind.Unbounded };
            }
            else if (jump > certain && jump > insignificant && jump * fall >= lastJump)
            {
                // The slopes of a kink are known best at the smallest step that rounding does not blur.
                if (last.Kind == PointKind.Kink && next.Rounding * T.CreateTruncating(typeof(T) == typeof(double) ? 4096 : 64) > jump)
                    return last with { Evaluations = next.Evaluations };
                last = next with { Kind = PointKind.Kink };
            }
            else if (last.Kind is PointKind.Kink or PointKind.Unbounded && lastJump <= T.CreateTruncating(64) * next.Rounding)
            {
                return last with { Evaluations = next.Evaluations };   // too small a step to say more than the last
            }
            else
            {
                bool isHidden = last.Kind == PointKind.Smooth && lastJump > T.CreateTruncating(8) * last.Rounding && jump + certain >= lastJump / T.CreateTruncating(2);
                return next with
                {
                    Kind = last.Kind == PointKind.Smooth ? PointKind.Smooth : PointKind.NearKink,
                    Unsettled = isHidden ? lastJump : T.Zero,
                };
            }
        }

        return last;
    }

    /// <summary>
    /// The first step: small enough that curvature fades, large enough for three smaller ones above rounding.
    /// </summary>
    public static T FirstStep<T>(in LinePoint<T> point)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        StepRule.Automatic(T.Zero, point.Scale, T.One) * T.CreateTruncating(typeof(T) == typeof(double) ? 1.0 / (1 << 14) : 1.0 / (1 << 5));

    private static double Ratio<T>() => typeof(T) == typeof(double) ? 64 : 8;

    private static Slopes<T> Measure<T, TFunction, TLine>(
        ref TFunction function, TLine line, in LinePoint<T> point, T h, T noise, T atPoint, int evaluations)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : allows ref struct
        where TLine : ILine<T, TFunction>, allows ref struct
    {
        T x = point.Position, above = x + h, below = x - h;
        T rise = TLine.SubtractsItself ? line.Difference(ref function, above, x) : line.At(ref function, above) - atPoint;
        T fall = TLine.SubtractsItself ? line.Difference(ref function, x, below) : atPoint - line.At(ref function, below);
        T upper = rise / (above - x), lower = fall / (x - below);
        T argument = T.Max(T.Abs(upper), T.Abs(lower)) * point.Magnitude * StepRule.Epsilon<T>();
        T rounding = (T.CreateTruncating(4) * noise + argument) / h;
        return new(PointKind.Smooth, lower, upper, rounding, evaluations + 2);
    }
}
