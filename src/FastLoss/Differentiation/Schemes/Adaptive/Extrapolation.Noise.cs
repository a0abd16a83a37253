using System.Numerics;

namespace FastLoss;

// What the levels say of the noise of the function's values.
internal partial struct Extrapolation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// What the noise may be, by the samples after level <paramref name="k"/> or, where they are few, of it and those
    /// before.
    /// </summary>
    private readonly T Noise(int k, T middle)
    {
        NoiseSamples<T> samples = default;
        samples.Add(middle);
        for (int i = k + 1; i < Count && samples.Count < 4; i++) Gather(i, ref samples);
        for (int i = k; i > 0 && samples.Count < 3; i--) Gather(i, ref samples);
        return samples.Bound;
    }

    private readonly void Gather(int i, ref NoiseSamples<T> samples)
    {
        samples.Add(_levels[i].Own);
        samples.Add(_levels[i].Other);
    }

    private readonly T Sample(int k)
    {
        NoiseSamples<T> samples = default;
        Gather(k, ref samples);
        return samples.Deviation;
    }

    /// <summary>
    /// Samples that do not fall over three levels are noise, also for the levels below whose values may be equal
    /// because they are rounded. Not where they are as large as what the function does over the first step: then those
    /// steps were too long.
    /// </summary>
    private readonly T Plateau(int first)
    {
        if (first == 0 || first + 2 >= Count) return T.Zero;
        NoiseSamples<T> samples = default;
        for (int i = first; i <= first + 2; i++) Gather(i, ref samples);
        bool isNoise = Sample(first + 2) * T.CreateTruncating(4) >= Sample(first)
            && samples.Deviation * T.CreateTruncating(8) < T.Abs(_firstUpper - _firstLower);
        return isNoise ? samples.Bound : T.Zero;
    }

    /// <summary>
    /// Samples that fall three times in a row, and not to rounding at once, as those of a function that varies on the
    /// scale of these steps and not on that of the ones before: those had no noise, but features between them.
    /// </summary>
    private readonly bool Converges(int k)
    {
        if (k < 4) return false;
        T fall = T.CreateTruncating(8);
        for (int i = k - 2; i <= k; i++)
        {
            if (!(Sample(i) * fall <= Sample(i - 1))) return false;
            if (i < k && !(Sample(i) > T.CreateTruncating(64) * _levels[i].Rounding * _levels[i].Gain)) return false;
        }

        return true;
    }
}
