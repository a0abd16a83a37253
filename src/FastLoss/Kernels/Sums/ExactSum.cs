using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>
/// A sum of floats or doubles that depends on what was added alone: any order, split and merging gives the same state
/// and the same double. The exponents of doubles are cut at fixed places into bins of 64 bits, and a number is its
/// shares of the bins: of each the nearest multiple of the bin's first bit, ties to even, of what the bins above have
/// left. Kept are the exact sums of the shares of the highest bin that any number reached and of the two below it. So
/// at least 128 bits below the leading bit of the largest number count: the sum of n numbers is off by less than n
/// 2^-128 of the largest magnitude, and rounded once.
/// </summary>
/// <remarks>
/// A bit's position is its exponent + <see cref="Bias"/>, its bin the position / 64. Which bins are kept follows from
/// the largest number, and a share from its number: nothing depends on when either came. A bin has 128 bits, so 2^62
/// numbers fit. After Demmel and Nguyen, "Parallel reproducible summation" (2015), and Neal, "Fast exact summation
/// using small and large superaccumulators" (arXiv:1505.05571).
/// </remarks>
internal unsafe partial struct ExactSum : IEquatable<ExactSum>
{
    /// <summary>Bytes of <see cref="Write"/>.</summary>
    public const int Size = 8 + (8 * WordCount);

    private const int Bias = 1123;
    private const int Bins = 3;
    private const int WordCount = 2 * Bins;

    /// <summary>The bin of the largest double.</summary>
    private const int LastBin = (2046 - 1022 + Bias) >> 6;

    private const int PositiveInfinity = 1;
    private const int NegativeInfinity = 2;
    private const int NotANumber = 4;

    /// <summary>Two's complement of 128 bits a bin, lowest bin first.</summary>
    private Words _words;

    /// <summary>The bin of the largest number; 0 while all are zeros.</summary>
    private int _top;

    /// <summary>Which of the infinities and NaN were added, a bit each.</summary>
    private int _specials;

    [InlineArray(WordCount)]
    private struct Words
    {
        private ulong _first;
    }

    /// <summary>Nothing but zeros was added.</summary>
    public readonly bool IsEmpty => _top == 0 && _specials == 0;

    /// <summary>The sum of one number.</summary>
    public static ExactSum Of(double value)
    {
        ExactSum sum = default;
        sum.Add(value);
        return sum;
    }

    /// <summary>
    /// The sum of as many ones, 0 or more. The number itself, from 2^28 on, would be of a higher bin than they are, and
    /// another state.
    /// </summary>
    public static ExactSum OfOnes(long count)
    {
        ExactSum sum = default;
        if (count == 0) return sum;
        sum._top = BinOf(1023);
        sum.AddTo(Bias, count);
        return sum;
    }

    /// <summary>Adds one number. Zeros of either sign change nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(double value)
    {
        long bits = BitConverter.DoubleToInt64Bits(value), mantissa = bits & ((1L << 52) - 1);
        int field = (int)(bits >> 52) & 2047;
        if (field == 2047) _specials |= mantissa != 0 ? NotANumber : bits > 0 ? PositiveInfinity : NegativeInfinity;
        if (field == 2047 || (bits << 1) == 0) return;
        if (field != 0) mantissa |= 1L << 52;
        else field = 1;
        mantissa = (mantissa ^ (bits >> 63)) - (bits >> 63); // negative where the number is
        int bin = BinOf(field), position = field - 1075 + Bias, below = (bin * 64) - position;
        if (bin > _top) RaiseTo(bin);
        if (below > 0)
        {
            long share = (mantissa + (1L << (below - 1)) - 1 + ((mantissa >> below) & 1)) >> below;
            AddTo(bin * 64, share);
            mantissa -= share << below;
        }

        AddTo(position, mantissa);
    }

    /// <summary>Adds another sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(in ExactSum other)
    {
        _specials |= other._specials;
        if (other._top > _top) RaiseTo(other._top);
        int step = 2 * Math.Min(_top - other._top, Bins);
        for (int i = step; i < WordCount; i += 2) AddTo(i - step, other._words[i], other._words[i + 1]);
    }

