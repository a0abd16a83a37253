using System.Numerics;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// Unbiased estimates of a gradient from the derivatives along a few random directions: two evaluations a direction,
/// however many coordinates there are. Each element of the estimate carries the noise of all others: with K directions
/// the variance of element i is (||g||^2 - g_i^2) / K for random signs and (||g||^2 + g_i^2) / K for normal directions,
/// in units of the scales; K must be several times the dimension before single elements mean much, but descent along
/// the estimate converges. The same seed gives the same bits on every machine. A central difference adds its error,
/// O(h^2), to every direction.
/// </summary>
public static class StochasticGradient
{
    /// <summary>
    /// Simultaneous perturbation by random signs (Spall, Multivariate stochastic approximation using a simultaneous
    /// perturbation gradient approximation, IEEE Trans. Autom. Control 37, 1992): the mean over K directions v, v_i =
    /// +-scale_i, of (f(x + h v) - f(x - h v)) / 2h v_i.
    /// </summary>
    /// <param name="function">The function; a struct is inlined.</param>
    /// <param name="x">The point; unchanged on return, also when the function throws.</param>
    /// <param name="gradient">Receives the estimate; as long as x and not overlapping it.</param>
    /// <param name="seed">Chooses the directions.</param>
    /// <param name="directions">K, at least 1; K = 1 is the classical estimate.</param>
    /// <param name="standardErrors">
    /// Receives the observed standard error of each element, the deviation of its terms over sqrt(K); as long as x, or
    /// empty. Needs two directions.
    /// </param>
    /// <param name="options">Scales, noise, and the step h if not chosen. Bounds and other schemes are not for random directions.</param>
    /// <exception cref="ArgumentException">The lengths differ, or spans overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Too few directions, or an option out of its range.</exception>
    public static DifferentiationReport Spsa<TFunction, T>(
        ref TFunction function, Span<T> x, Span<T> gradient, ulong seed, int directions = 1, Span<T> standardErrors = default,
        DifferentiationOptions<T> options = default)
        where TFunction : IScalarFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Estimate<TFunction, T, RandomSigns<T>>(ref function, x, gradient, seed, directions, standardErrors, options);

    /// <inheritdoc cref="Spsa{TFunction, T}(ref TFunction, Span{T}, Span{T}, ulong, int, Span{T}, DifferentiationOptions{T})"/>
    public static DifferentiationReport Spsa<T>(
        Func<ReadOnlySpan<T>, T> function, Span<T> x, Span<T> gradient, ulong seed, int directions = 1, Span<T> standardErrors = default,
        DifferentiationOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        var adapter = new DelegateScalarFunction<T>(function);
        return Spsa(ref adapter, x, gradient, seed, directions, standardErrors, options);
    }

    /// <summary>
    /// Gaussian smoothing (Nesterov and Spokoiny, Random gradient-free minimization of convex functions, 2017): the
    /// mean over K directions v, v_i = scale_i n_i with n_i standard normal, of v_i / scale_i^2 times the derivative
    /// along v.
    /// </summary>
    /// <inheritdoc cref="Spsa{TFunction, T}(ref TFunction, Span{T}, Span{T}, ulong, int, Span{T}, DifferentiationOptions{T})"/>
    public static DifferentiationReport RandomDirections<TFunction, T>(
        ref TFunction function, Span<T> x, Span<T> gradient, ulong seed, int directions = 1, Span<T> standardErrors = default,
        DifferentiationOptions<T> options = default)
        where TFunction : IScalarFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Estimate<TFunction, T, NormalDeviates<T>>(ref function, x, gradient, seed, directions, standardErrors, options);

    /// <inheritdoc cref="RandomDirections{TFunction, T}(ref TFunction, Span{T}, Span{T}, ulong, int, Span{T}, DifferentiationOptions{T})"/>
    public static DifferentiationReport RandomDirections<T>(
        Func<ReadOnlySpan<T>, T> function, Span<T> x, Span<T> gradient, ulong seed, int directions = 1, Span<T> standardErrors = default,
        DifferentiationOptions<T> options = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        var adapter = new DelegateScalarFunction<T>(function);
        return RandomDirections(ref adapter, x, gradient, seed, directions, standardErrors, options);
    }

