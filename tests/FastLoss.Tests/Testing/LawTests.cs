using System.Runtime.CompilerServices;
using FastLoss.Testing;

namespace FastLoss.Tests.Testing;

/// <summary>Each law is broken by a mutant, and says so with the smallest input; what is right passes.</summary>
public class LawTests
{
    private static readonly LossDomain s_kinked = new() { Kinks = t => [t] };

    private static double Absolute(double y, double t) => Math.Abs(y - t);

    private static double Half(double y, double t) => (y - t) * (y - t) / 2;

    /// <summary>The law alone.</summary>
    private static LawOptions Only(Law law) => new() { Without = [.. Enum.GetValues<Law>().Where(l => l != law)] };

    [Fact]
    public void RightLossesPass()
    {
        LossLaws.Check(new Mutant(), Half);
        LossLaws.Check(new AbsoluteMutant(0), Absolute, s_kinked);
        LossLaws.Check(new BinaryCrossEntropyFromLogits(), (y, t) => (t * StableMath.Softplus(-y)) + ((1 - t) * StableMath.Softplus(y)), LossDomain.Logits);
    }

    [Theory]
    [InlineData(Law.Values, Fault.Value, "value")]
    [InlineData(Law.Derivative, Fault.Slope, "derivative")]
    [InlineData(Law.SecondDerivative, Fault.Curvature, "second derivative")]
    [InlineData(Law.Registers, Fault.Width, "bits")]
    [InlineData(Law.Allocation, Fault.Allocates, "allocates")]
    [InlineData(Law.Sum, Fault.Fickle, "tally")]
    [InlineData(Law.OnePass, Fault.Fickle, "")]
    [InlineData(Law.InPlace, Fault.Fickle, "over the predictions")]
    [InlineData(Law.NotCounted, Fault.Fickle, "NaN where nothing counts")]
    [InlineData(Law.Weights, Fault.Fickle, "gradient")]
    [InlineData(Law.Splits, Fault.Fickle, "parts")]
    public void AMutantBreaksItsLaw(Law law, Fault fault, string says)
    {
        LawException broken = Assert.Throws<LawException>(() => LossLaws.Check(new Mutant(fault), Half, LossDomain.Real, Only(law)));
        Assert.Equal(law, broken.Law);
        Assert.Contains(says, broken.Difference, StringComparison.Ordinal);
        if (fault is not (Fault.Fickle or Fault.Allocates)) Assert.StartsWith("1 element,", broken.Input, StringComparison.Ordinal);
        LawOptions again = Only(law) with { Replay = broken.Replay };
        Assert.Equal(law, Assert.Throws<LawException>(() => LossLaws.Check(new Mutant(fault), Half, LossDomain.Real, again)).Law);
        LossLaws.Check(new Mutant(fault), Half, LossDomain.Real, new() { Without = Enum.GetValues<Law>(), Cases = 1 });
    }

