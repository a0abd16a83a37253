using System.Numerics;
using System.Numerics.Tensors;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// A classifier of two layers: logits = activation(x W1 + b1) W2 + b2, trained on the softmax cross-entropy of its logits.
/// All weights lie in one flat vector the caller may read and write, so any optimizer and any gradient over spans
/// fits. What it needs to work is allocated once; after that no call allocates, and the same input gives the same bits
/// on every machine.
/// </summary>
/// <remarks>One thread at a time: the workspace is shared by all calls.</remarks>
/// <example><code>
/// var network = new TwoLayerNetwork&lt;float&gt;(new(784, 50, 10), HiddenActivation.Relu, batchRows: 100);
/// network.Initialize(seed: 1);
/// float[] gradient = new float[network.Shape.ParameterCount];
/// LossTally loss = network.EvaluateWithGradient(images, labels, gradient);
/// optimizer.Step(network.Parameters, gradient, learningRate: 0.1); // an Optimizer&lt;float&gt;
/// </code></example>
/// <typeparam name="T">The element type, float or double.</typeparam>
public sealed class TwoLayerNetwork<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const ulong Stream = 0x77656967687473; // "weights"

    private readonly T[] _parameters;
    private readonly T[] _hidden; // batchRows x hidden
    private readonly T[] _hiddenGradient;
    private readonly T[] _logits; // batchRows x classes, and their gradient

    /// <summary>A network with all weights zero; <see cref="Initialize"/> or the caller sets them.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="activation">The nonlinearity of the hidden layer.</param>
    /// <param name="batchRows">Rows worked at a time, 1 or more: workspace is kept for so many, and larger batches are done in pieces.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public TwoLayerNetwork(TwoLayerShape shape, HiddenActivation activation = HiddenActivation.Sigmoid, int batchRows = 128)
    {
        Guard.Float<T>();
        Guard.AtLeast(shape.InputCount, 1);
        Guard.AtLeast(batchRows, 1);
        if (activation is not (HiddenActivation.Sigmoid or HiddenActivation.Relu))
            Throw.OutOfRange(nameof(activation), activation, "Sigmoid or Relu");

        Shape = shape;
        Activation = activation;
        BatchRows = batchRows;
        _parameters = new T[shape.ParameterCount];
        _hidden = new T[checked(batchRows * shape.HiddenCount)];
        _hiddenGradient = new T[_hidden.Length];
        _logits = new T[checked(batchRows * shape.ClassCount)];
    }

    /// <summary>The sizes, and where each part lies in <see cref="Parameters"/>.</summary>
    public TwoLayerShape Shape { get; }

    /// <summary>The nonlinearity of the hidden layer.</summary>
    public HiddenActivation Activation { get; }

    /// <summary>Rows worked at a time.</summary>
    public int BatchRows { get; }

    /// <summary>All weights and biases: W1, b1, W2, b2.</summary>
    public Span<T> Parameters => _parameters;

    /// <summary>The first layer's weights, inputs x hidden, row-major.</summary>
    public Span<T> W1 => Parameters[Shape.W1];

    /// <summary>The first layer's biases.</summary>
    public Span<T> B1 => Parameters[Shape.B1];

    /// <summary>The second layer's weights, hidden x classes, row-major.</summary>
    public Span<T> W2 => Parameters[Shape.W2];

    /// <summary>The second layer's biases.</summary>
    public Span<T> B2 => Parameters[Shape.B2];

    internal CoordinateState<T>? CoordinateState { get; set; }

    /// <summary>
    /// Draws the weights from normal distributions and sets the biases to zero. The variance is 2 / inputs before a ReLU (He
    /// et al. 2015) and 2 / (inputs + outputs) elsewhere (Glorot and Bengio 2010), so that signals neither grow nor fade from layer to
    /// layer. Drawn in double and rounded: float and double networks start from the same point, on every machine.
    /// </summary>
    /// <param name="seed">Any number.</param>
    public void Initialize(ulong seed)
    {
        int inputs = Shape.InputCount, hidden = Shape.HiddenCount;
        Draw(W1, Activation == HiddenActivation.Relu ? 2.0 / inputs : 2.0 / ((double)inputs + hidden), new(seed, Stream));
        Draw(W2, 2.0 / ((double)hidden + Shape.ClassCount), new(seed, Stream + 1));
        B1.Clear();
        B2.Clear();
    }

    /// <summary>The logits of each row; arg-max predicts, <see cref="Softmax"/> makes probabilities of them.</summary>
    /// <param name="inputs">Rows of Shape.InputCount elements.</param>
    /// <param name="logits">Receives Shape.ClassCount logits a row; apart from the inputs and the parameters.</param>
    /// <exception cref="ArgumentException">A length does not fit, or spans overlap.</exception>
    public void Logits(ReadOnlySpan<T> inputs, Span<T> logits)
    {
        int rows = Guard.Rows(inputs, Shape.InputCount);
        Guard.Length<T>(logits, (long)rows * Shape.ClassCount, "a logit for each class of each row");
        Guard.Apart<T, T>(logits, inputs);
        Guard.Apart<T, T>(logits, Parameters);
        for (int start = 0; start < rows; start += BatchRows)
        {
            int count = Math.Min(BatchRows, rows - start);
            Forward(_parameters, Rows(inputs, start, count, Shape.InputCount), Rows(logits, start, count, Shape.ClassCount));
        }
    }

    /// <summary>The softmax cross-entropy of the rows.</summary>
    /// <param name="inputs">Rows of Shape.InputCount elements.</param>
    /// <param name="labels">The class of each row.</param>
    /// <returns>Sum and count over the rows; its mean is NaN for no rows.</returns>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is not a class.</exception>
    public LossTally Evaluate(ReadOnlySpan<T> inputs, ReadOnlySpan<int> labels)
    {
        CheckBatch(inputs, labels);
        return Loss(_parameters, inputs, labels);
    }

    /// <summary>The softmax cross-entropy of the rows, and the gradient of its mean by backpropagation.</summary>
    /// <param name="inputs">Rows of Shape.InputCount elements.</param>
    /// <param name="labels">The class of each row.</param>
    /// <param name="gradient">Receives an element per parameter, zeros for no rows; apart from the inputs and the parameters.</param>
    /// <returns>As <see cref="Evaluate"/>.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or spans overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is not a class.</exception>
    public LossTally EvaluateWithGradient(ReadOnlySpan<T> inputs, ReadOnlySpan<int> labels, Span<T> gradient)
    {
        CheckBatch(inputs, labels);
        CheckGradient(inputs, labels, gradient);
        if (labels.IsEmpty) gradient.Clear();
        LossTally tally = default;
        for (int start = 0; start < labels.Length; start += BatchRows)
        {
            int count = Math.Min(BatchRows, labels.Length - start);
            ReadOnlySpan<T> batch = Rows(inputs, start, count, Shape.InputCount);
            Span<T> logits = _logits.AsSpan(0, count * Shape.ClassCount);
            Forward(_parameters, batch, logits);
            tally += FastLoss.Loss.EvaluateWithGradient(new SoftmaxCrossEntropy(), logits, Shape.ClassCount, labels.Slice(start, count), logits);
            if (count != labels.Length)
                TensorPrimitives.Multiply(logits, T.CreateTruncating((double)count / labels.Length), logits);
            Backward(batch, logits, gradient, accumulate: start > 0);
        }

        return tally;
    }

    /// <summary>
    /// The softmax cross-entropy of the rows, and the gradient of its mean by differences, one parameter after the other. Each
    /// difference redoes only what its parameter touches, and subtracts row by row (see <see cref="LossOf"/>): the
    /// quotients are those of the definition at the same steps, faster and with less rounding.
    /// </summary>
    /// <param name="inputs">Rows of Shape.InputCount elements.</param>
    /// <param name="labels">The class of each row.</param>
    /// <param name="gradient">Receives an element per parameter, zeros for no rows; apart from the inputs and the parameters.</param>
    /// <param name="options">Scheme and step of the differences.</param>
    /// <returns>As <see cref="Evaluate"/>.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or spans overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is not a class, or the step not usable.</exception>
    public LossTally EvaluateWithNumericalGradient(
        ReadOnlySpan<T> inputs, ReadOnlySpan<int> labels, Span<T> gradient, DifferentiationOptions<T> options = default)
    {
        NetworkLoss<T> loss = LossOf(inputs, labels);
        CheckGradient(inputs, labels, gradient);
        if (labels.IsEmpty)
        {
            gradient.Clear();
            return default;
        }

        NumericalGradient.ComputeByCoordinate(ref loss, _parameters, gradient, options);
        return loss.Prepared;
    }

    /// <summary>
    /// The mean loss of these rows as a function of the parameters, for <see cref="NumericalGradient"/>,
    /// gradient checks and minimisers; the network's own parameters play no part in it.
    /// </summary>
    /// <param name="inputs">Rows of Shape.InputCount elements.</param>
    /// <param name="labels">The class of each row.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is not a class.</exception>
    public NetworkLoss<T> LossOf(ReadOnlySpan<T> inputs, ReadOnlySpan<int> labels)
    {
        CheckBatch(inputs, labels);
        return new(this, inputs, labels);
    }

    /// <summary>The loss at any parameters; everything checked.</summary>
    internal LossTally Loss(ReadOnlySpan<T> parameters, ReadOnlySpan<T> inputs, ReadOnlySpan<int> labels)
    {
        LossTally tally = default;
        for (int start = 0; start < labels.Length; start += BatchRows)
        {
            int count = Math.Min(BatchRows, labels.Length - start);
            Span<T> logits = _logits.AsSpan(0, count * Shape.ClassCount);
            Forward(parameters, Rows(inputs, start, count, Shape.InputCount), logits);
            tally += FastLoss.Loss.Evaluate<SoftmaxCrossEntropy, T, int>(new(), logits, Shape.ClassCount, labels.Slice(start, count));
        }

        return tally;
    }

    private static ReadOnlySpan<TRow> Rows<TRow>(ReadOnlySpan<TRow> matrix, int start, int count, int columns) =>
        matrix.Slice(start * columns, count * columns);

    private static Span<TRow> Rows<TRow>(Span<TRow> matrix, int start, int count, int columns) =>
        matrix.Slice(start * columns, count * columns);

    private static void Draw(Span<T> weights, double variance, RandomSource random)
    {
        double deviation = Math.Sqrt(variance);
        foreach (ref T weight in weights) weight = T.CreateTruncating(deviation * random.NextNormal());
    }

    /// <summary>rows = x W + b.</summary>
    internal static void Affine(ReadOnlySpan<T> x, int inputCount, ReadOnlySpan<T> w, ReadOnlySpan<T> b, Span<T> rows)
    {
        for (int i = 0; i < rows.Length; i += b.Length) b.CopyTo(rows[i..]);
        MatrixMultiply.Run(MatrixView<T>.RowMajor(x, inputCount), MatrixView<T>.RowMajor(w, b.Length), rows, accumulate: true);
    }

    /// <summary>At most <see cref="BatchRows"/> rows through both layers; leaves the hidden layer in <see cref="_hidden"/>.</summary>
    private void Forward(ReadOnlySpan<T> parameters, ReadOnlySpan<T> inputs, Span<T> logits)
    {
        Span<T> hidden = _hidden.AsSpan(0, logits.Length / Shape.ClassCount * Shape.HiddenCount);
        Affine(inputs, Shape.InputCount, parameters[Shape.W1], parameters[Shape.B1], hidden);
        HiddenLayer.Activate<T>(Activation, hidden, hidden);
        Affine(hidden, Shape.HiddenCount, parameters[Shape.W2], parameters[Shape.B2], logits);
    }

    /// <summary>From the gradient with respect to the logits to that with respect to the parameters.</summary>
    private void Backward(ReadOnlySpan<T> inputs, ReadOnlySpan<T> logitGradient, Span<T> gradient, bool accumulate)
    {
        (int inputCount, int hiddenCount, int classCount) = (Shape.InputCount, Shape.HiddenCount, Shape.ClassCount);
        int rows = logitGradient.Length / classCount;
        ReadOnlySpan<T> hidden = _hidden.AsSpan(0, rows * hiddenCount);
        Span<T> hiddenGradient = _hiddenGradient.AsSpan(0, hidden.Length);
        MatrixView<T> ones = MatrixView<T>.Row(T.One, rows);

        MatrixMultiply.Run(MatrixView<T>.Transposed(hidden, hiddenCount), MatrixView<T>.RowMajor(logitGradient, classCount), gradient[Shape.W2], accumulate);
        MatrixMultiply.Run(ones, MatrixView<T>.RowMajor(logitGradient, classCount), gradient[Shape.B2], accumulate);
        MatrixMultiply.Run(MatrixView<T>.RowMajor(logitGradient, classCount), MatrixView<T>.Transposed(W2, classCount), hiddenGradient, false);
        HiddenLayer.Backpropagate(Activation, hidden, hiddenGradient);
        MatrixMultiply.Run(MatrixView<T>.Transposed(inputs, inputCount), MatrixView<T>.RowMajor(hiddenGradient, hiddenCount), gradient[Shape.W1], accumulate);
        MatrixMultiply.Run(ones, MatrixView<T>.RowMajor(hiddenGradient, hiddenCount), gradient[Shape.B1], accumulate);
    }

    private void CheckBatch(ReadOnlySpan<T> inputs, ReadOnlySpan<int> labels)
    {
        int rows = Guard.Rows(inputs, Shape.InputCount);
        Guard.Length(labels, rows, "a label for each row of the inputs");
        Guard.Labels(labels, Shape.ClassCount);
    }

    private void CheckGradient(ReadOnlySpan<T> inputs, ReadOnlySpan<int> labels, Span<T> gradient)
    {
        Guard.Length<T>(gradient, Shape.ParameterCount, "an element for each parameter");
        Guard.Apart<T, T>(gradient, inputs);
        Guard.Apart<T, int>(gradient, labels);
        Guard.Apart<T, T>(gradient, Parameters);
    }
}
