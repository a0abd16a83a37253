using System.Numerics;
using System.Numerics.Tensors;

namespace FastLoss.Kernels;

/// <summary>The scores of a linear machine.</summary>
internal static class SvmScores
{
    /// <summary>scores = x W + b; the parameters are a row of weights for each class, then the biases.</summary>
    public static void Compute<T>(ReadOnlySpan<T> x, int columns, ReadOnlySpan<T> parameters, Span<T> scores, int classCount, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReadOnlySpan<T> biases = parameters[(columns * classCount)..];
        foreach ((int row, _) in new Blocks(scores.Length, classCount)) biases.CopyTo(scores[row..]);
        MatrixMultiply.Run(
            MatrixView<T>.RowMajor(x, columns), MatrixView<T>.Transposed(parameters[..(columns * classCount)], columns), scores, accumulate: true, threads);
    }
}

/// <summary>||W||^2 / 2 + C sum of squared hinges, with its gradient.</summary>
internal readonly ref struct SvmObjective<T>(ReadOnlySpan<T> features, ReadOnlySpan<int> labels, int columns, int classCount, double c, int threads)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Features widened at a time: 512 KB of doubles.</summary>
    private const int CertifiedElements = 1 << 16;

    private readonly ReadOnlySpan<T> _features = features;
    private readonly ReadOnlySpan<int> _labels = labels;
    private readonly T[] _scores = new T[labels.Length * classCount];

    public double Evaluate(ReadOnlySpan<T> parameters, Span<T> gradient)
    {
        gradient.Clear();
        double hinges = SvmHinges.Add(_features, _labels, columns, parameters, _scores, gradient, threads);
        return SvmHinges.Finish(hinges, c, parameters, gradient);
    }

    /// <summary>
    /// The value at a point and half the squared norm of its gradient, in double: in float the rounding of the gradient alone may pass, or hide, the gap that
    /// is asked for.
    /// </summary>
    public (double Value, double Gap) Certify(ReadOnlySpan<T> parameters)
    {
        int block = Math.Max(1, CertifiedElements / columns);
        double[] x = new double[Math.Min(block, _labels.Length) * columns], scores = new double[Math.Min(block, _labels.Length) * classCount];
        double[] at = new double[parameters.Length], gradient = new double[parameters.Length];
        TensorPrimitives.ConvertTruncating(parameters, at);
        double hinges = 0;
        foreach ((int start, int count) in new Blocks(_labels.Length, block))
        {
            TensorPrimitives.ConvertTruncating(_features.Slice(start * columns, count * columns), x);
            hinges += SvmHinges.Add<double>(
                x.AsSpan(0, count * columns), _labels.Slice(start, count), columns, at, scores.AsSpan(0, count * classCount), gradient, threads);
        }

        double value = SvmHinges.Finish<double>(hinges, c, at, gradient);
        return (value, ElementPass.Sum(new ElementSpans<double> { First = gradient, Second = gradient }, default(SumOperators.Products)) / 2);
    }
}

/// <summary>The two parts of <see cref="SvmObjective{T}"/>.</summary>
internal static class SvmHinges
{
    /// <summary>The rows' hinges, whose gradient is added to what stands there.</summary>
    public static double Add<T>(
        ReadOnlySpan<T> features, ReadOnlySpan<int> labels, int columns, ReadOnlySpan<T> parameters, Span<T> scores, Span<T> gradient, int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (labels.IsEmpty) return 0;
        int classCount = scores.Length / labels.Length;
        Span<T> weights = gradient[..(columns * classCount)], biases = gradient[(columns * classCount)..];
        SvmScores.Compute(features, columns, parameters, scores, classCount, threads);
        double sum = Loss.EvaluateWithGradient(
            new MultiClassHinge(1, 2), scores, classCount, labels, scores, new LossOptions<T> { Denominator = 1, Threads = threads }).Sum;
        MatrixMultiply.Run(MatrixView<T>.Transposed(scores, classCount), MatrixView<T>.RowMajor(features, columns), weights, accumulate: true, threads);
        MatrixMultiply.Run(MatrixView<T>.Row(T.One, labels.Length), MatrixView<T>.RowMajor(scores, classCount), biases, accumulate: true);
        return sum;
    }

    /// <summary>The objective, from the hinges; their gradient becomes its.</summary>
    public static double Finish<T>(double hinges, double c, ReadOnlySpan<T> parameters, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        TensorPrimitives.MultiplyAdd(gradient, T.CreateTruncating(c), parameters, gradient);
        double size = ElementPass.Sum(new ElementSpans<T> { First = parameters, Second = parameters }, default(SumOperators.Products));
        return (size / 2) + (c * hinges);
    }
}
