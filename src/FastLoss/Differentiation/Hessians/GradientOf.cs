using System.Numerics;

namespace FastLoss;

/// <summary>
/// The numerical gradient seen as a vector function, so that its derivative along a line is a Hessian times a vector.
/// </summary>
internal ref struct GradientOf<TFunction, T>(TFunction function, DifferentiationOptions<T> options) : IVectorFunction<T>
    where TFunction : IScalarFunction<T>, allows ref struct
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly DifferentiationOptions<T> _options = options;
    private TFunction _function = function;

    public readonly TFunction Function => _function;

    public long Evaluations { get; private set; }

    /// <summary>
    /// The outer difference: bounds and scales as the inner, and the noise that the inner leaves in a gradient.
    /// </summary>
    public readonly DifferentiationOptions<T> OuterOptions => WithNoise(
        _options.IsAdaptive ? _options.EffectiveNoise * T.CreateTruncating(256) : _options.EffectiveNoise / InnerCoefficient);

    // Both differences by the same step: noise^(1/4) is the best for a second derivative, and noise^(3/4) has it as its
    // cube root.
    private readonly T InnerCoefficient => StepRule.Coefficient(4, _options.EffectiveNoise);

    public void Evaluate(ReadOnlySpan<T> x, Span<T> values)
    {
        using var point = new Scratch<T>(x.Length);
        x.CopyTo(point.Span);
        DifferentiationOptions<T> inner = _options.IsAdaptive ? _options : WithNoise(_options.EffectiveNoise / InnerCoefficient);
        Evaluations += CoordinateDerivatives.All<T, TFunction, CoordinateLine<T, TFunction>, InPlaceLines<T, TFunction>>(
            ref _function, new(point.Span), point.Span, values, [], inner).Evaluations;
    }

    // Of an adaptive inner difference the outer one is central: what is asked of the elements is asked of the inner
    // ones.
    private readonly DifferentiationOptions<T> WithNoise(T noise) => _options with
    {
        Scheme = DifferenceScheme.Central,
        Noise = noise,
        RelativeAccuracy = T.Zero,
        AbsoluteAccuracy = T.Zero,
        MaximumEvaluations = 0,
    };
}
