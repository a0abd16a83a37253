using System.Numerics;
using System.Reflection;
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
    /// <summary>What a tally's parts are cut at: the element-wise sum adds chunks of it exactly.</summary>
    private const int Block = 8192;

    /// <summary>Tries every <see cref="Law"/> on floats and doubles.</summary>
    /// <param name="loss">The loss, with its parameters.</param>
    /// <param name="definition">
    /// The loss of one prediction and target in double, written as the mathematics has it, in a form that does not cancel. It must not be computed by
    /// the loss itself.
    /// </param>
    /// <param name="domain">What predictions and targets may be, the error allowed, the kinks; any numbers, 8 ULP and none where it is null.</param>
    /// <param name="options">How many inputs, which laws; 50 and all where it is null.</param>
    /// <exception cref="LawException">A law does not hold: it says which, with the smallest input found.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static void Check<TLoss>(TLoss loss, Func<double, double, double> definition, LossDomain? domain = null, LawOptions? options = null)
        where TLoss : struct, IElementwiseLoss
    {
        ArgumentNullException.ThrowIfNull(definition);
        domain ??= LossDomain.Real;
        options ??= new();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Cases, 1, nameof(options));
        string subject = Comparison.Subject(loss);
        Arbitrary<LossBatch> batches = LossBatch.Arbitrary(domain);
        Comparison.Inlining(typeof(TLoss), subject, options, typeof(IElementwiseLoss), typeof(ICurvedLoss));
        Both(Law.Registers, new RegisterLaw<TLoss>(loss));
        Both(Law.Values, new ValueLaw<TLoss>(loss, definition, domain));
        LawRunner.Run(Law.Derivative, subject, batches, options, b => DerivativeLaws.Check(loss, definition, domain, b));
        LawRunner.Run(Law.Kinks, subject, batches, options, b => DerivativeLaws.CheckKinks(loss, definition, domain, b));
        if (loss is ICurvedLoss) Curved(nameof(DerivativeLaws.CheckCurvature), loss, definition, domain, subject, options);
        Both(Law.Sum, new SumLaw<TLoss>(loss));
        Both(Law.OnePass, new OnePassLaw<TLoss>(loss));
        Both(Law.InPlace, new InPlaceLaw<TLoss>(loss));
        Both(Law.NotCounted, new NotCountedLaw<TLoss>(loss));
        Both(Law.Weights, new WeightLaw<TLoss>(loss));
        Both(Law.Splits, new SplitLaw<TLoss>(loss, Block));
        Both(Law.Allocation, new AllocationLaw<TLoss>(loss));

        void Both<TLaw>(Law law, TLaw check)
            where TLaw : struct, ILossLaw =>
            LawRunner.Run(law, subject, batches, options, b =>
            {
                check.Check<float>(b);
                check.Check<double>(b);
            });
    }

    /// <summary>The law of a second derivative, which the compiler does not know the loss to have.</summary>
    private static void Curved<TLoss>(
        string law, TLoss loss, Func<double, double, double> definition, LossDomain domain, string subject, LawOptions options)
        where TLoss : struct, IElementwiseLoss
    {
        MethodInfo check = typeof(DerivativeLaws).GetMethod(law, BindingFlags.Static | BindingFlags.Public)!.MakeGenericMethod(typeof(TLoss));
        Action<LossBatch> run = b =>
        {
            try
            {
                check.Invoke(null, [loss, definition, domain, b]);
            }
            catch (TargetInvocationException failure) when (failure.InnerException is Broken broken)
            {
                throw new Broken(broken.Message);
            }
        };
        LawRunner.Run(Law.SecondDerivative, subject, LossBatch.Arbitrary(domain), options, run);
    }
}
