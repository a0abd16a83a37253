using System.Numerics;

namespace FastLoss;

/// <summary>A few samples of noise of mean 0.</summary>
internal struct NoiseSamples<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private T _norm;

    public int Count { get; private set; }

    public void Add(T sample)
    {
        if (T.IsNaN(sample)) return;
        _norm = T.Hypot(_norm, sample);   // squares would overflow, or vanish
        Count++;
    }

    public readonly T Deviation => Count == 0 ? T.NaN : _norm / T.Sqrt(T.CreateTruncating(Count));

    /// <summary>
    /// What the noise stays below but for one time in some thousands: Student's quantile for so many samples.
    /// </summary>
    public readonly T Bound =>
        Count == 0 ? T.Zero
        : Deviation * T.CreateTruncating(Count switch { 1 => 40, 2 => 30, 3 => 20, 4 => 14, 5 => 11, < 10 => 9, _ => 7 });
}