    /// <summary>
    /// The sum, rounded once: +0 of nothing; NaN where a NaN or both infinities were added, else the infinity that was;
    /// an infinity also where the finite sum is above the largest double, which what is added later can bring back.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly double ToDouble()
    {
        if (_specials != 0)
        {
            return _specials == PositiveInfinity ? double.PositiveInfinity
                : _specials == NegativeInfinity ? double.NegativeInfinity
                : double.NaN;
        }

        // The bins as one number of four words, lowest first, and its magnitude.
        ulong a = _words[0], b = _words[2] + _words[1], c = _words[4];
        long top = ((long)_words[1] >> 63) + (long)_words[3] + (b < _words[2] ? 1 : 0);
        c += (ulong)top;
        top = (top >> 63) + (long)_words[5] + (c < _words[4] ? 1 : 0);
        ulong sign = (ulong)(top >> 63), d = (ulong)top ^ sign, carry = sign & 1;
        a = (a ^ sign) + carry;
        b = (b ^ sign) + (carry &= a == 0 ? 1UL : 0);
        c = (c ^ sign) + (carry &= b == 0 ? 1UL : 0);
        d += carry & (c == 0 ? 1UL : 0);
        int power = (64 * (_top + 1)) + 1 - Bias;
        for (int i = 0; i < Bins && d == 0; i++, power -= 64) (a, b, c, d) = (0, a, b, c);

        // The leading 63 bits, the last set if any bit below is, rounded once; sums below the normal range are exact.
        int zeros = BitOperations.LeadingZeroCount(d);
        d = (d << zeros) | (c >> 1 >> ~zeros);
        double magnitude = (long)((d >> 1) | (((d & 1) | (c << zeros) | b | a) != 0 ? 1UL : 0));
        power -= zeros;
        double result = power is > -1023 and < 1024
            ? magnitude * BitConverter.Int64BitsToDouble((power + 1023L) << 52)
            : Math.ScaleB(magnitude, power);
        return sign != 0 ? -result : result;
    }

    /// <summary>
    /// Equal where <see cref="Write"/> is: the same numbers were added, or others whose shares have the same sums.
    /// </summary>
    public readonly bool Equals(ExactSum other)
    {
        bool isEqual = _top == other._top && _specials == other._specials;
        for (int i = 0; i < WordCount; i++) isEqual &= _words[i] == other._words[i];
        return isEqual;
    }

    public override readonly bool Equals(object? obj) => obj is ExactSum other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(_top, _specials, _words[0], _words[2], _words[4]);

    /// <summary>The state, <see cref="Size"/> bytes in little-endian order; equal sums give equal bytes.</summary>
    public readonly void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteInt32LittleEndian(destination, _top);
        BinaryPrimitives.WriteInt32LittleEndian(destination[4..], _specials);
        for (int i = 0; i < WordCount; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(destination[(8 + (8 * i))..], _words[i]);
        }
    }

    /// <summary>What <see cref="Write"/> wrote; false for bytes that it cannot have written.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out ExactSum sum)
    {
        sum = default;
        sum._top = BinaryPrimitives.ReadInt32LittleEndian(source);
        sum._specials = BinaryPrimitives.ReadInt32LittleEndian(source[4..]);
        ulong any = 0;
        for (int i = 0; i < WordCount; i++)
        {
            sum._words[i] = BinaryPrimitives.ReadUInt64LittleEndian(source[(8 + (8 * i))..]);
            any |= sum._words[i];
        }

        return sum._specials is >= 0 and < 8 && sum._top is >= 0 and <= LastBin && (sum._top > 0 || any == 0);
    }

    /// <summary>
    /// The bin of a number with this exponent field: one of half a bin's first bit or more is of that bin.
    /// </summary>
    private static int BinOf(int field) => (field - 1022 + Bias) >> 6;

    /// <summary>Forgets the bins that a number of a higher bin leaves too far below.</summary>
    private void RaiseTo(int bin)
    {
        int step = 2 * Math.Min(bin - _top, Bins);
        for (int i = 0; i < WordCount && _top != 0; i++) _words[i] = i + step < WordCount ? _words[i + step] : 0;
        _top = bin;
    }

    /// <summary>Adds a share, in units of the bit at the position, if its bin is kept.</summary>
    private void AddTo(int position, long share)
    {
        int at = (position >> 6) + Bins - 1 - _top;
        if (at >= 0) AddTo(2 * at, (ulong)share << position, (ulong)(share >> 1 >> ~position));
    }

    private void AddTo(int word, ulong low, ulong high)
    {
        ref ulong first = ref Unsafe.Add(ref Unsafe.As<Words, ulong>(ref _words), word);
        ulong sum = first + low;
        Unsafe.Add(ref first, 1) += high + (sum < low ? 1UL : 0);
        first = sum;
    }
}
