using System.Numerics;
using System.Runtime.InteropServices;

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

    /// <summary>The whole state, of which sum and weight are a part.</summary>
    public void Add(LossTally tally)
    {
        Span<byte> bytes = stackalloc byte[LossTally.SerializedLength];
        tally.Write(bytes);
        foreach (ulong word in MemoryMarshal.Cast<byte, ulong>(bytes)) Add(word);
        Add(tally.Sum);
        Add(tally.Mean);
    }

    public void Add(double value) => Add(double.IsNaN(value) ? ulong.MaxValue : BitConverter.DoubleToUInt64Bits(value));

    private void Add(ulong word) => _state = (_state ^ word) * 1099511628211;

    public override readonly string ToString() => _state.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
}
