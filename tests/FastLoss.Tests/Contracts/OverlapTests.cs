using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastLoss.Validation;

namespace FastLoss.Tests.Contracts;

/// <summary>Overlap at any length: 275 million doubles, the gradient of a large network, are more bytes than a span of bytes has.</summary>
public class OverlapTests
{
    private const long Start = 1L << 40;

    [Theory]
    [InlineData(300_000_000, -4, 1, false)]
    [InlineData(300_000_000, -4, 2, true)]
    [InlineData(300_000_000, 0, 1, true)]
    [InlineData(300_000_000, 2_147_483_640, 1, true)]
    [InlineData(300_000_000, 2_399_999_996, 1, true)]
    [InlineData(300_000_000, 2_400_000_000, 1, false)]
    [InlineData(int.MaxValue, 17_179_869_172, 1, true)]
    [InlineData(int.MaxValue, 17_179_869_176, int.MaxValue, false)]
    [InlineData(1, -8_589_934_588, int.MaxValue, false)]
    [InlineData(1, -8_589_934_584, int.MaxValue, true)]
    [InlineData(0, 0, int.MaxValue, false)]
    public void Of_spans_longer_than_a_span_of_bytes(int doubles, long offset, int ints, bool expected)
    {
        ReadOnlySpan<double> a = At<double>(Start, doubles);
        ReadOnlySpan<int> b = At<int>(Start + offset, ints);
        Assert.Equal(expected, Bytes.Overlap(a, b));
        Assert.Equal(expected, Bytes.Overlap(b, a));
    }

    /// <summary>A span of memory that is not there, and is not looked at.</summary>
    private static ReadOnlySpan<T> At<T>(long address, int length) =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.AddByteOffset(ref Unsafe.NullRef<T>(), (nint)address), length);
}
