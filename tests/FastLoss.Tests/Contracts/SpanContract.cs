namespace FastLoss.Tests.Contracts;

/// <summary>
/// What every public method that writes a span keeps to: what it writes is exactly one input or apart from every span of the call, and all
/// is checked before the first write.
/// </summary>
public class SpanContract
{
    public static TheoryData<string> Names => [.. SpanCall.All.Select(c => c.Name)];

    private static SpanCall Find(string name) => SpanCall.All.Single(c => c.Name == name);

    [Fact]
    public void TheCallsAreFound()
    {
        Assert.True(SpanCall.All.Count > 50, $"{SpanCall.All.Count} calls");
        Assert.Equal(SpanCall.All.Count, SpanCall.All.Select(c => c.Name).Distinct().Count());
    }

    [Theory, MemberData(nameof(Names))]
    public void ADestinationIsExactlyAnInputOrApartFromEverySpan(string name)
    {
        SpanCall call = Find(name);
        CallMemory plain = call.Apart();
        call.Run(plain);
        foreach (SpanArgument written in call.Spans.Where(s => s.IsWritten))
        {
            foreach (SpanArgument other in call.Spans.Where(s => s != written))
            {
                foreach (int shift in Shifts(written, other)) OneOverlap(call, plain, written, other, shift);
            }
        }
    }

    /// <summary>Where the other span starts, counted from the destination: a bit of each end, the middle, and exactly there.</summary>
    private static int[] Shifts(SpanArgument written, SpanArgument other) =>
    [
        0, other.Width, -other.Width, written.Size / 2 / other.Width * other.Width, written.Size - other.Width, other.Width - other.Size,
    ];

    private static void OneOverlap(SpanCall call, CallMemory plain, SpanArgument written, SpanArgument other, int shift)
    {
        CallMemory memory = call.Apart();
        int start = memory.Places[written.Name].Offset;
        memory.Places[other.Name] = (start + shift, other.Length);
        call.Fill(memory, other);
        byte[] before = [.. memory.Bytes];
        string what = $"{call.Name}: {written.Name} and {other.Name} at {shift}";
        ArgumentException? refusal = Record.Exception(() => call.Run(memory)) as ArgumentException;
        bool isExact = shift == 0 && written.Element == other.Element && written.Length == other.Length;
        bool isOver = isExact && (!other.IsKept || (call.Name.StartsWith("LabelRank", StringComparison.Ordinal) && other.Name == "labels"));
        if (refusal == null && isOver)
        {
            int expected = plain.Places[written.Name].Offset;
            Assert.True(
                plain.Bytes.AsSpan(expected, written.Size).SequenceEqual(memory.Bytes.AsSpan(start, written.Size)), $"{what}: other bits in place");
            return;
        }

        Assert.True(refusal != null && refusal.Message.Contains("overlap", StringComparison.Ordinal), $"{what}: {refusal?.Message ?? "accepted"}");
        Assert.True(before.AsSpan().SequenceEqual(memory.Bytes), $"{what}: written before it was refused");
    }

    [Theory, MemberData(nameof(Names))]
    public void NothingIsWrittenOnAnException(string name)
    {
        SpanCall call = Find(name);
        foreach (SpanArgument span in call.Spans)
        {
            CallMemory memory = call.Apart();
            memory.Places[span.Name] = (memory.Places[span.Name].Offset, span.Length - 1);
            Refused(call, memory, $"{span.Name} is one short");
        }

        if (call.HasOptions)
        {
            foreach (double denominator in new[] { -1, 0, double.NaN, double.PositiveInfinity, 1e-40, 1e39 })
            {
                CallMemory memory = call.Apart();
                memory.Denominator = denominator;
                Refused(call, memory, $"denominator {denominator}", $"Denominator is {denominator}");
            }
        }

        if (!call.HasLabels) return;
        foreach (int label in new[] { 99, -7, int.MinValue })
        {
            CallMemory memory = call.Apart();
            SpanArgument labels = call.Spans.Single(s => s.Name is "labels" or "positives" && s.Element == typeof(int));
            CallMemory.Writable<int>(memory, labels.Name)[^1] = label;
            Refused(call, memory, $"label {label}", $"{labels.Name}[{labels.Length - 1}] is {label}");
        }
    }

    private static void Refused(SpanCall call, CallMemory memory, string why, string says = "")
    {
        byte[] before = [.. memory.Bytes];
        ArgumentException? refusal = Record.Exception(() => call.Run(memory)) as ArgumentException;
        Assert.True(refusal != null && refusal.Message.Contains(says, StringComparison.Ordinal), $"{call.Name}, {why}: {refusal?.Message ?? "accepted"}");
        Assert.True(before.AsSpan().SequenceEqual(memory.Bytes), $"{call.Name}, {why}: written before it was refused");
    }
}
