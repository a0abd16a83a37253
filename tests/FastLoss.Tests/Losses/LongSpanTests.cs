using System.Runtime.InteropServices;
using FastLoss.Tests.Support;

namespace FastLoss.Tests.Losses;

/// <summary>
/// Spans of 2^31 - 1 elements, the longest there are: of memory that is all the system's one page of zeros, so that they cost none. Half a
/// minute's work, and so only where the environment has FASTLOSS_LONG=1.
/// </summary>
[Collection(nameof(Alone))]
public unsafe partial class LongSpanTests
{
    private static readonly nuint Bytes = nuint.CreateChecked(int.MaxValue * (long)sizeof(float));

    private static bool IsWanted => GuardedMemory.IsSupported && Environment.GetEnvironmentVariable("FASTLOSS_LONG") == "1";

    [Fact]
    public void SumsOverTheLongestSpans()
    {
        if (!IsWanted) return;
        byte* memory = (byte*)MemoryMap(null, Bytes, 1, 0x4022, -1, 0); // read; private, anonymous, no reserve
        Assert.True(memory != (byte*)-1);
        ReadOnlySpan<float> x = new(memory, int.MaxValue);
        ReadOnlySpan<int> labels = new(memory, int.MaxValue);
        Assert.Equal((float)Math.Log(int.MaxValue), LogSumExp.Compute(x));
        Assert.Equal((float)Math.Log(int.MaxValue), LogSumExp.Compute(x, threads: 2));
        IsZero(Loss.Evaluate<SoftmaxCrossEntropy, float, int>(new(), x, 1, labels));
        IsZero(Loss.Evaluate<SoftmaxCrossEntropy, float, int>(new(), x, 1, labels, new() { Threads = 2 }));
        ReadOnlySpan<byte> bytes = new(memory, int.MaxValue);
        IsZero(Loss.Evaluate<SoftmaxCrossEntropy, float, byte>(new(), x, 1, bytes));
        ReadOnlySpan<Half> halves = new(memory, int.MaxValue);
        IsZero(Loss.Evaluate(default(SoftmaxCrossEntropy), halves, 1, labels));
        Assert.Equal(0f, Loss.SumOfSquaredErrors(halves, halves));
        Assert.Equal(0, MemoryUnmap(memory, Bytes));

        static void IsZero(LossTally tally) => Assert.Equal((0, int.MaxValue, (long)int.MaxValue), (tally.Sum, tally.Weight, tally.Count));
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial void* MemoryMap(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int MemoryUnmap(void* address, nuint length);
}
