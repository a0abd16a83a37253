using System.Numerics;

namespace FastLoss;

/// <summary>How to check a gradient. The default value suits a deterministic function computed with care.</summary>
/// <typeparam name="T">The element type, float or double.</typeparam>
public readonly ref struct GradientCheckOptions<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// The elements to check; empty: all. A sample is enough for large networks, whose elements share their code.
    /// </summary>
    public ReadOnlySpan<int> Indices { get; init; }

    /// <summary>
    /// What the two gradients may differ by, relative to the larger; the square root of the noise when not set: 1.5e-8
    /// in double, 3.5e-4 in float.
    /// </summary>
    public T RelativeTolerance { get; init; }

    /// <summary>
    /// What they may differ by, relative to the gradient's Euclidean norm, for elements that are rounding errors of
    /// larger ones; 1024 times the noise when not set.
    /// </summary>
    public T NormTolerance { get; init; }

    /// <summary>What they may differ by at least, as an absolute number; 0 when not set.</summary>
    public T AbsoluteTolerance { get; init; }

    /// <summary>
    /// Noise, scales and bounds of the function, and what its derivatives cost at most. A function that gives different
    /// values for one point needs its noise set above the difference, or every element is non-deterministic; other
    /// noise is measured. The scheme is adaptive whatever is set; steps and accuracies are not for a check.
    /// </summary>
    public DifferentiationOptions<T> Differentiation { get; init; }

    /// <summary>
    /// What the random directions of <see cref="GradientCheck.Search{TFunction, T}"/> begin from; any number.
    /// </summary>
    public int Seed { get; init; }

    internal DifferentiationOptions<T> Adaptive => Differentiation with { Scheme = DifferenceScheme.Adaptive };

    internal T EffectiveRelativeTolerance =>
        RelativeTolerance != T.Zero ? RelativeTolerance : T.Sqrt(Differentiation.EffectiveNoise);

    internal T EffectiveNormTolerance =>
        NormTolerance != T.Zero ? NormTolerance : T.CreateTruncating(1024) * Differentiation.EffectiveNoise;
}
