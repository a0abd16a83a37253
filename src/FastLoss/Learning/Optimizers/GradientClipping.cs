using System.Numerics;
using System.Numerics.Tensors;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>Keeps gradients from throwing a training off: their Euclidean norm, and limits to it or to each element.</summary>
public static class GradientClipping
{
    /// <summary>Added to the norm before the bound is divided by it, as PyTorch does.</summary>
    private const double NormEpsilon = 1e-6;

    /// <summary>
    /// The Euclidean norm, sqrt(sum g^2). It neither overflows nor underflows where the norm itself is a double, also of elements whose
    /// squares do: of floats it is right up to 1e43.
    /// </summary>
    /// <param name="gradient">Any numbers.</param>
    /// <param name="threads">How many threads may help: 0 or 1 the caller's alone, -1 one a processor. The bits do not depend on it.</param>
    /// <returns>Within 4e-7 (float) and 1e-15 (double) relatively; 0 of none, NaN where an element is NaN, else +infinity where one is infinite.</returns>
    /// <exception cref="ArgumentOutOfRangeException">threads is below -1.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static double Norm<T>(ReadOnlySpan<T> gradient, int threads = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        Guard.Threads(threads);
        return EuclideanNorm.Of(gradient, threads);
    }

    /// <summary>
    /// Scales the gradient to at most this norm: g min(1, maxNorm / (norm + 1e-6)) (Pascanu, Mikolov and Bengio 2013; PyTorch's
    /// clip_grad_norm_). A gradient that is within it keeps its bits.
    /// </summary>
    /// <param name="gradient">Changed in place.</param>
    /// <param name="maxNorm">The largest norm, positive and finite.</param>
    /// <param name="threads">How many threads may help: 0 or 1 the caller's alone, -1 one a processor.</param>
    /// <returns>The norm before, as <see cref="Norm"/>. Where it is NaN all elements become NaN; where it is +infinity finite elements become 0 and infinite ones NaN.</returns>
    /// <exception cref="ArgumentOutOfRangeException">maxNorm is not positive and finite, or threads below -1.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static double ByNorm<T>(Span<T> gradient, double maxNorm, int threads = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Positive(maxNorm);
        double norm = Norm<T>(gradient, threads), scale = maxNorm / (norm + NormEpsilon);
        if (!(scale >= 1)) EuclideanNorm.Scale(gradient, scale);
        return norm;
    }

    /// <summary>Limits every element to between -maxValue and maxValue: PyTorch's clip_grad_value_. Exact; NaN stays, infinities become the limit.</summary>
    /// <param name="gradient">Changed in place.</param>
    /// <param name="maxValue">The largest magnitude, 0 or more and finite as T.</param>
    /// <exception cref="ArgumentOutOfRangeException">maxValue is negative or not finite.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void ByValue<T>(Span<T> gradient, double maxValue)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        Guard.NotNegativeAs<T>(maxValue);
        T limit = T.CreateTruncating(maxValue);
        TensorPrimitives.Clamp(gradient, -limit, limit, gradient);
    }
}
