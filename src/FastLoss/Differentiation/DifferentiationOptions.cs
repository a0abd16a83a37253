using System.Numerics;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// How to differentiate numerically. The default value is the central difference with an automatic step:
/// h_i = 2^round(log2(c * max(scale_i, |x_i|))), with c = noise^(1/3) for central, noise^(1/2) for forward and
/// backward, and noise^(1/5) for five-point differences.
/// </summary>
/// <typeparam name="T">The element type, float or double.</typeparam>
public readonly ref struct DifferentiationOptions<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The difference quotient; central when not set.</summary>
    public DifferenceScheme Scheme
    {
        get => Settings.Scheme;
        init => Settings = Settings with { Scheme = value };
    }

    /// <summary>
    /// The step of every coordinate, as the textbook's 1e-4; 0, the default, chooses it. Not for the adaptive scheme.
    /// </summary>
    public T Step
    {
        get => Settings.Step;
        init => Settings = Settings with { Step = value };
    }

    /// <summary>
    /// The step as a fraction of max(scale_i, |x_i|); 0, the default, chooses it. Not for the adaptive scheme.
    /// </summary>
    public T RelativeStep
    {
        get => Settings.RelativeStep;
        init => Settings = Settings with { RelativeStep = value };
    }

    /// <summary>
    /// The relative error of the function's values; when not set, the distance from 1 to the next number of the type.
    /// Larger for a function that is itself the result of an iteration or of lower precision: steps and error estimates
    /// grow.
    /// </summary>
    public T Noise
    {
        get => Settings.Noise;
        init => Settings = Settings with { Noise = value };
    }

    /// <summary>
    /// The length on which the function varies, the same for every coordinate; 1 when not set. A fixed scheme takes
    /// |x_i| where that is longer; the adaptive one takes a given scale as it is, so that features narrower than |x_i|
    /// are found.
    /// </summary>
    public T Scale
    {
        get => Settings.Scale;
        init => Settings = Settings with { Scale = value };
    }

    /// <summary>
    /// The length on which the function varies, per coordinate. Empty: <see cref="Scale"/> holds for all.
    /// </summary>
    public ReadOnlySpan<T> Scales { get; init; }

    /// <summary>
    /// Never evaluate below these, per coordinate; empty: no bounds. Near a bound differences are one-sided.
    /// </summary>
    public ReadOnlySpan<T> LowerBounds { get; init; }

    /// <summary>
    /// Never evaluate above these, per coordinate; empty: no bounds. Near a bound differences are one-sided.
    /// </summary>
    public ReadOnlySpan<T> UpperBounds { get; init; }

    /// <summary>
    /// What the adaptive scheme is content with, relative to the derivative: it stops once its error estimate is at
    /// most <see cref="AbsoluteAccuracy"/> + RelativeAccuracy * |value|, and has not converged otherwise. When neither
    /// is set it goes on while smaller steps help. Only for the adaptive scheme.
    /// </summary>
    public T RelativeAccuracy
    {
        get => Settings.RelativeAccuracy;
        init => Settings = Settings with { RelativeAccuracy = value };
    }

    /// <summary>
    /// What the adaptive scheme is content with, as an absolute error; see <see cref="RelativeAccuracy"/>.
    /// </summary>
    public T AbsoluteAccuracy
    {
        get => Settings.AbsoluteAccuracy;
        init => Settings = Settings with { AbsoluteAccuracy = value };
    }

    /// <summary>
    /// The most evaluations the adaptive scheme may use for one derivative, at least 8; 0, the default, does not limit
    /// it: 12 to 20 are usual, and some 60 the most. Derivatives that are not known to their accuracy by then have not
    /// converged.
    /// </summary>
    public int MaximumEvaluations
    {
        get => Settings.MaximumEvaluations;
        init => Settings = Settings with { MaximumEvaluations = value };
    }

    /// <summary>All that is no span: what a copy keeps of itself where it must outlive the spans.</summary>
    internal Numbers Settings { get; init; }

    /// <summary>The numbers of the options; each of the public properties below is one of these.</summary>
    internal readonly record struct Numbers
    {
        public DifferenceScheme Scheme { get; init; }

        public T Step { get; init; }

        public T RelativeStep { get; init; }

        public T Noise { get; init; }

        public T Scale { get; init; }

        public T RelativeAccuracy { get; init; }

        public T AbsoluteAccuracy { get; init; }

        public int MaximumEvaluations { get; init; }
    }

    internal AdaptiveRequest<T> Request(int order = 1) => new(order, EffectiveNoise)
    {
        RelativeAccuracy = RelativeAccuracy,
        AbsoluteAccuracy = AbsoluteAccuracy,
        MaximumEvaluations = MaximumEvaluations == 0 ? int.MaxValue : MaximumEvaluations,
    };

    internal T EffectiveNoise => Noise == T.Zero ? StepRule.Epsilon<T>() : Noise;

    internal bool IsAdaptive => Scheme == DifferenceScheme.Adaptive;

    /// <summary>No bound can be in the way of a central difference.</summary>
    internal bool IsPlainCentral => Scheme == DifferenceScheme.Central && LowerBounds.IsEmpty && UpperBounds.IsEmpty;

    /// <summary>Every step follows from its coordinate by one rule.</summary>
    internal bool HasOneAutomaticScale => Step == T.Zero && RelativeStep == T.Zero && Scales.IsEmpty;

    internal bool HasScale => Scale != T.Zero || !Scales.IsEmpty;

    internal T ScaleAt(int index) => !Scales.IsEmpty ? Scales[index] : Scale == T.Zero ? T.One : Scale;

    internal T StepAt(int index, T x, T coefficient) =>
        Step != T.Zero ? Step
        : RelativeStep != T.Zero ? RelativeStep * T.Max(ScaleAt(index), T.Abs(x))
        : StepRule.Automatic(x, ScaleAt(index), coefficient);

    internal T StepAlong(in LinePoint<T> point) =>
        Step != T.Zero ? Step
        : RelativeStep != T.Zero ? RelativeStep * point.Scale
        : StepRule.Automatic(T.Zero, point.Scale, StepRule.Coefficient(Scheme, EffectiveNoise));

    internal T SecondStepAlong(in LinePoint<T> point) =>
        Step != T.Zero ? Step
        : RelativeStep != T.Zero ? RelativeStep * point.Scale
        : StepRule.Automatic(T.Zero, point.Scale, StepRule.Coefficient(4, EffectiveNoise));

    internal LinePoint<T> PointAt(int index, T x) => new(
        x,
        IsAdaptive && HasScale ? ScaleAt(index) : T.Max(ScaleAt(index), T.Abs(x)),
        T.Abs(x),
        LowerBounds.IsEmpty ? T.PositiveInfinity : x - LowerBounds[index],
        UpperBounds.IsEmpty ? T.PositiveInfinity : UpperBounds[index] - x)
    {
        IsFixed = IsFixed(index),
    };

    internal bool IsFixed(int index) => !LowerBounds.IsEmpty && !UpperBounds.IsEmpty && LowerBounds[index] == UpperBounds[index];

    /// <summary>
    /// The line x + t v at t = 0. Its scale is the t that moves some coordinate by its own scale, and none by more; so
    /// is what rounding x amounts to.
    /// </summary>
    internal LinePoint<T> PointAlong(ReadOnlySpan<T> x, ReadOnlySpan<T> direction)
    {
        T scale = T.PositiveInfinity, magnitude = T.Zero, below = T.PositiveInfinity, above = T.PositiveInfinity;
        for (int i = 0; i < x.Length; i++)
        {
            T speed = T.Abs(direction[i]);
            if (speed == T.Zero) continue;
            LinePoint<T> point = PointAt(i, x[i]);
            scale = T.Min(scale, point.Scale / speed);
            magnitude = T.Max(magnitude, point.Magnitude / speed);
            bool up = direction[i] > T.Zero;
            below = T.Min(below, (up ? point.RoomBelow : point.RoomAbove) / speed);
            above = T.Min(above, (up ? point.RoomAbove : point.RoomBelow) / speed);
        }

        return new(T.Zero, scale, T.Min(magnitude, scale), below, above);
    }

    /// <summary>
    /// Checks everything that can be wrong for the point <paramref name="x"/>, before the first evaluation.
    /// </summary>
    internal void Validate(ReadOnlySpan<T> x)
    {
        const string name = "options";
        Guard.Float<T>();
        if (!Enum.IsDefined(Scheme)) Throw.OutOfRange(name, Scheme, "a DifferenceScheme");
        Guard.ZeroOrPositive(Step, "options.Step");
        Guard.ZeroOrPositive(RelativeStep, "options.RelativeStep");
        Guard.ZeroOrPositive(Noise, "options.Noise");
        Guard.ZeroOrPositive(Scale, "options.Scale");
        if (!Scales.IsEmpty) Guard.Length(Scales, x.Length, "one scale a coordinate", "options.Scales");
        if (!LowerBounds.IsEmpty) Guard.Length(LowerBounds, x.Length, "one bound a coordinate", "options.LowerBounds");
        if (!UpperBounds.IsEmpty) Guard.Length(UpperBounds, x.Length, "one bound a coordinate", "options.UpperBounds");
        foreach (T scale in Scales) Guard.Positive(scale, "options.Scales");
        if (!LowerBounds.IsEmpty || !UpperBounds.IsEmpty) Guard.Within(x, LowerBounds, UpperBounds, nameof(x));

        Guard.ZeroOrPositive(RelativeAccuracy, "options.RelativeAccuracy");
        Guard.ZeroOrPositive(AbsoluteAccuracy, "options.AbsoluteAccuracy");
        if (MaximumEvaluations is < 0 or > 0 and < 8) Throw.OutOfRange("options.MaximumEvaluations", MaximumEvaluations, "at least 8, or 0 for no limit");
        if (!IsAdaptive && (RelativeAccuracy != T.Zero || AbsoluteAccuracy != T.Zero || MaximumEvaluations != 0))
            Throw.OutOfRange(name, Scheme, "Adaptive where an accuracy or a number of evaluations is asked for");
        if (Step != T.Zero && RelativeStep != T.Zero) Throw.Exclusive(name, nameof(Step), Step, nameof(RelativeStep), RelativeStep);
        if (IsAdaptive && Step != T.Zero) Throw.OutOfRange(name, Step, "0 with the adaptive scheme, which chooses its steps");
        if (IsAdaptive && RelativeStep != T.Zero) Throw.OutOfRange(name, RelativeStep, "0 with the adaptive scheme, which chooses its steps");
        if (Step == T.Zero && RelativeStep == T.Zero) return;
        for (int i = 0; i < x.Length; i++) Guard.Step(StepAt(i, x[i], T.Zero), x[i], name);
    }
}
