using FastLoss.Testing;

namespace FastLoss.Tests.Testing;

/// <summary>
/// Each law of losses is broken by a mutant that no other law finds, and says so with the smallest input; what is right passes.
/// </summary>
public class LossLawTests
{
    private static readonly LossDomain s_kinked = new() { Kinks = t => [t] };

    private static LawReport Broken(Action check) => Assert.Throws<LawException>(check).Report!;

    [Fact]
    public void RightLossesPass()
    {
        LawReport report = LossLaws.Check(new Mutant(), Mutant.Definition);
        Assert.Empty(report.Broken);
        Assert.Equal(Enum.GetValues<Law>().Except([Law.Kinks, Law.Gradient]).Order(), report.Held.Order());
        Assert.Contains(Law.Kinks, LossLaws.Check(new AbsoluteMutant(0.5), AbsoluteMutant.Definition, s_kinked).Held);
        Func<double, double, double> definition = (y, t) => (t * StableMath.Softplus(-y)) + ((1 - t) * StableMath.Softplus(y));
        LossLaws.Check(new BinaryCrossEntropyFromLogits(), definition, LossDomain.Logits);
    }

    [Theory]
    [InlineData(Fault.Values, "the value of floats at y = 1, t = 0 is 0.50005000")]
    [InlineData(Fault.Derivative, "the derivative at y = 1, t = 0 is 1.001, not 1")]
    [InlineData(Fault.SecondDerivative, "the second derivative at y = 0, t = 0 is 1.01, not 1")]
    [InlineData(Fault.TargetDerivative, "the derivative by the target at y = 1, t = 0 is 1, not -1")]
    [InlineData(Fault.NaN, "where the prediction is NaN is ")]
    [InlineData(Fault.Registers, "the value on ")]
    [InlineData(Fault.Allocation, "Evaluate allocates ")]
    public void AFormulasFaultBreaksItsLawAlone(Fault fault, string says)
    {
        if (fault == Fault.Registers && FormulaRegisters.Widths.Count == 1) Assert.Skip("the machine has one register");
        LawReport report = Broken(() => LossLaws.Check(new Mutant(fault), Mutant.Definition));
        LawBreak one = Assert.Single(report.Broken);
        Assert.Equal($"{fault}", $"{one.Law}");
        Assert.Contains(says, one.Difference, StringComparison.Ordinal);
        if (fault != Fault.Allocation) Assert.StartsWith("1 element,", one.Input, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Fault.Sum)]
    [InlineData(Fault.OnePass)]
    [InlineData(Fault.InPlace)]
    [InlineData(Fault.NotCounted)]
    [InlineData(Fault.Weights)]
    [InlineData(Fault.Splits)]
    public void AFaultOfTheCallsBreaksItsLawAlone(Fault fault)
    {
        LossDomain domain = LossDomain.Real;
        LossLaws.Run(new("right", new()), new WrongCalls(Fault.None), Mutant.Definition, domain);
        LawReport report = Broken(() => Run(new WrongCalls(fault)));
        LawBreak one = Assert.Single(report.Broken);
        Assert.Equal($"{fault}", $"{one.Law}");
        int elements = int.Parse(one.Input.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(fault switch { Fault.InPlace => 9, Fault.NotCounted => 2, _ => 1 }, elements);

        void Run(LossCalls calls)
        {
            LawRun run = new("wrong", new());
            LossLaws.Run(run, calls, Mutant.Definition, domain);
            run.End();
        }
    }

    [Fact]
    public void ADerivativeOutsideItsSidesAtAKinkBreaksThatLawAlone()
    {
        LawBreak one = Assert.Single(Broken(() => LossLaws.Check(new AbsoluteMutant(1.01), AbsoluteMutant.Definition, s_kinked)).Broken);
        Assert.Equal(Law.Kinks, one.Law);
        Assert.Contains("a kink with slope -1 before and 1 after it, is 1.01, not 1", one.Difference, StringComparison.Ordinal);
        Assert.Equal("1 element, predictions [0], targets [0]", one.Input);
    }

    [Fact]
    public void MethodsThatAreNotInlinedAreNamedAndBreakThatLawAlone()
    {
        LawBreak one = Assert.Single(Broken(() => LossLaws.Check(new NotInlined(), Mutant.Definition)).Broken);
        Assert.Equal(Law.Inlining, one.Law);
        Assert.Contains("Derivative, Error are not marked", one.Difference, StringComparison.Ordinal);
        LossLaws.Check(new NotInlined(), Mutant.Definition, LossDomain.Real, new() { Without = [Law.Inlining] });
    }

    [Fact]
    public void AReportHasEveryBrokenLawAndDrawsTheSameAgain()
    {
        Func<double, double, double> other = (y, t) => Math.Abs(y - t) * (y - t);
        LawException first = Assert.Throws<LawException>(() => LossLaws.Check(new Mutant(), other));
        Assert.Equal([Law.Values, Law.Derivative, Law.TargetDerivative], first.Report!.Broken.Select(b => b.Law));
        Assert.StartsWith("Mutant { Fault = None } breaks 3 of 14 laws", first.Message, StringComparison.Ordinal);
        Assert.Contains($"Seed = {first.Report.Seed}", first.Message, StringComparison.Ordinal);
        Assert.Contains("Kept: SecondDerivative, NaN, Sum", first.Message, StringComparison.Ordinal);
        LawOptions again = new() { Seed = first.Report.Seed };
        Assert.Equal(first.Message, Assert.Throws<LawException>(() => LossLaws.Check(new Mutant(), other, null, again)).Message);
    }

    /// <summary>What is left undecided is not passed over: nothing compared is no proof.</summary>
    [Fact]
    public void ALawThatCouldNotBeTriedIsBroken()
    {
        LawOptions derivative = new() { Without = [.. Enum.GetValues<Law>().Except([Law.Derivative])] };
        LawReport report = Broken(() => LossLaws.Check(new Mutant(), (y, t) => double.NaN, null, derivative));
        Assert.Contains("could be compared at 0 of", report.Broken[0].Difference, StringComparison.Ordinal);
        LossDomain outside = new() { Kinks = t => [1e6] };
        LawBreak kinks = Assert.Single(Broken(() => LossLaws.Check(new Mutant(), Mutant.Definition, outside)).Broken);
        Assert.Equal((Law.Kinks, "no kink was tried"), (kinks.Law, kinks.Difference[..17]));
    }

    [Fact]
    public void ACancellingDefinitionIsHintedAt()
    {
        LawReport report = Broken(() => LossLaws.Check(new Readme.Cauchy(), (y, t) => Math.Log(1 + ((y - t) * (y - t) / 2))));
        Assert.Contains("the definition's own", report.Broken.Single(b => b.Law == Law.Values).Difference, StringComparison.Ordinal);
    }

    /// <summary>Corners that nobody named are found where they are met, and any slope between their sides is right.</summary>
    [Fact]
    public void ACornerLeftOutIsFound()
    {
        LawOptions many = new() { Cases = 300 };
        LossLaws.Check(new AbsoluteMutant(1), AbsoluteMutant.Definition, null, many);
        LawBreak one = Assert.Single(Broken(() => LossLaws.Check(new AbsoluteMutant(1.01), AbsoluteMutant.Definition, null, many)).Broken);
        Assert.Equal(Law.Derivative, one.Law);
        Assert.Contains("a corner with slope -1 before and 1 after it, is 1.01, not 1 within", one.Difference, StringComparison.Ordinal);
    }

    [Fact]
    public void AnExceptionIsALawBroken()
    {
        Func<double, double, double> definition = (y, t) => y > 2.5 ? throw new InvalidOperationException("not there") : Mutant.Definition(y, t);
        LawReport report = Broken(() => LossLaws.Check(new Mutant(), definition));
        Assert.Contains("InvalidOperationException was thrown: not there", report.Broken[0].Difference, StringComparison.Ordinal);
        Assert.StartsWith("1 element, predictions [3]", report.Broken[0].Input, StringComparison.Ordinal);
    }

    [Fact]
    public void BadOptionsAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => LossLaws.Check(new Mutant(), Mutant.Definition, null, new() { Cases = 0 }));
        Assert.Throws<ArgumentNullException>(() => LossLaws.Check(new Mutant(), null!));
    }
}
