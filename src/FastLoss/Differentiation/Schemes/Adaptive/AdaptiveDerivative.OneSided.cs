using System.Numerics;

namespace FastLoss;

// Differences to one side, where a bound leaves no room on the other.
internal ref partial struct AdaptiveDerivative<T, TFunction, TLine>
{
    private Extrapolated<T> OneSided(ref TFunction function, T h)
    {
        Extrapolated<T> best = Honest(Descend(ref function, ref h));
        if (!OwnStep(h, out T own)) return best;
        Span<T> values = stackalloc T[5];
        if (!Side(ref function, own, values[..(Order + 1)], out T step)) return best;
        Quotient<T> quotient = Quotient.OneSided(values[..(Order + 1)], _point.AwayFromBound, step, _point, _request.Noise);
        if (!best.Disagrees(quotient)) return best;
        own = AdaptiveRequest<T>.Fit(own * T.CreateTruncating(4));
        return Explained(Descend(ref function, ref own), quotient, best);
    }

    private Extrapolated<T> Descend(ref TFunction function, ref T h)
    {
        var tableau = new Extrapolation<T>(isSymmetric: false);
        Span<T> values = stackalloc T[5];
        values = values[..(Order + 1)];
        int skipped = 0;
        T first = h;
        while (h > T.Zero && tableau.Tried < Extrapolation<T>.MaximumLevels && skipped < AdaptiveDerivative.MaximumGaps
            && Allows(Order + 1))
        {
            if (!Side(ref function, h, values, out T step))
            {
                if (step == T.Zero) break;
                tableau.Restart();
                skipped++;
                h /= T.CreateTruncating(64);
                continue;
            }

            tableau.Add(Quotient.OneSided(values, _point.AwayFromBound, step, _point, _request.Noise), h);
            if (tableau.Settled || IsEnough(tableau)) break;
            h = _request.Next(h, tableau.Tried);
        }

        _size = tableau.Size;
        Look(tableau, T.NaN, first);
        return tableau.Conclude(T.NaN);
    }

    /// <summary>
    /// The values away from the bound; false if one is not finite or, with a step of 0, where x does not move.
    /// </summary>
    private bool Side(ref TFunction function, T h, scoped Span<T> values, out T step)
    {
        T sign = T.CreateTruncating(_point.AwayFromBound);
        step = T.Abs(_point.Position + sign * h - _point.Position);
        if (step == T.Zero) return false;
        values[0] = AtPoint(ref function, always: true);
        for (int i = 1; i < values.Length; i++)
        {
            values[i] = At(ref function, _point.Position + sign * T.CreateTruncating(i) * h);
            if (!T.IsFinite(values[i])) return false;
        }

        return T.IsFinite(values[0]);
    }
}