    [Fact]
    public void AKinkOutsideItsSidesIsFound()
    {
        LawException broken = Assert.Throws<LawException>(() => LossLaws.Check(new AbsoluteMutant(2), Absolute, s_kinked));
        Assert.Equal(Law.Kinks, broken.Law);
        Assert.Contains("from the left -1, from the right 1", broken.Message, StringComparison.Ordinal);
        Assert.Contains("is 2, not 1", broken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AMethodThatIsNotInlinedIsNamed()
    {
        LawException broken = Assert.Throws<LawException>(() => LossLaws.Check(new NotInlined(), Half));
        Assert.Equal(Law.Inlining, broken.Law);
        Assert.Contains("Derivative is not marked", broken.Message, StringComparison.Ordinal);
        LossLaws.Check(new NotInlined(), Half, LossDomain.Real, new() { Without = [Law.Inlining] });
    }

    [Fact]
    public void AnActivationIsHeldToItsDefinition()
    {
        ActivationLaws.Check(new Leaky(0.25, 0.25), x => x < 0 ? x / 4 : x, new() { Kinks = [0] });
        Assert.Equal(Law.Values, Breaks(new Leaky(0.5, 0.25)).Law);
        LawException broken = Breaks(new Leaky(0.25, 0.5));
        Assert.Equal((Law.Derivative, "1: [-1]"), (broken.Law, broken.Input));

        static LawException Breaks(Leaky activation) =>
            Assert.Throws<LawException>(() => ActivationLaws.Check(activation, x => x < 0 ? x / 4 : x, new() { Kinks = [0] }));
    }

    [Fact]
    public void AGradientWrittenByHandIsHeldToItsFunction()
    {
        GradientLaws.Check(x => x[0] * Math.Sin(x[1]), (x, g) => (g[0], g[1]) = (Math.Sin(x[1]), x[0] * Math.Cos(x[1])), 2, new(-3, 3));
        LawException broken = Assert.Throws<LawException>(() => GradientLaws.Check(x => x[0] * x[1], (x, g) => (g[0], g[1]) = (x[1], -x[0]), 2));
        Assert.Equal(Law.Gradient, broken.Law);
        Assert.Contains("sign", broken.Message, StringComparison.Ordinal);
        Assert.Throws<LawException>(() => GradientLaws.Check(x => x[0] * x[1], (x, g) => g[0] = x[1], 2)); // an element not written
        Assert.Throws<ArgumentOutOfRangeException>(() => GradientLaws.Check(x => 0, (x, g) => { }, 0));
    }

    [Fact]
    public void BadOptionsAreRefused()
    {
        Assert.Contains("\"12\"", Assert.Throws<ArgumentException>(() => LossLaws.Check(new Mutant(), Half, null, new() { Replay = "12" })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => LossLaws.Check(new Mutant(), Half, null, new() { Cases = 0 }));
        Assert.Throws<ArgumentNullException>(() => LossLaws.Check(new Mutant(), null!));
    }

    public enum Fault
    {
        None,
        Value,
        Slope,
        Curvature,
        Width,
        Allocates,
        Fickle,
    }

    /// <summary>Half the squared error, with a fault.</summary>
    private readonly record struct Mutant(Fault Fault) : ICurvedLoss
    {
        private static int s_calls;
        private static object s_sink = new();

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Value<TVector>(TVector prediction, TVector target)
            where TVector : unmanaged, IVector<TVector>
        {
            TVector error = prediction - target;
            return 0.5 * error * error * TVector.Parameter(Extra<TVector>(Fault.Value));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Derivative<TVector>(TVector prediction, TVector target)
            where TVector : unmanaged, IVector<TVector> => (prediction - target) * TVector.Parameter(Extra<TVector>(Fault.Slope));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector SecondDerivative<TVector>(TVector prediction, TVector target)
            where TVector : unmanaged, IVector<TVector> => Fault == Fault.Curvature ? 2 : 1;

        [MethodImpl(MethodImplOptions.NoInlining)]
        private double Extra<TVector>(Fault mine)
            where TVector : unmanaged
        {
            if (Fault == Fault.Allocates) s_sink = new object();
            if (Fault == Fault.Fickle) return s_sink is null ? 0 : 1 + (0.5 * (Interlocked.Increment(ref s_calls) % 7));
            return Fault == mine ? 1.5 : Fault == Fault.Width ? 1 + (Unsafe.SizeOf<TVector>() / 256.0) : 1;
        }
    }

    private readonly struct AbsoluteMutant(double atKink) : IElementwiseLoss
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Value<TVector>(TVector prediction, TVector target)
            where TVector : unmanaged, IVector<TVector> => TVector.Abs(prediction - target);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Derivative<TVector>(TVector prediction, TVector target)
            where TVector : unmanaged, IVector<TVector> =>
            TVector.Where(TVector.Equal(prediction, target), TVector.Parameter(atKink), TVector.CopySign(1, prediction - target));
    }

    private readonly struct NotInlined : IElementwiseLoss
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Value<TVector>(TVector prediction, TVector target)
            where TVector : unmanaged, IVector<TVector> => 0.5 * (prediction - target) * (prediction - target);

        public TVector Derivative<TVector>(TVector prediction, TVector target)
            where TVector : unmanaged, IVector<TVector> => prediction - target;
    }

    private readonly struct Leaky(double value, double slope) : IActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Value<TVector>(TVector x)
            where TVector : unmanaged, IVector<TVector> => TVector.Where(x < 0, TVector.Parameter(value) * x, x);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Derivative<TVector>(TVector x)
            where TVector : unmanaged, IVector<TVector> => TVector.Where(x < 0, TVector.Parameter(slope), 1);
    }
}
