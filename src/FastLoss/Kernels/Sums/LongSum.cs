using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>
/// A sum of any number of doubles, within 2 ULP of the sum of their magnitudes: what each addition rounds away is added up apart
/// (Neumaier 1974). A plain sum drifts with its length: 1e7 equal terms are off by 2e-12.
/// </summary>
internal struct LongSum
{
    private double _sum, _lost;

    /// <summary>Infinities and NaN stay what they are: they leave nothing to be added up apart.</summary>
    public readonly double Total => double.IsFinite(_sum) ? _sum + _lost : _sum;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(double term)
    {
        double sum = _sum + term, part = sum - _sum;
        _lost += (_sum - (sum - part)) + (term - part);
        _sum = sum;
    }
}
