using System.Reflection;
using FastLoss.Kernels;
using FastLoss.Testing;

namespace FastLoss.Tests.Testing;

/// <summary>The library's own losses and activations obey the laws that it offers for those of others.</summary>
public class CatalogLaws
{
    private static readonly LawOptions s_options = new() { Cases = 25 };

    public static TheoryData<string> Losses => [.. ElementwiseCase.All.Select(c => c.Name)];

    public static TheoryData<string> Activations => [.. ActivationCase.All.Select(c => c.Name)];

    [Theory, MemberData(nameof(Losses))]
    public void EveryLossObeysItsLaws(string name)
    {
        ElementwiseCase c = ElementwiseCase.All.Single(e => e.Name == name);
        c.Accept(new LossCheck(c));
    }

    private sealed class LossCheck(ElementwiseCase c) : IElementwiseVisitor
    {
        public void Visit<TLoss>(TLoss loss)
            where TLoss : struct, ICurvedLoss
        {
            LossDomain domain = DomainOf(c);
            LawReport report = LossLaws.Check(loss, c.Value, domain, s_options);
            Assert.Contains(Law.SecondDerivative, report.Held);
            bool isContinuous = domain.Targets.Only.Count == 0 && !domain.Targets.IsWhole;
            Assert.Equal(loss is ITargetDifferentiableLoss && isContinuous, report.Held.Contains(Law.TargetDerivative));
        }
    }

    /// <summary>What a case is defined for, as a law's domain.</summary>
    internal static LossDomain DomainOf(ElementwiseCase c) => new()
    {
        Predictions = Of(c.Kind.Prediction),
        Targets = Of(c.Kind.Target),
        Kinks = t => c.Kinks(t),
        Ulps = c.Ulps,
        Scale = c.Scale,
    };

    /// <summary>What a kind's numbers come from; of others the range that they have.</summary>
    private static NumberDomain Of(Func<double, double> numbers)
    {
        (Func<double, double> From, NumberDomain Domain)[] known =
        [
            (Domain.Real, NumberDomain.Real), (Domain.Sign, NumberDomain.Sign), (Domain.Unit, NumberDomain.Unit),
            (Domain.Inside, NumberDomain.Inside), (Domain.Positive, NumberDomain.Positive), (Domain.Count, NumberDomain.Count),
            (Domain.LogProbability, NumberDomain.Negative), (Domain.ZeroOrPositive, new(0, 128)),
        ];
        foreach ((Func<double, double> from, NumberDomain domain) in known)
        {
            if (numbers == from) return domain;
        }

        double[] drawn = [.. Enumerable.Range(0, 4096).Select(i => numbers(i / 4096.0))];
        return new(drawn.Min(), drawn.Max());
    }

    [Theory, MemberData(nameof(Activations))]
    public void EveryActivationObeysItsLaws(string name)
    {
        ActivationCase c = ActivationCase.All.Single(a => a.Name == name);
        Type formula = typeof(ActivationFormulas).GetNestedType(name) ?? throw new InvalidOperationException($"no formula {name}");
        typeof(CatalogLaws).GetMethod(nameof(Check), BindingFlags.Static | BindingFlags.NonPublic)!.MakeGenericMethod(formula).Invoke(null, [c]);
    }

    private static void Check<TActivation>(ActivationCase c)
        where TActivation : struct, IActivation =>
        ActivationLaws.Check(default(TActivation), c.Value, new() { Arguments = new(-16, 16), Kinks = c.Kinks, Ulps = x => Ulps(c, x) }, s_options);

    /// <summary>What it is allowed, and what the definition in double loses itself: the argument of its exponential rounds.</summary>
    private static double Ulps(ActivationCase c, double x) =>
        c.Ulps(x) + (2 * (Math.Abs(x) - Math.Log(Math.Clamp(Math.Abs(c.Value(x)), 1e-300, 1))));
}
