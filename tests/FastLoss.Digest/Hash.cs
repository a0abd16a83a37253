using System.Numerics;

namespace FastLoss.Digest;

/// <summary>FNV-1a over results. All NaN are one: their signs and payloads differ between processors and mean nothing.</summary>
internal struct Hash
{
    private ulong _state = 14695981039346656037;

    public Hash()
    {
    }

    public void Add<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (T value in values) Add(double.CreateTruncating(value));
    }

    public void Add(LossTally tally)
    {
        Add(tally.Sum);
        Add(tally.Weight);
    }

    public void Add(double value) =>
        _state = (_state ^ (double.IsNaN(value) ? ulong.MaxValue : BitConverter.DoubleToUInt64Bits(value))) * 1099511628211;

    public override readonly string ToString() => _state.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
}