    private static DifferentiationReport Estimate<TFunction, T, TDeviates>(
        ref TFunction function, Span<T> x, Span<T> gradient, ulong seed, int directions, Span<T> standardErrors,
        DifferentiationOptions<T> options)
        where TFunction : IScalarFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TDeviates : IDeviates<T>
    {
        Validate(x, gradient, directions, standardErrors, options);
        using var memory = new Scratch<T>(checked(2 * x.Length));
        Span<T> origin = memory.Span[..x.Length], direction = memory.Span[x.Length..];
        x.CopyTo(origin);
        var random = new RandomSource(seed);
        // Until the end the sum of squared deviations (Welford).
        gradient.Clear();
        standardErrors.Clear();
        try
        {
            for (int k = 1; k <= directions && x.Length > 0; k++)
            {
                for (int i = 0; i < x.Length; i++) direction[i] = TDeviates.Next(ref random) * options.ScaleAt(i);
                T h = options.StepAlong(options.PointAlong(origin, direction));
                T slope = LineDerivative.Central(ref function, new DirectionLine<T, TFunction>(x, origin, direction), T.Zero, h);
                T count = T.CreateTruncating(k);
                for (int i = 0; i < x.Length; i++)
                {
                    T scale = options.ScaleAt(i), term = slope * (direction[i] / (scale * scale)), change = term - gradient[i];
                    gradient[i] += change / count;
                    if (!standardErrors.IsEmpty) standardErrors[i] += change * (term - gradient[i]);
                }
            }
        }
        finally
        {
            origin.CopyTo(x);
        }

        return Report(gradient, standardErrors, directions);
    }

    private static DifferentiationReport Report<T>(Span<T> gradient, Span<T> standardErrors, int directions)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var report = new ReportBuilder();
        T terms = T.CreateTruncating(directions) * T.CreateTruncating(directions - 1);
        for (int i = 0; i < gradient.Length; i++)
        {
            if (standardErrors.IsEmpty)
            {
                report.Add(i, gradient[i]);
                continue;
            }

            standardErrors[i] = T.Sqrt(standardErrors[i] / terms);
            report.Add(i, new DerivativeEstimate<T>(
                gradient[i], standardErrors[i], 0,
                T.IsFinite(gradient[i]) ? DifferentiationStatus.Completed : DifferentiationStatus.NonFinite));
        }

        report.Evaluated(gradient.IsEmpty ? 0 : 2L * directions);
        return report.Build();
    }

    private static void Validate<T>(
        Span<T> x, Span<T> gradient, int directions, Span<T> standardErrors, DifferentiationOptions<T> options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options.Validate(x);
        Guard.SameLength<T, T>(gradient, x);
        Guard.Apart<T, T>(gradient, x);
        Guard.AtLeast(directions, standardErrors.IsEmpty ? 1 : 2);
        if (options.Scheme != DifferenceScheme.Central) Throw.OutOfRange(nameof(options), options.Scheme, "Central for random directions");
        if (!options.LowerBounds.IsEmpty || !options.UpperBounds.IsEmpty)
            throw new ArgumentException("options has bounds; random directions leave them, and estimates inside them would be biased.", nameof(options));
        if (standardErrors.IsEmpty) return;
        Guard.SameLength<T, T>(standardErrors, x);
        Guard.Apart<T, T>(standardErrors, x);
        Guard.Apart<T, T>(standardErrors, gradient);
    }

    /// <summary>Independent deviates of mean 0 and variance 1: what makes the estimate unbiased.</summary>
    private interface IDeviates<T>
    {
        static abstract T Next(ref RandomSource random);
    }

    private readonly struct RandomSigns<T> : IDeviates<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static T Next(ref RandomSource random) => random.NextBits() >> 63 == 0 ? T.One : -T.One;
    }

    private readonly struct NormalDeviates<T> : IDeviates<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static T Next(ref RandomSource random) => T.CreateTruncating(random.NextNormal());
    }
}
