using System.Numerics;

namespace FastLoss;

/// <summary>What is asked of the adaptive scheme.</summary>
/// <param name="Order">The order of the derivative, 1 to 4.</param>
/// <param name="Noise">The relative noise of the values that rounding alone makes, or that was declared.</param>
internal readonly record struct AdaptiveRequest<T>(int Order, T Noise)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public T RelativeAccuracy { get; init; }

    public T AbsoluteAccuracy { get; init; }

    public int MaximumEvaluations { get; init; } = int.MaxValue;

    public bool HasAccuracy => RelativeAccuracy > T.Zero || AbsoluteAccuracy > T.Zero;

    public bool IsMet(T value, T error) => error <= AbsoluteAccuracy + RelativeAccuracy * T.Abs(value);

    /// <summary>
    /// The first step: 1/16 of the scale; 1/4 for higher derivatives, whose rounding grows with a power of 1/h, and for
    /// float.
    /// </summary>
    public T Start(in LinePoint<T> point) =>
        Irregular(0) * (StepRule.Automatic(T.Zero, point.Scale, T.One) / T.CreateTruncating(Order == 1 && typeof(T) == typeof(double) ? 16 : 4));

    /// <summary>A step that fits into <paramref name="room"/>.</summary>
    public static T Fit(T room) => Irregular(0) * StepRule.PowerOfTwo(room);

    /// <summary>
    /// The step after level <paramref name="tried"/>: about a quarter, and half for higher derivatives, which use it
    /// twice.
    /// </summary>
    public T Next(T h, int tried) =>
        Order > 1 ? h / T.CreateTruncating(2) : StepRule.PowerOfTwo(h) / T.CreateTruncating(2) * Irregular(tried);

    /// <summary>
    /// The step of level <paramref name="tried"/> that Next comes to from the first, with some steps passed over.
    /// </summary>
    public static T At(T first, int tried, int gaps) =>
        T.ScaleB(StepRule.PowerOfTwo(first) + StepRule.PowerOfTwo(first), -2 * tried - 6 * gaps) * Irregular(tried);

    /// <summary>
    /// No power of two, nor in any ratio that is one: a function that rounds its argument or its value, as to single
    /// precision, moves by whole steps, and would look exact. Of few enough bits that x + h loses none but at the
    /// smallest steps.
    /// </summary>
    private static T Irregular(int level) =>
        typeof(T) == typeof(double) ? T.ScaleB(T.CreateTruncating(Irregularities[level % Irregularities.Length]), -22)
            : T.ScaleB(T.CreateTruncating(Irregularities[level % Irregularities.Length] >> 17), -5);

    // Between 1/2 and 1, so that the power of two below is the step without them: 2^22 times 0.81, 0.87, 0.77, ...
    private static ReadOnlySpan<int> Irregularities => [3393181, 3639957, 3220239, 3506295, 3295011, 3725069, 3446973];

    /// <summary>
    /// Converged if the error is what was asked for; else if it is below half the digits of the value (a third, a
    /// fourth, a fifth of those of a higher derivative), or of
    /// <paramref name="size"/>, what the function's values over its scale make a derivative of ordinary size: a derivative of
    /// 0 has no digits of its own.
    /// </summary>
    public DerivativeEstimate<T> Conclude(T value, T error, int evaluations, T size)
    {
        T digits = Order == 1 ? T.Sqrt(Noise) : T.CreateTruncating(Math.Pow(double.CreateTruncating(Noise), 1.0 / (Order + 1)));
        bool met = HasAccuracy ? IsMet(value, error) : error <= digits * T.Max(T.Abs(value), size);
        return new(
            value, error, evaluations,
            !T.IsFinite(value) ? DifferentiationStatus.NonFinite
            : met ? DifferentiationStatus.Completed
            : DifferentiationStatus.NotConverged);
    }
}
