using FastLoss.Tests.Support;

namespace FastLoss.Tests.Losses;

/// <summary>Beside the laws of <see cref="Contracts.RowOptionContract"/>, of losses of pairs of rows: masks, and what is refused.</summary>
public class PairOptionsTests
{
    private static readonly double[] A = [1, 2, 3, 4, -1, 2], B = [2, 1, 0, 1, 1, 1], C = [0, 1, 1, 3, -2, 2];

    private static readonly int[] Signs = [1, -1, 1];

    [Fact]
    public void AGradientThatIsAddedIsApartFromTheInputs()
    {
        double[] square = [0, 1, 2, 1, 0, 2, 3, 1, 0], masks = [.. B];
        Refused("overlaps", () => Loss.EvaluateWithGradient(new NTXent(0.5), square, new[] { 1, 0, -1 }, square, new() { Accumulate = true }));
        Refused("overlaps", () => Loss.EvaluateWithGradient(new SoftDice(), A, 3, masks, masks, new() { Accumulate = true }));
    }

    [Fact]
    public void AMaskedRowOfSimilaritiesIsOneWithoutAPositive()
    {
        double[] square = [0, 1, 2, 1, 0, 2, 3, 1, 0], masked = new double[9], without = new double[9];
        LossTally tally = Loss.EvaluateWithGradient(new NTXent(0.5), square, new[] { 1, 0, 1 }, masked, new() { Mask = new[] { true, false, true } });
        Assert.Equal(Loss.EvaluateWithGradient(new NTXent(0.5), square, new[] { 1, -1, 1 }, without), tally);
        Assert.Equal(without, masked);
        double[] halved = new double[9];
        Loss.Gradient(new NTXent(0.5), square, new[] { 1, -1, 1 }, halved, new() { Denominator = 4 });
        Assert.Equal(without.Select(g => g / 2), halved);
    }

    [Fact]
    public void OptionsOfClassesAreRefused()
    {
        Refused("ClassWeights has 1 elements", () => Loss.Evaluate(new TripletMargin(), A, B, C, 2, new() { ClassWeights = new double[1] }));
        Refused("IgnoreLabel is 3", () => Loss.Evaluate(new CosineEmbedding(), A, B, 2, Signs, new() { IgnoreLabel = 3 }));
        Refused("MaskedRows is Zeros", () => Loss.Evaluate(new SoftJaccard(), A, 2, B, new() { MaskedRows = MaskedRows.Zeros }));
        Refused("Weights has 3 elements", () => Loss.Evaluate(new NTXent(1), new double[9], new[] { 1, 0, 1 }, new() { Weights = new double[3] }));
        Refused("Accumulate is True", () => Loss.Evaluate(new TripletMargin(), A, B, C, 2, new() { Accumulate = true }));
        Refused("Threads is -2", () => Loss.Evaluate(new TripletMargin(), A, B, C, 2, new() { Threads = -2 }));
        Refused("Temperature is 0", () => Loss.Evaluate(default(NTXent), new double[9], new[] { 1, 0, 1 }));
    }

    [Fact]
    public void WeightsAndMasksAllocateNothing()
    {
        double[] weights = [1, 2, 3], byAnchor = new double[6], byPositive = new double[6], byNegative = new double[6];
        bool[] mask = [true, false, true];
        Assert.Equal(0, Comparison.Allocated(() => Loss.Evaluate(new CosineEmbedding(), A, B, 2, Signs, new() { Weights = weights, Mask = mask })));
        Assert.Equal(0, Comparison.Allocated(() => Loss.EvaluateWithGradient(
            new TripletMargin(), A, B, C, 2, new(byAnchor, byPositive, byNegative), new() { Weights = weights, Mask = mask, Accumulate = true })));
        Assert.Equal(0, Comparison.Allocated(() => Loss.Evaluate(new SoftDice(), A, 2, B, new() { Weights = weights, Mask = mask })));
    }

    [Fact]
    public void UnsetLossesAreTheirDefaults()
    {
        Assert.Equal((1.0, false, 1e-6), (default(TripletMargin).Margin, default(TripletMargin).Swap, default(TripletMargin).Epsilon));
        Assert.Equal((1.0, 1.0, 0.0), (default(SoftDice).Smoothing, default(SoftJaccard).Smoothing, default(CosineEmbedding).Margin));
        Assert.Equal(0, new TripletMargin(0, epsilon: 0).Margin + new TripletMargin(0, epsilon: 0).Epsilon + new SoftDice(0).Smoothing);
    }

    private static void Refused(string message, Action call) =>
        Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(call).Message, StringComparison.Ordinal);
}
