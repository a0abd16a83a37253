using System.Numerics;
using FsCheck;

namespace FastLoss.Testing;

/// <summary>What an activation is defined for, how exactly, and where it has corners.</summary>
public sealed record ActivationDomain
{
    /// <summary>Any arguments, and no corner.</summary>
    public static ActivationDomain Real { get; } = new();

    /// <summary>The arguments.</summary>
    public NumberDomain Arguments { get; init; } = NumberDomain.Real;

    /// <summary>Arguments at a corner.</summary>
    public IReadOnlyList<double> Kinks { get; init; } = [];

    /// <summary>The error that values are allowed at an argument, in units of the last place (ULP); of doubles eight times as much, for the definition errs too.</summary>
    public Func<double, double> Ulps { get; init; } = _ => 8;
}

/// <summary>The laws of an activation of your own: those that the library's own are tested with.</summary>
/// <example><code>ActivationLaws.Check(new LeakyRelu(0.01), x =&gt; x &lt; 0 ? 0.01 * x : x, new() { Kinks = [0] });</code></example>
public static class ActivationLaws
{
    /// <summary>
    /// Tries <see cref="Law.Values"/>, <see cref="Law.Derivative"/>, <see cref="Law.Kinks"/>, <see cref="Law.InPlace"/>, <see cref="Law.Registers"/>,
    /// <see cref="Law.Allocation"/> and <see cref="Law.Inlining"/> on floats and doubles.
    /// </summary>
    /// <param name="activation">The activation, with its parameters.</param>
    /// <param name="definition">The function in double, in a form that does not cancel.</param>
    /// <param name="domain">What arguments may be, the error allowed, the kinks; any numbers, 8 ULP and none where it is null.</param>
    /// <param name="options">How many inputs, which laws; 50 and all where it is null.</param>
    /// <exception cref="LawException">A law does not hold: it says which, with the smallest input found.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static void Check<TActivation>(
        TActivation activation, Func<double, double> definition, ActivationDomain? domain = null, LawOptions? options = null)
        where TActivation : struct, IActivation
    {
        ArgumentNullException.ThrowIfNull(definition);
        domain ??= ActivationDomain.Real;
        options ??= new();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Cases, 1, nameof(options));
        string subject = Comparison.Subject(activation);
        Comparison.Inlining(typeof(TActivation), subject, options, typeof(IActivation));
        Both(Law.Registers, Registers<float>, Registers<double>);
        Both(Law.Values, Values<float>, Values<double>);
        Both(Law.Derivative, Derivatives, _ => { });
        Both(Law.Kinks, _ => Kinks(), _ => { });
        Both(Law.InPlace, InPlace<float>, InPlace<double>);
        Both(Law.Allocation, Allocation<float>, Allocation<double>);

        void Both(Law law, Action<NumberArray> floats, Action<NumberArray> doubles) =>
            LawRunner.Run(law, subject, Generators.Numbers(domain.Arguments), options, x =>
            {
                floats(x);
                doubles(x);
            });

        void Values<T>(NumberArray numbers)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            T[] x = numbers.As<T>(), values = new T[x.Length];
            Activation.Compute<TActivation, T>(activation, x, values);
            double factor = typeof(T) == typeof(double) ? 8 : 1;
            for (int i = 0; i < x.Length; i++)
            {
                double at = numbers.Values[i], expected = definition(at);
                double allowed = ((domain.Ulps(at) + 0.5) * factor * Comparison.Ulp<T>() * Math.Abs(expected)) + Comparison.Tiny<T>();
                Comparison.Within(expected, double.CreateTruncating(values[i]), allowed, $"the value of {Comparison.Name<T>()} at x = {Comparison.Text(at)}");
            }
        }

        void Derivatives(NumberArray numbers)
        {
            foreach (double x in numbers.Values.Take(12))
            {
                double slope = Slope(x), value = definition(x);
                float[] narrow = [0];
                Activation.Backward<TActivation, float>(activation, [(float)x], [1], narrow);
                Comparison.Within(slope, narrow[0], (3e-5 * Math.Max(Math.Abs(slope), 1e-3 * Math.Abs(value))) + 1e-6, $"the derivative of floats at x = {Comparison.Text(x)}");
                if (domain.Kinks.Any(k => Math.Abs(k - x) < 0.2 * Math.Max(1, Math.Abs(x)))) continue;
                DerivativeEstimate<double> numerical = NumericalDerivative.Estimate(definition, x, new DifferentiationOptions<double>
                {
                    Scheme = DifferenceScheme.Adaptive,
                    LowerBounds = [domain.Arguments.From],
                    UpperBounds = [domain.Arguments.To],
                });
                if (!double.IsFinite(numerical.Value) || numerical.Status != DifferentiationStatus.Completed) continue;
                double allowed = (10 * numerical.Error) + (1e-8 * (Math.Abs(slope) + Math.Abs(value) + 1e-3));
                Comparison.Within(numerical.Value, slope, allowed, $"the derivative at x = {Comparison.Text(x)}");
            }
        }

        double Slope(double x)
        {
            double[] slope = [0];
            Activation.Backward<TActivation, double>(activation, [x], [1], slope);
            return slope[0];
        }

        void Kinks()
        {
            foreach (double x in domain.Kinks)
            {
                double step = 9.5367431640625e-7 * Math.Max(1, Math.Abs(x));
                double right = NumericalDerivative.Forward(definition, x, step), left = NumericalDerivative.Backward(definition, x, step);
                double slope = Slope(x), between = Math.Clamp(slope, Math.Min(left, right), Math.Max(left, right));
                Comparison.Within(between, slope, 1e-5 * (1 + Math.Abs(between)), $"the derivative at the kink x = {Comparison.Text(x)} (from the left {left:G6}, from the right {right:G6})");
            }
        }

        void InPlace<T>(NumberArray numbers)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            T[] x = numbers.As<T>(), g = Array.ConvertAll(x, v => v + T.One), values = new T[x.Length], gradient = new T[x.Length];
            Activation.Compute<TActivation, T>(activation, x, values);
            Activation.Backward<TActivation, T>(activation, x, g, gradient);
            T[] inPlace = [.. x];
            Activation.Compute<TActivation, T>(activation, inPlace, inPlace);
            Comparison.Same<T>(values, inPlace, "the values over the arguments");
            inPlace = [.. x];
            Activation.Backward<TActivation, T>(activation, inPlace, g, inPlace);
            Comparison.Same<T>(gradient, inPlace, "the gradient over the arguments");
        }

        void Registers<T>(NumberArray numbers)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            T[] x = numbers.As<T>(), values = new T[x.Length], slopes = new T[x.Length], others = new T[x.Length], otherSlopes = new T[x.Length];
            FormulaRegisters.Evaluate<TActivation, T>(FormulaRegisters.Widths[0], activation, x, values, slopes);
            foreach (int bits in FormulaRegisters.Widths.Skip(1))
            {
                FormulaRegisters.Evaluate<TActivation, T>(bits, activation, x, others, otherSlopes);
                Comparison.Same<T>(values, others, $"the value on {bits} bits, beside that on {FormulaRegisters.Widths[0]},");
                Comparison.Same<T>(slopes, otherSlopes, $"the derivative on {bits} bits, beside that on {FormulaRegisters.Widths[0]},");
            }
        }

        void Allocation<T>(NumberArray numbers)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            T[] x = numbers.As<T>(), values = new T[x.Length];
            Comparison.Equal(0, Comparison.Allocated(() => Activation.Compute<TActivation, T>(activation, x, values)), "the bytes that Compute allocates");
            Comparison.Equal(0, Comparison.Allocated(() => Activation.Backward<TActivation, T>(activation, x, x, values)), "the bytes that Backward allocates");
        }
    }
}
