using System.Numerics;

namespace FastLoss;

/// <summary>
/// One element of a Hessian by the adaptive scheme: second differences from scale / 16 down, extrapolated to h = 0;
/// near a bound one-sided ones and symmetric ones within the room on its side, whichever are better; and near 0 on the
/// scale of x, where one difference there shows that it matters.
/// </summary>
internal ref struct AdaptiveSecondDerivative<TFunction, T>(
    Span<T> x, int i, int j, (LinePoint<T> First, LinePoint<T> Second) points, AdaptiveRequest<T> request)
    where TFunction : IScalarFunction<T>, allows ref struct
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Span<T> _x = x;
    private readonly LinePoint<T> _first = points.First;
    private readonly LinePoint<T> _second = points.Second;
    private readonly AdaptiveRequest<T> _request = request;
    private T _size;
    private long _evaluations;

    public DerivativeEstimate<T> Estimate(ref TFunction function, T atPoint, ref long evaluations)
    {
        if (_first.IsFixed || _second.IsFixed) return DerivativeEstimate<T>.OfFixed;
        AdaptiveStart<T> outer = AdaptiveStart<T>.At(_first, _request, 1, 3), inner = AdaptiveStart<T>.At(_second, _request, 1, 3);
        Extrapolated<T> best = Extrapolate(ref function, outer, inner, atPoint);
        T size = _size;
        if (outer.IsOneSided || inner.IsOneSided)
        {
            AdaptiveStart<T> first = outer.IsOneSided ? AdaptiveStart<T>.InRoom(_first, outer) : outer;
            AdaptiveStart<T> second = inner.IsOneSided ? AdaptiveStart<T>.InRoom(_second, inner) : inner;
            if (first.Moves && second.Moves) Improve(ref best, Extrapolate(ref function, first, second, atPoint), ref size);
        }

        AdaptiveStart<T> ownOuter = AdaptiveStart<T>.OnOwnScale(_first, outer, outer.IsOneSided ? 3 : 1);
        AdaptiveStart<T> ownInner = AdaptiveStart<T>.OnOwnScale(_second, inner, inner.IsOneSided ? 3 : 1);
        if (ownOuter.Moves || ownInner.Moves)
        {
            if (!ownOuter.Moves) ownOuter = outer;
            if (!ownInner.Moves) ownInner = inner;
            Quotient<T> check = At(ref function, ownOuter, ownInner, 1, 0, atPoint, out _);
            if (T.IsFinite(check.Value) && best.Disagrees(check))
                Improve(ref best, Extrapolate(ref function, ownOuter, ownInner, atPoint), ref size);
        }

        evaluations += _evaluations;
        return _request.Conclude(best.Value, best.Error, 0, size / _first.Scale / _second.Scale);
    }

    private readonly void Improve(ref Extrapolated<T> best, in Extrapolated<T> now, ref T size)
    {
        if (!now.IsBetterThan(best)) return;
        best = now;
        size = _size;
    }

    private Extrapolated<T> Extrapolate(ref TFunction function, AdaptiveStart<T> outer, AdaptiveStart<T> inner, T atPoint)
    {
        bool isSymmetric = !outer.IsOneSided && !inner.IsOneSided;
        var tableau = new Extrapolation<T>(isSymmetric);
        int levels = 0, most = _request.MaximumEvaluations;
        for (int gaps = 0; levels < Extrapolation<T>.MaximumLevels && gaps < AdaptiveDerivative.MaximumGaps && !tableau.Settled;)
        {
            if (_evaluations + 4 > most) break;
            Quotient<T> quotient = At(ref function, outer, inner, levels, gaps, atPoint, out T step);
            if (T.IsFinite(quotient.Value))
            {
                tableau.Add(quotient, step);
                levels++;
                Extrapolated<T> now = _request.HasAccuracy && levels > 2 ? tableau.Conclude(T.NaN) : default;
                if (levels > 2 && _request.HasAccuracy && _request.IsMet(now.Value, now.Error)) break;
            }
            else
            {
                tableau.Restart();
                gaps++;
            }
        }

        _size = tableau.Size;
        return tableau.Conclude(isSymmetric && i != j ? atPoint : T.NaN);
    }

    private Quotient<T> At(
        ref TFunction function, in AdaptiveStart<T> outer, in AdaptiveStart<T> inner, int level, int gaps, T atPoint, out T step)
    {
        step = AdaptiveRequest<T>.At(outer.Step, level, gaps);
        T other = AdaptiveRequest<T>.At(inner.Step, level, gaps);
        return i == j
            ? SecondDifference.Along(ref function, _x, i, (_first, step, outer.Side), atPoint, _request.Noise, ref _evaluations)
            : SecondDifference.Across(
                ref function, _x, (i, j), (_first, step, outer.Side), (_second, other, inner.Side), _request.Noise, ref _evaluations);
    }
}
