using System.Numerics;

namespace FastLoss;

/// <summary>
/// xoshiro256** (Blackman and Vigna 2018), seeded by SplitMix64 as its authors advise. What it draws is part of what a seed
/// means: the framework's Random may change its sequence, and libm its last digit, so everything here is made of integer
/// operations and of +, -, * on doubles, and gives the same numbers on every machine, for good.
/// </summary>
internal struct RandomSource
{
    private ulong _s0, _s1, _s2, _s3;

    /// <param name="seed">Any number; near seeds give unrelated sequences.</param>
    /// <param name="stream">Which of a seed's sequences: the epoch, the layer.</param>
    public RandomSource(ulong seed, ulong stream = 0)
    {
        // The stream is mixed before it meets the seed, or (1, 2) and (2, 1) could be neighbours of one sequence.
        ulong state = stream;
        state = seed ^ (stream == 0 ? 0 : SplitMix64(ref state));
        _s0 = SplitMix64(ref state);
        _s1 = SplitMix64(ref state);
        _s2 = SplitMix64(ref state);
        _s3 = SplitMix64(ref state);
    }

    /// <summary>Continues from a given state; not all zeros.</summary>
    internal RandomSource(ulong s0, ulong s1, ulong s2, ulong s3) =>
        (_s0, _s1, _s2, _s3) = (s0, s1, s2, s3);

    /// <summary>64 random bits.</summary>
    public ulong NextBits()
    {
        ulong result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        ulong t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>Uniform in [0, 1), a multiple of 2^-53.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in 0 to <paramref name="bound"/> - 1, without bias (Lemire 2019).</summary>
    public int NextBelow(int bound)
    {
        ulong range = (ulong)bound;
        ulong product = (NextBits() >> 32) * range;
        if ((uint)product < range)
        {
            uint biased = (uint)((1UL << 32) % range);
            while ((uint)product < biased) product = (NextBits() >> 32) * range;
        }

        return (int)(product >> 32);
    }

    /// <summary>
    /// Standard normal, by comparing uniform deviates only (Karney 2016, "Sampling exactly from the normal distribution",
    /// algorithm N): no logarithm or cosine whose last digit a platform could choose.
    /// </summary>
    public double NextNormal()
    {
        while (true)
        {
            int k = 0;
            while (NextTrueWithExp(0.5)) k++;
            if (!AllTrueWithExp(0.5, k * (k - 1))) continue;

            double x = NextDouble();
            if (!AllTrueWithExp(x * ((2 * k) + x) / ((2 * k) + 2), k + 1)) continue;
            double magnitude = k + x;
            return (NextBits() >> 63) == 0 ? magnitude : -magnitude;
        }
    }

    /// <summary>Every order equally likely (Fisher and Yates).</summary>
    public void Shuffle(Span<int> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int j = NextBelow(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }

    private static ulong SplitMix64(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>True with probability exp(-<paramref name="p"/>), p in [0, 1]: a falling run of uniforms below p has even length (von Neumann 1951).</summary>
    private bool NextTrueWithExp(double p)
    {
        bool even = true;
        for (double u = NextDouble(); u < p; u = NextDouble())
        {
            p = u;
            even = !even;
        }

        return even;
    }

    private bool AllTrueWithExp(double p, int times)
    {
        for (; times > 0; times--)
        {
            if (!NextTrueWithExp(p)) return false;
        }

        return true;
    }
}
