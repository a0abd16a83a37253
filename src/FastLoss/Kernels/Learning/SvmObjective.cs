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
    private readonly ReadOnlySpan<T> _features = features;
    private readonly ReadOnlySpan<int> _labels = labels;
    private readonly T[] _scores = new T[labels.Length * classCount];

    public double Evaluate(ReadOnlySpan<T> parameters, Span<T> gradient)
    {
        Span<T> weights = gradient[..(columns * classCount)], biases = gradient[(columns * classCount)..];
        gradient.Clear();
        double hinges = 0;
        if (!_labels.IsEmpty)
        {
            SvmScores.Compute(_features, columns, parameters, _scores, classCount, threads);
            hinges = Loss.EvaluateWithGradient(
                new MultiClassHinge(1, 2), _scores, classCount, _labels, _scores, new LossOptions<T> { Denominator = 1, Threads = threads }).Sum;
            MatrixMultiply.Run(MatrixView<T>.Transposed(_scores, classCount), MatrixView<T>.RowMajor(_features, columns), weights, accumulate: false, threads);
            MatrixMultiply.Run(MatrixView<T>.Row(T.One, _labels.Length), MatrixView<T>.RowMajor(_scores, classCount), biases, accumulate: false);
        }

        TensorPrimitives.MultiplyAdd(gradient, T.CreateTruncating(c), parameters, gradient);
        double size = ElementPass.Sum(new ElementSpans<T> { First = parameters, Second = parameters }, default(SumOperators.Products));
        return (size / 2) + (c * hinges);
    }
}
