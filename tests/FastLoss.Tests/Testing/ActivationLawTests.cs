using System.Runtime.CompilerServices;
using FastLoss.Testing;

namespace FastLoss.Tests.Testing;

/// <summary>Each law of activations, and that of gradients, is broken by a mutant that no other law finds.</summary>
public class ActivationLawTests
{
    private static readonly ActivationDomain s_kinked = new() { Kinks = [0] };

    private static LawReport Broken(Action check) => Assert.Throws<LawException>(check).Report!;

    [Fact]
    public void ARightActivationPasses() => Assert.Equal(
        [Law.Values, Law.Derivative, Law.Kinks, Law.NaN, Law.InPlace, Law.Weights, Law.Registers, Law.Allocation, Law.Inlining],
        ActivationLaws.Check(new LeakyMutant(), LeakyMutant.Definition, s_kinked).Held);

    [Theory]
    [InlineData(Fault.Values, "1: [1]")]
    [InlineData(Fault.Derivative, "1: [-1]")]
    [InlineData(Fault.NaN, "1: [0]")]
    [InlineData(Fault.Registers, "1: [")]
    [InlineData(Fault.Allocation, "")]
    public void AFormulasFaultBreaksItsLawAlone(Fault fault, string input)
    {
        if (fault == Fault.Registers && FormulaRegisters.Widths.Count == 1) Assert.Skip("the machine has one register");
        LawReport report = Broken(() => ActivationLaws.Check(new LeakyMutant(fault), LeakyMutant.Definition, s_kinked));
        LawBreak one = Assert.Single(report.Broken);
        Assert.Equal($"{fault}", $"{one.Law}");
        Assert.StartsWith(input, one.Input, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Fault.InPlace)]
    [InlineData(Fault.Weights)]
    public void AFaultOfTheCallsBreaksItsLawAlone(Fault fault)
    {
        LawRun run = new("wrong", new());
        ActivationLaws.Run(run, new WrongActivation(fault), LeakyMutant.Definition, s_kinked);
        Assert.Equal($"{fault}", $"{Assert.Single(Broken(() => run.End()).Broken).Law}");
    }

    [Fact]
    public void AKinkAndAMethodThatIsNotInlinedAreFoundAlone()
    {
        LeakyMutant steep = new(Fault.None, 0.01);
        LawBreak kink = Assert.Single(Broken(() => ActivationLaws.Check(steep, LeakyMutant.Definition, s_kinked)).Broken);
        Assert.Equal(Law.Kinks, kink.Law);
        Assert.Contains("slope 0.25 before and 1 after", kink.Difference, StringComparison.Ordinal);
        LawBreak call = Assert.Single(Broken(() => ActivationLaws.Check(new NotInlinedSquare(), x => x * x)).Broken);
        Assert.Equal(Law.Inlining, call.Law);
    }

    [Fact]
    public void AGradientWrittenByHandIsHeldToItsFunction()
    {
        PointFunction f = x => x[0] * Math.Sin(x[1]);
        GradientLaws.Check(f, (x, g) => (g[0], g[1]) = (Math.Sin(x[1]), x[0] * Math.Cos(x[1])), 2, new(-3, 3));
        LawBreak sign = Assert.Single(Broken(() => GradientLaws.Check(x => x[0] * x[1], (x, g) => (g[0], g[1]) = (x[1], -x[0]), 2)).Broken);
        Assert.Equal((Law.Gradient, "2: [1, 0]"), (sign.Law, sign.Input));
        Assert.Contains("sign", sign.Difference, StringComparison.Ordinal);
        LawBreak unwritten = Assert.Single(Broken(() => GradientLaws.Check(x => x[0] * x[1], (x, g) => g[0] = x[1], 2)).Broken);
        Assert.Contains("element 1 of the gradient is NaN, or was not written", unwritten.Difference, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientLaws.Check(x => 0, (x, g) => { }, 0));
    }

    /// <summary>Kinks are understood: any slope between the sides passes, none outside.</summary>
    [Fact]
    public void AGradientAtAKinkLiesBetweenItsSides()
    {
        PointFunction largest = x => Math.Max(x[0], x[1]);
        GradientLaws.Check(largest, (x, g) => (g[0], g[1]) = x[0] >= x[1] ? (1, 0) : (0, 1), 2);
        PointGradient beyond = (x, g) => (g[0], g[1]) = x[0] > x[1] ? (1, 0) : x[0] == x[1] ? (2, 0) : (0, 1);
        LawReport report = Broken(() => GradientLaws.Check(largest, beyond, 2));
        Assert.Contains("KinkFail", report.Broken[0].Difference, StringComparison.Ordinal);
        Assert.Equal("2: [0, 0]", report.Broken[0].Input);
    }

    private readonly struct NotInlinedSquare : IActivation
    {
        public TVector Value<TVector>(TVector x)
            where TVector : unmanaged, IVector<TVector> => x * x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Derivative<TVector>(TVector x)
            where TVector : unmanaged, IVector<TVector> => 2 * x;
    }
}
