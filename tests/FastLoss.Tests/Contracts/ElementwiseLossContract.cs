using FastLoss.Testing;
using FastLoss.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace FastLoss.Tests.Contracts;

/// <summary>
/// What every element-wise loss of the library obeys beside the laws of <see cref="LossLaws"/>, which <see cref="Testing.CatalogLaws"/> tries.
/// </summary>
public class ElementwiseLossContract
{
    public static TheoryData<string> Names => [.. ElementwiseCase.All.Select(c => c.Name)];

    private static ElementwiseCase Find(string name) => ElementwiseCase.All.Single(c => c.Name == name);

    [Theory, MemberData(nameof(Names))]
    public void SymmetricLossesAreSymmetric(string name)
    {
        ElementwiseCase c = Find(name);
        if (!c.IsSymmetric) return;
        Prop.ForAll(LossBatch.Arbitrary(Testing.CatalogLaws.DomainOf(c)), Same).Check(Config.QuickThrowOnFailure.WithMaxTest(25).WithQuietOnSuccess(true));

        void Same(LossBatch b) => Assert.Equal(c.Double.Evaluate(b.Predictions, b.Targets), c.Double.Evaluate(b.Targets, b.Predictions));
    }

    [Theory, MemberData(nameof(Names))]
    public void BadCallsThrowBeforeTheyWrite(string name)
    {
        CurvedElementLoss<float> loss = Find(name).Float;
        float[] y = [1, 1, 1], t = [1, 1, 1], gradient = [5, 5, 5];
        Assert.Contains("predictions has 3 elements and targets has 2", Message(() => loss.Evaluate(y, t.AsSpan(0, 2))), StringComparison.Ordinal);
        Assert.Contains("gradient has 2", Message(() => loss.Gradient(y, t, gradient.AsSpan(0, 2))), StringComparison.Ordinal);
        Assert.Contains("overlaps", Message(() => loss.Gradient(gradient.AsSpan(0, 2), t.AsSpan(0, 2), gradient.AsSpan(1))), StringComparison.Ordinal);
        Assert.Contains("Weights has 2", Message(() => loss.Gradient(y, t, gradient, new() { Weights = new float[2] })), StringComparison.Ordinal);
        Assert.Contains("Mask has 2", Message(() => loss.Gradient(y, t, gradient, new() { Mask = new bool[2] })), StringComparison.Ordinal);
        Assert.Contains("-1", Message(() => loss.Gradient(y, t, gradient, new() { Denominator = -1 })), StringComparison.Ordinal);
        Assert.Equal([5, 5, 5], gradient);
    }

    private static string Message(Action action) => Assert.ThrowsAny<ArgumentException>(action).Message;

    [Theory, MemberData(nameof(Names))]
    public void EmptyAndUncountedBatchesHaveNoMeanAndNoGradient(string name)
    {
        CurvedElementLoss<float> loss = Find(name).Float;
        Assert.Equal(default, loss.Evaluate([], []));
        float[] gradient = [5, 5];
        LossTally tally = loss.EvaluateWithGradient([1, float.NaN], [1, 1], gradient, new() { Mask = [false, false] });
        Assert.Equal(default, tally);
        Assert.True(double.IsNaN(tally.Mean));
        Assert.Equal([0, 0], gradient);
    }

    [Fact]
    public void NothingPastTheEndsIsTouched()
    {
        if (!GuardedMemory.IsSupported) Assert.Skip("needs mprotect");
        CurvedElementLoss<float> loss = ElementwiseCase.All.First(c => c.Loss == typeof(Huber)).Float;
        CurvedElementLoss<double> wide = ElementwiseCase.All.First(c => c.Loss == typeof(LogCosh)).Double;
        using GuardedMemory first = new(4096), second = new(4096), third = new(4096), mask = new(4096), out_ = new(4096);
        for (int n = 0; n <= 150; n++)
        {
            loss.EvaluateWithGradient(first.AtEnd<float>(n), second.AtEnd<float>(n), out_.AtEnd<float>(n), new() { Weights = third.AtEnd<float>(n), Mask = mask.AtEnd<bool>(n) });
            loss.EvaluateWithGradient(first.AtStart<float>(n), second.AtStart<float>(n), out_.AtStart<float>(n), new() { Mask = mask.AtStart<bool>(n) });
            wide.PerElement(first.AtEnd<double>(n), second.AtEnd<double>(n), out_.AtEnd<double>(n), new() { Weights = third.AtEnd<double>(n), Mask = mask.AtEnd<bool>(n) });
        }
    }
}
