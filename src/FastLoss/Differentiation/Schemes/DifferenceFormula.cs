using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss;

/// <summary>
/// A scheme as data: f'(x) = sum of w_k (f(x + u_k h) - f(x + l_k h)) / (u_k h - l_k h) / denominator. Functions,
/// vector functions and batches all read the same table. Dividing each difference by its own step lets the step be the
/// one really taken after rounding.
/// </summary>
internal readonly ref struct DifferenceFormula
{
    private readonly ReadOnlySpan<sbyte> _upper;
    private readonly ReadOnlySpan<sbyte> _lower;
    private readonly ReadOnlySpan<sbyte> _weights;
    private readonly int _sign;

    private DifferenceFormula(
        ReadOnlySpan<sbyte> upper, ReadOnlySpan<sbyte> lower, ReadOnlySpan<sbyte> weights, int denominator, int order,
        double noiseGain, int sign = 1)
    {
        _upper = upper;
        _lower = lower;
        _weights = weights;
        Denominator = denominator;
        Order = order;
        NoiseGain = noiseGain;
        _sign = sign;
    }

    /// <summary>The most pairs a formula has.</summary>
    public const int MaximumPairs = 4;

    public int Pairs => _weights.Length;

    public int Denominator { get; }

    /// <summary>The error is O(h^Order).</summary>
    public int Order { get; }

    /// <summary>
    /// The noise of the derivative, times h, over that of one value: the sum of the absolute weights of the values.
    /// </summary>
    public double NoiseGain { get; }

    public int Weight(int pair) => _weights[pair];

    public int Upper(int pair) => _sign > 0 ? _upper[pair] : -_lower[pair];

    public int Lower(int pair) => _sign > 0 ? _lower[pair] : -_upper[pair];

    private static DifferenceFormula Central => new([1], [-1], [1], 1, 2, 1);

    private static DifferenceFormula FivePoint => new([1, 2], [-1, -2], [4, -1], 3, 4, 1.5);

    private static DifferenceFormula OneSided(int order, int sign) => order switch
    {
        1 => new([1], [0], [1], 1, 1, 2, sign),
        2 => new([1, 2], [0, 0], [2, -1], 1, 2, 4, sign),
        _ => new([1, 2, 3, 4], [0, 0, 0, 0], [4, -6, 4, -1], 1, 4, 128.0 / 12, sign),
    };

    /// <summary>
    /// The formula of <paramref name="scheme"/>, or, where a bound is nearer than it reaches, the one-sided formula of
    /// the same order towards the side with more room. <paramref name="h"/> shrinks if even that does not fit.
    /// </summary>
    public static DifferenceFormula Choose<T>(DifferenceScheme scheme, scoped ref T h, T roomBelow, T roomAbove)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (scheme)
        {
            case DifferenceScheme.FivePoint:
                if (T.Min(roomBelow, roomAbove) >= h + h) return FivePoint;
                break;
            case DifferenceScheme.Forward:
                if (roomAbove >= h) return OneSided(1, 1);
                break;
            case DifferenceScheme.Backward:
                if (roomBelow >= h) return OneSided(1, -1);
                break;
            default:
                if (T.Min(roomBelow, roomAbove) >= h) return Central;
                break;
        }

        int order = scheme switch
        {
            DifferenceScheme.FivePoint => 4,
            DifferenceScheme.Forward or DifferenceScheme.Backward => 1,
            _ => 2,
        };
        T reach = T.CreateTruncating(order), room = T.Max(roomBelow, roomAbove);
        if (room < reach * h) h = StepRule.PowerOfTwo(room / reach);
        return OneSided(order, roomAbove >= roomBelow ? 1 : -1);
    }

    /// <summary>x moved by a whole number of steps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Move<T>(T x, int steps, T h)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => x + T.CreateTruncating(steps) * h;
}
