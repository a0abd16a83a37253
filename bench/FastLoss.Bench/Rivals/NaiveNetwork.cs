using System.Numerics;

namespace FastLoss.Bench.Rivals;

/// <summary>Loss and gradient of a sigmoid two-layer network, by scalar loops whose innermost runs along memory.</summary>
internal sealed class NaiveNetwork<T>(NetworkShape shape, int rows) where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _hidden = new T[rows * shape.Sizes[1]];
    private readonly T[] _hiddenGradient = new T[shape.Sizes[1]];
    private readonly T[] _logits = new T[rows * shape.ClassCount];
    private readonly T[] _delta = new T[rows * shape.ClassCount];

    public double EvaluateWithGradient(ReadOnlySpan<T> parameters, ReadOnlySpan<T> inputs, ReadOnlySpan<int> labels, Span<T> gradient)
    {
        int classes = shape.ClassCount, units = shape.Sizes[1];
        for (int row = 0; row < rows; row++)
        {
            Span<T> hidden = _hidden.AsSpan(row * units, units);
            Layer(inputs.Slice(row * shape.InputCount, shape.InputCount), parameters[shape.Weights(0)], parameters[shape.Biases(0)], hidden);
            for (int i = 0; i < units; i++) hidden[i] = T.One / (T.One + T.Exp(-hidden[i]));
            Layer(hidden, parameters[shape.Weights(1)], parameters[shape.Biases(1)], _logits.AsSpan(row * classes, classes));
        }
        double loss = Naive.CrossEntropyWithGradient<T>(_logits, classes, labels, _delta);
        gradient.Clear();
        ReadOnlySpan<T> w2 = parameters[shape.Weights(1)];
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<T> hidden = _hidden.AsSpan(row * units, units), delta = _delta.AsSpan(row * classes, classes);
            for (int i = 0; i < units; i++)
            {
                T sum = T.Zero;
                for (int j = 0; j < classes; j++) sum += delta[j] * w2[(i * classes) + j];
                _hiddenGradient[i] = sum * hidden[i] * (T.One - hidden[i]);
            }
            AddOuter(hidden, delta, gradient[shape.Weights(1)], gradient[shape.Biases(1)]);
            AddOuter(inputs.Slice(row * shape.InputCount, shape.InputCount), _hiddenGradient, gradient[shape.Weights(0)], gradient[shape.Biases(0)]);
        }
        return loss;
    }

    private static void Layer(ReadOnlySpan<T> x, ReadOnlySpan<T> weights, ReadOnlySpan<T> biases, Span<T> y)
    {
        biases.CopyTo(y);
        for (int i = 0; i < x.Length; i++)
        {
            ReadOnlySpan<T> w = weights.Slice(i * y.Length, y.Length);
            for (int j = 0; j < y.Length; j++) y[j] += x[i] * w[j];
        }
    }

    private static void AddOuter(ReadOnlySpan<T> x, ReadOnlySpan<T> delta, Span<T> weights, Span<T> biases)
    {
        for (int j = 0; j < delta.Length; j++) biases[j] += delta[j];
        for (int i = 0; i < x.Length; i++)
        {
            Span<T> w = weights.Slice(i * delta.Length, delta.Length);
            for (int j = 0; j < delta.Length; j++) w[j] += x[i] * delta[j];
        }
    }
}
