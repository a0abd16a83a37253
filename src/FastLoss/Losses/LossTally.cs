using System.Buffers.Binary;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// What a loss over many elements or rows adds up to: the sum, the weight it is divided by for the mean, and how many
/// entries counted. Tallies add exactly: whatever the split, the order, the threads and the machines, the parts of one
/// batch merge to the same tally, bit for bit. So do the losses a tally is made of: those of rows at any split,
/// element-wise ones at multiples of <see cref="BlockLength"/> elements.
/// </summary>
/// <remarks>
/// The sums are kept to 128 bits below the leading bit of the largest entry (10^18 entries of one sign err by less than
/// 2^-15 of a double's last bit), and rounded to double once, when asked for. Finite entries do not overflow on the
/// way, and a NaN or an infinity, once added, stays.
/// </remarks>
public readonly struct LossTally : IEquatable<LossTally>
{
    /// <summary>
    /// Element-wise losses of a batch split at multiples of this many elements add to the very tally of the whole: a
    /// block's elements are added in lanes, in their type, and blocks exactly.
    /// </summary>
    public const int BlockLength = 8192;

    /// <summary>Bytes of <see cref="Write"/>.</summary>
    public const int SerializedLength = 8 + 8 + (2 * ExactSum.Size);

    /// <summary>The format's first bytes: "FLT" and its version.</summary>
    private const uint Header = 0x01544C46;

    private readonly ExactSum _sum;
    private readonly ExactSum _weight;

    /// <summary>The losses of a single chunk, which are not in the sum: adding them exactly costs as much as a few elements.</summary>
    private readonly double _chunk;

    /// <summary>Entries that weigh 1, whose weights are not in the sum: it costs a call of a few elements more than they do.</summary>
    private readonly long _ones;

    /// <summary>
    /// The tally of entries whose losses add to a sum and whose weights add to a weight: of a loss of your own, say.
    /// </summary>
    /// <param name="sum">The losses, each times its weight, added up. Any value; NaN and infinities stay.</param>
    /// <param name="weight">What the mean divides by: the number of entries, or the sum of their weights.</param>
    /// <param name="count">How many entries were counted, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public LossTally(double sum, double weight, long count)
    {
        if (count < 0) Throw.OutOfRange(nameof(count), count, "0 or more");
        _sum = ExactSum.Of(sum);
        _weight = ExactSum.Of(weight);
        Count = count;
    }

    /// <summary>Of entries that weigh 1 each.</summary>
    internal LossTally(in ExactSum sum, long count)
    {
        _sum = sum;
        _ones = count;
        Count = count;
    }

    /// <summary>A sum over rows, with the weight and number of what they add up to.</summary>
    internal LossTally(in ExactSum sum, in RowTally rows)
    {
        _sum = sum;
        _weight = rows.Weight;
        _ones = rows.Ones;
        Count = rows.Count;
    }

    internal LossTally(in ExactSum sum, in ExactSum weight, long count)
    {
        _sum = sum;
        _weight = weight;
        Count = count;
    }

    private LossTally(double chunk, long count)
    {
        _chunk = chunk;
        _ones = count;
        Count = count;
    }

    private LossTally(in LossTally left, in LossTally right)
    {
        _sum = left.Losses();
        _sum.Add(right.Losses());
        _weight = left._weight;
        _weight.Add(right._weight);
        _ones = left._ones + right._ones;
        Count = checked(left.Count + right.Count);
    }

    /// <summary>The sum of the losses, each times its weight, in double whatever the element type.</summary>
    public double Sum => _sum.IsEmpty ? _chunk + 0.0 : Losses().ToDouble();

    /// <summary>What <see cref="Mean"/> divides by: the number of entries, or the sum of their weights.</summary>
    public double Weight => _weight.IsEmpty ? _ones : Weights().ToDouble();

    /// <summary>How many entries were counted; ignored ones are not.</summary>
    public long Count { get; }

    /// <summary>
    /// <see cref="Sum"/> / <see cref="Weight"/>; NaN when the weight is 0: nothing was counted, or the weights cancel.
    /// </summary>
    public double Mean
    {
        get
        {
            double weight = Weight;
            return weight == 0 ? double.NaN : Sum / weight;
        }
    }

    /// <summary>The tally of both parts together.</summary>
    public static LossTally operator +(in LossTally left, in LossTally right) => left.Add(right);

    /// <summary>Whether both hold the same sums: those of the same entries, in any order and split, do.</summary>
    public static bool operator ==(in LossTally left, in LossTally right) => left.Equals(right);

    /// <summary>Whether the sums differ.</summary>
    public static bool operator !=(in LossTally left, in LossTally right) => !left.Equals(right);

    /// <summary>The tally of this and <paramref name="other"/> together.</summary>
    public LossTally Add(in LossTally other) => new(this, other);

    /// <summary>Writes the tally in a form that is the same on every machine: equal tallies, equal bytes.</summary>
    /// <param name="destination">At least <see cref="SerializedLength"/> bytes, of which that many are written.</param>
    /// <exception cref="ArgumentException">The destination is shorter.</exception>
    public void Write(Span<byte> destination)
    {
        if (destination.Length < SerializedLength)
            Throw.LengthIsNot(nameof(destination), destination.Length, SerializedLength, "a tally");
        BinaryPrimitives.WriteUInt64LittleEndian(destination, Header);
        BinaryPrimitives.WriteInt64LittleEndian(destination[8..], Count);
        Losses().Write(destination[16..]);
        Weights().Write(destination[(16 + ExactSum.Size)..]);
    }

    /// <summary>The tally that <see cref="Write"/> wrote.</summary>
    /// <param name="source">Its <see cref="SerializedLength"/> bytes.</param>
    /// <exception cref="FormatException">The bytes are of another length, another version, or no tally's.</exception>
    public static LossTally Read(ReadOnlySpan<byte> source)
    {
        if (source.Length != SerializedLength)
            throw new FormatException($"A tally is {SerializedLength} bytes, not {source.Length}.");
        ulong header = BinaryPrimitives.ReadUInt64LittleEndian(source);
        if (header != Header)
            throw new FormatException($"The bytes begin with {header:X16}; version 1 with {Header:X16}.");
        long count = BinaryPrimitives.ReadInt64LittleEndian(source[8..]);
        bool isTally = ExactSum.TryRead(source[16..], out ExactSum sum)
            & ExactSum.TryRead(source[(16 + ExactSum.Size)..], out ExactSum weight);
        if (!isTally || count < 0) throw new FormatException("The bytes after the header are no tally's.");
        return new(sum, weight, count);
    }

    /// <summary><see cref="Write"/>'s bytes as hexadecimal digits, for text and JSON.</summary>
    public string ToHex()
    {
        Span<byte> bytes = stackalloc byte[SerializedLength];
        Write(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    /// <summary>The tally of <see cref="ToHex"/>'s digits.</summary>
    /// <exception cref="FormatException">They are none.</exception>
    public static LossTally FromHex(ReadOnlySpan<char> digits) => Read(Convert.FromHexString(digits));

    /// <inheritdoc/>
    public bool Equals(LossTally other) =>
        Count == other.Count && Losses().Equals(other.Losses()) && Weights().Equals(other.Weights());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is LossTally other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Count, Losses());

    /// <summary>Mean, sum, weight and count, for reading.</summary>
    public override string ToString() =>
        FormattableString.Invariant($"mean {Mean:R}, sum {Sum:R}, weight {Weight:R}, count {Count}");

    /// <summary>Of a chunk of elements that weigh 1 each.</summary>
    internal static LossTally OfChunk(double sum, long count) => new(sum, count);

    /// <summary>The sum of all losses, the same state whether they came in chunks or not.</summary>
    private ExactSum Losses()
    {
        ExactSum losses = _sum;
        losses.Add(_chunk);
        return losses;
    }

    /// <summary>The sum of all weights, the same state whether ones were counted or added.</summary>
    private ExactSum Weights()
    {
        ExactSum weights = ExactSum.OfOnes(_ones);
        weights.Add(_weight);
        return weights;
    }
}
