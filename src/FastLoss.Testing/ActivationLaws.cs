using System.Numerics;
using FsCheck;

namespace FastLoss.Testing;

/// <summary>The laws of an activation of your own: those that the library's own are tested with.</summary>
/// <example><code>ActivationLaws.Check(new LeakyRelu(0.01), x =&gt; x &lt; 0 ? 0.01 * x : x, new() { Kinks = [0] });</code></example>
public static class ActivationLaws
{
    /// <summary>
    /// Tries <see cref="Law.Values"/>, <see cref="Law.Derivative"/>, <see cref="Law.Kinks"/>, <see cref="Law.NaN"/>, <see
    /// cref="Law.InPlace"/>,
    /// <see cref="Law.Weights"/>, <see cref="Law.Registers"/>, <see cref="Law.Allocation"/> and <see cref="Law.Inlining"/> on floats and
    /// doubles.
    /// </summary>
    /// <param name="activation">The activation, with its parameters.</param>
    /// <param name="definition">The function in double, in a form that does not cancel.</param>
    /// <param name="domain">What arguments may be, the error allowed, the kinks; any numbers, 8 ULP and none where it is null.</param>
    /// <param name="options">How many inputs, which laws; 50 and all where it is null.</param>
    /// <returns>The laws that were tried, all of which hold.</returns>
    /// <exception cref="LawException">Laws do not hold: it says which, each with the smallest input found.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static LawReport Check<TActivation>(
        TActivation activation, Func<double, double> definition, ActivationDomain? domain = null, LawOptions? options = null)
        where TActivation : struct, IActivation
    {
        ArgumentNullException.ThrowIfNull(definition);
        LawRun run = LawRun.Of(Comparison.Subject(activation), ref options);
        Run(run, new ActivationFormulaCalls<TActivation>(activation), definition, domain ?? ActivationDomain.Real);
        run.Try(Law.Inlining, () => Comparison.Inlining(typeof(TActivation)));
        return run.End();
    }

    /// <summary>Tries the laws of calls, which are those of a formula or, in tests, wrong ones.</summary>
    internal static void Run(LawRun run, ActivationCalls activation, Func<double, double> definition, ActivationDomain domain)
    {
        Arbitrary<NumberArray> inputs = Generators.Numbers(domain.Arguments);
        LossCalls formula = activation.Formula;
        LossDomain bounds = domain.AsOfLosses;
        Places at = new(hasTargets: false);
        Func<double, double, double> function = (x, _) => definition(x);
        run.Try(Law.Values, inputs, new OfNumbers(new ValueLaw(formula, function, domain.Ulps, null, at)));
        DerivativeLaw derivative = new(formula, function, bounds, at, DerivativeKind.First);
        run.Try(Law.Derivative, inputs, x => derivative.Check(Batch(x)), derivative.WasTried);
        KinkLaw kinks = new(formula, function, bounds, at);
        run.Try(Law.Kinks, inputs, x => kinks.Check(Batch(x)), kinks.WasTried);
        run.Try(Law.NaN, inputs, new OfNumbers(new NaNLaw(formula, hasTargets: false)));
        run.Try(Law.InPlace, inputs, new ActivationInPlaceLaw(activation));
        run.Try(Law.Weights, inputs, new ActivationWeightLaw(activation));
        run.Try(Law.Registers, inputs, new OfNumbers(new RegisterLaw(formula)));
        run.Try(Law.Allocation, inputs, new ActivationAllocationLaw(activation));
    }

    private static LossBatch Batch(NumberArray x) => new(x.Values, new double[x.Values.Length], [], []);

    /// <summary>A law of losses, of a loss that no target changes.</summary>
    private sealed class OfNumbers(ILaw<LossBatch> law) : ILaw<NumberArray>
    {
        public void Check<T>(NumberArray input)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => law.Check<T>(Batch(input));
    }
}
