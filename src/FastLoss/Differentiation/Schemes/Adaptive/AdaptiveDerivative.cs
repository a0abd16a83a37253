using System.Numerics;

namespace FastLoss;

/// <summary>
/// The adaptive scheme along a line: central quotients from scale / 16 down by factors of 4 into an
/// <see cref="Extrapolation{T}"/>; near a bound also one-sided quotients towards the other side, and the better of the
/// two. Steps at which the function is not finite are passed over by factors of 64: the domain ends nearby. Then two
/// looks that the tableau cannot have: at a point near zero, whether the function varies on the scale of x after all;
/// and for a smooth function limited by rounding, a formula with long steps. Derivatives of order 2 to 4 begin at scale
/// / 4 and halve.
/// </summary>
internal ref partial struct AdaptiveDerivative<T, TFunction, TLine>(TLine line, LinePoint<T> point, AdaptiveRequest<T> request)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TFunction : allows ref struct
    where TLine : ILine<T, TFunction>, allows ref struct
{
    private readonly TLine _line = line;
    private readonly LinePoint<T> _point = point;
    private readonly AdaptiveRequest<T> _request = request;
    private ValueAtPoint<T> _atPoint;
    private T _size;
    private T _steepness;
    private T _firstStep;
    private Extrapolated<T> _result;
    private int _evaluations;

    /// <summary>
    /// The slope of the function over the first step, to whichever side it is larger: what is ordinary there.
    /// </summary>
    public readonly T Steepness => _steepness;

    /// <summary>The noise of the values that the error reckons with.</summary>
    public readonly T Noise => _result.Noise;

    /// <summary>The smallest step of the result.</summary>
    public readonly T Step => _result.Step;

    /// <summary>
    /// The noise of the values over what rounding alone makes: above 1 the function is noisier than it said.
    /// </summary>
    public readonly T NoiseExcess => _result.Excess;

    private readonly int Order => _request.Order;

    /// <summary>
    /// The derivative; the value at the point is used where it is known, and known afterwards where it was needed.
    /// </summary>
    public DerivativeEstimate<T> Estimate(ref TFunction function, ref ValueAtPoint<T> atPoint)
    {
        if (_point.IsFixed) return DerivativeEstimate<T>.OfFixed;
        _atPoint = atPoint;
        Extrapolated<T> best = _result = Honest(Best(ref function));
        atPoint = _atPoint;
        return _request.Conclude(best.Value, best.Error, _evaluations, _size / Power(_point.Scale));
    }

    private Extrapolated<T> Best(ref TFunction function)
    {
        AdaptiveStart<T> start = AdaptiveStart<T>.At(_point, _request, Quotient.Reach(Order), Order);
        if (!start.IsOneSided) return TwoSided(ref function, start.Step);

        Extrapolated<T> best = OneSided(ref function, start.Step);
        AdaptiveStart<T> inRoom = AdaptiveStart<T>.InRoom(_point, start, Quotient.Reach(Order));
        if (!inRoom.Moves || !Allows(Needed(chained: false))) return best;
        T size = _size;
        Extrapolated<T> nearer = TwoSided(ref function, inRoom.Step);
        if (nearer.IsBetterThan(best)) return nearer;
        _size = size;
        return best;
    }

    private Extrapolated<T> TwoSided(ref TFunction function, T h)
    {
        T first = h;
        Extrapolation<T> tableau = Central(ref function, ref h, out bool gaps);
        _size = tableau.Size;
        T middle = AtPoint(ref function);
        Extrapolated<T> best = tableau.Conclude(Sample(middle));
        Look(tableau, middle, first);
        best = CheckOwnScale(ref function, h, Honest(best));

        // Settled within five levels without leaving the domain, and still more than 20 bits short: smooth, and
        // rounding's.
        T digits = T.CreateTruncating(1 << 19) * StepRule.Epsilon<T>();
        bool isOpen = T.IsFinite(best.Error) && best.Error > digits * T.Abs(best.Value) && best.Value != T.Zero;
        if (Order > 1 || gaps || !tableau.Settled || !isOpen) return best;
        // Six spacings within the length on which the derivative varies keep the formula's own error below rounding.
        T spacing = T.Min(StepRule.PowerOfTwo(tableau.Length / T.CreateTruncating(6)), T.CreateTruncating(16) * first);
        T room = _point.NearRoom;
        bool fits = spacing >= best.Step + best.Step && T.CreateTruncating(7.5) * spacing <= room;
        if (!fits || !Allows(SmoothStencil.Evaluations)) return best;
        // What is more than rounding may be a kink at the point, which is looked for where the tableau did not rule it
        // out.
        T looked = best.Excess > T.CreateTruncating(64) ? middle : T.NaN;
        DerivativeEstimate<T> smooth = SmoothStencil.Estimate(
            ref function, _line, _point, spacing, (_request.Noise, best.Noise), looked);
        _evaluations += smooth.Evaluations;
        // The steps may have reached over a kink far off; then the two disagree, and the small steps are right.
        return smooth.Error < best.Error && T.Abs(smooth.Value - best.Value) <= best.Error + smooth.Error
            ? best with { Value = smooth.Value, Error = smooth.Error }
            : best;
    }

    private void Look(in Extrapolation<T> tableau, T middle, T first)
    {
        T steepness = tableau.Steepness(middle);
        if (!(steepness > _steepness)) return;
        (_steepness, _firstStep) = (steepness, first);
    }

    private Extrapolation<T> Central(ref TFunction function, ref T h, out bool gaps)
    {
        var tableau = new Extrapolation<T>(isSymmetric: true);
        Values<T> values = default;
        T side = T.One, last = h;
        int skipped = 0;
        bool chained = false;
        while (tableau.Tried < Extrapolation<T>.MaximumLevels && skipped < AdaptiveDerivative.MaximumGaps
            && Allows(Needed(chained)))
        {
            if (!Measure(ref function, ref values, h, chained, ref side))
            {
                tableau.Restart();
                skipped++;
                h /= T.CreateTruncating(64);
                chained = false;
                continue;
            }

            T width = (_point.Position + h) - (_point.Position - h);
            if (width == T.Zero) break;
            Quotient<T> quotient = Quotient.Central(values, Order, width, _point, _request.Noise);
            if (quotient.IsFlat && Allows(1)) quotient = quotient with { Middle = AtPoint(ref function) };
            if (tableau.IsInDoubt(quotient) && Allows(1))
            {
                int flat = tableau.FlatSide(quotient);
                tableau.Clear(Between(ref function, T.CreateTruncating(0.9) * last, flat), flat);
            }

            tableau.Add(quotient, h);
            last = h;
            if (tableau.Settled || IsEnough(tableau)) break;
            h = _request.Next(h, tableau.Tried);
            chained = true;
        }

        gaps = skipped > 0;
        return tableau;
    }

    /// <summary>A value between two steps, on the side that is not flat.</summary>
    private T Between(ref TFunction function, T reach, int flat) =>
        At(ref function, _point.Position - T.CreateTruncating(flat) * reach);

    /// <summary>The values around the point at step <paramref name="h"/>; false if one is not finite.</summary>
    private bool Measure(ref TFunction function, ref Values<T> values, T h, bool chained, ref T side)
    {
        if (Order >= 3)
        {
            // Of the last level, whose step was twice as long.
            if (chained) (values.UpperTwo, values.LowerTwo) = (values.Upper, values.Lower);
            else if (!Pair(ref function, h + h, ref side, out values.UpperTwo, out values.LowerTwo)) return false;
        }

        if (Order > 1)
        {
            values.Middle = AtPoint(ref function, always: true);
            if (!T.IsFinite(values.Middle)) return false;
        }

        return Pair(ref function, h, ref side, out values.Upper, out values.Lower);
    }

    private bool Pair(ref TFunction function, T h, ref T side, out T upper, out T lower)
    {
        T first = At(ref function, _point.Position + side * h), second = T.NaN;
        if (T.IsFinite(first)) second = At(ref function, _point.Position - side * h);
        (upper, lower) = side > T.Zero ? (first, second) : (second, first);
        if (T.IsFinite(second)) return true;
        // The side that fails is asked first from now on: it saves an evaluation a level.
        if (T.IsFinite(first)) side = -side;
        return false;
    }

    /// <summary>
    /// At x near 0 the steps start at the scale, far above |x|. If one difference at |x| / 64 disagrees with the
    /// result, the function varies on the scale of x and the larger steps agreed by chance: start again from there, and
    /// believe the second result if it explains the disagreement.
    /// </summary>
    private Extrapolated<T> CheckOwnScale(ref TFunction function, T smallest, Extrapolated<T> best)
    {
        T room = _point.NearRoom / T.CreateTruncating(Quotient.Reach(Order));
        if (!OwnStep(smallest, out T h) || h > room) return best;
        Values<T> values = default;
        T side = T.One;
        T width = (_point.Position + h) - (_point.Position - h);
        if (width == T.Zero || !Measure(ref function, ref values, h, chained: false, ref side)) return best;
        Quotient<T> quotient = Quotient.Central(values, Order, width, _point, _request.Noise);
        if (!best.Disagrees(quotient)) return best;

        h = AdaptiveRequest<T>.Fit(T.Min(h * T.CreateTruncating(4), room));
        return Explained(Central(ref function, ref h, out _).Conclude(Sample(AtPoint(ref function))), quotient, best);
    }

    private readonly bool OwnStep(T smallest, out T h)
    {
        T distance = T.Abs(_point.Position);
        h = StepRule.Automatic(_point.Position, T.Zero, T.One) / T.CreateTruncating(64);
        return distance != T.Zero && distance * T.CreateTruncating(4) < _point.Scale && h < smallest && Allows(Needed(chained: false));
    }

    private static Extrapolated<T> Explained(in Extrapolated<T> closer, in Quotient<T> quotient, in Extrapolated<T> best) =>
        closer.Error * T.CreateTruncating(10) <= T.Abs(quotient.Value - best.Value) || closer.Error < best.Error ? closer : best;

    private T AtPoint(ref TFunction function, bool always = false)
    {
        if (!_atPoint.Known)
        {
            if (!always && !Allows(1)) return T.NaN;
            _atPoint.Value = At(ref function, _point.Position);
        }

        return _atPoint.Value;
    }

    private T At(ref TFunction function, T position)
    {
        _evaluations++;
        return _line.At(ref function, position);
    }

    /// <summary>
    /// The value at the point as one more mean of values, which the quotients of odd order leave out.
    /// </summary>
    private readonly T Sample(T atPoint) => Order % 2 == 1 ? atPoint : T.NaN;

    /// <summary>The evaluations of one level; chained to the last, the outer two points are known.</summary>
    private readonly int Needed(bool chained) => Order == 1 ? 2 : (Order > 2 && !chained ? 4 : 2) + (_atPoint.Known ? 0 : 1);

    private readonly bool Allows(int more) => _evaluations + more <= _request.MaximumEvaluations;

    private readonly bool IsEnough(in Extrapolation<T> tableau)
    {
        if (!_request.HasAccuracy || tableau.Count < 3) return false;
        Extrapolated<T> now = tableau.Conclude(T.NaN);
        return _request.IsMet(now.Value, now.Error);
    }

    /// <summary>
    /// What looks like noise is as large as all that the function does over the first step, and not for rounding: it
    /// may well vary on a smaller scale than any step, and nothing is known.
    /// </summary>
    private readonly Extrapolated<T> Honest(in Extrapolated<T> best) =>
        Order == 1 && best.Excess > T.CreateTruncating(1024) && T.Max(best.Noise, T.CreateTruncating(8) * best.Surprise) > _steepness * _firstStep
            ? best with { Error = T.PositiveInfinity }
            : best;

    private readonly T Power(T length)
    {
        T power = length;
        for (int i = 1; i < Order; i++) power *= length;
        return power;
    }
}

/// <summary>What the adaptive scheme shares with its users.</summary>
internal static class AdaptiveDerivative
{
    public const int MaximumGaps = 12;

    /// <summary>The first derivative along a line.</summary>
    public static DerivativeEstimate<T> Estimate<T, TFunction, TLine>(
        ref TFunction function, TLine line, in LinePoint<T> point, in AdaptiveRequest<T> request, ref ValueAtPoint<T> atPoint)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : allows ref struct
        where TLine : ILine<T, TFunction>, allows ref struct =>
        new AdaptiveDerivative<T, TFunction, TLine>(line, point, request).Estimate(ref function, ref atPoint);
}
