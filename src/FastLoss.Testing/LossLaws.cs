using FsCheck;

namespace FastLoss.Testing;

/// <summary>The laws of an element-wise loss of your own: those that the library's own losses are tested with.</summary>
/// <example>
/// <code>
/// LossLaws.Check(new Cauchy(), (y, t) =&gt; StableMath.Log1P((y - t) * (y - t) / 2));
/// LossLaws.Check(new Absolute(), (y, t) =&gt; Math.Abs(y - t), new LossDomain { Kinks = t =&gt; [t] });
/// </code>
/// </example>
public static class LossLaws
{
    /// <summary>Tries every <see cref="Law"/> on floats and doubles.</summary>
    /// <param name="loss">The loss, with its parameters.</param>
    /// <param name="definition">
    /// The loss of one prediction and target in double, written as the mathematics has it, in a form that does not cancel. It must not be
    /// computed by the loss itself.
    /// </param>
    /// <param name="domain">
    /// What predictions and targets may be, the error allowed, the kinks; any numbers, 8 ULP and none where it is null.
    /// </param>
    /// <param name="options">How many inputs, which laws; 50 and all where it is null.</param>
    /// <returns>The laws that were tried, all of which hold.</returns>
    /// <exception cref="LawException">Laws do not hold: it says which, each with the smallest input found.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static LawReport Check<TLoss>(
        TLoss loss, Func<double, double, double> definition, LossDomain? domain = null, LawOptions? options = null)
        where TLoss : struct, IElementwiseLoss
    {
        ArgumentNullException.ThrowIfNull(definition);
        LawRun run = LawRun.Of(Comparison.Subject(loss), ref options);
        Run(run, new FormulaCalls<TLoss>(loss), definition, domain ?? LossDomain.Real);
        run.Try(Law.Inlining, () => Comparison.Inlining(typeof(TLoss)));
        return run.End();
    }

    /// <summary>Tries the laws of calls, which are those of a formula or, in tests, wrong ones.</summary>
    internal static void Run(LawRun run, LossCalls loss, Func<double, double, double> definition, LossDomain domain)
    {
        Arbitrary<LossBatch> batches = LossBatch.Arbitrary(domain);
        Places at = new(hasTargets: true);
        run.Try(Law.Values, batches, new ValueLaw(loss, definition, _ => domain.Ulps, domain.Scale, at));
        Differentiate(Law.Derivative, loss, definition, DerivativeKind.First);
        KinkLaw kinks = new(loss, definition, domain, at);
        run.Try(Law.Kinks, batches, kinks.Check, kinks.WasTried);
        if (loss.Slope is LossCalls slope) Differentiate(Law.SecondDerivative, slope, slope.ValueAt<double>, DerivativeKind.Second);
        bool isContinuous = domain.Targets.Only.Count == 0 && !domain.Targets.IsWhole;
        if (loss.ByTarget is LossCalls side && isContinuous) Differentiate(Law.TargetDerivative, side, definition, DerivativeKind.ByTarget);
        run.Try(Law.NaN, batches, new NaNLaw(loss, hasTargets: true));
        run.Try(Law.Sum, batches, new SumLaw(loss));
        run.Try(Law.OnePass, batches, new OnePassLaw(loss));
        run.Try(Law.InPlace, batches, new InPlaceLaw(loss));
        run.Try(Law.NotCounted, batches, new NotCountedLaw(loss));
        run.Try(Law.Weights, batches, new WeightLaw(loss));
        run.Try(Law.Splits, batches, new SplitLaw(loss));
        run.Try(Law.Registers, batches, new RegisterLaw(loss));
        run.Try(Law.Allocation, batches, new AllocationLaw(loss));

        void Differentiate(Law law, LossCalls formula, Func<double, double, double> function, DerivativeKind kind)
        {
            DerivativeLaw check = new(formula, function, domain, at, kind);
            run.Try(law, batches, check.Check, check.WasTried);
        }
    }
}
