using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// A classifier of affine layers with a nonlinearity between them, trained on the softmax cross-entropy of its logits: with two layers, logits =
/// activation(x W1 + b1) W2 + b2. All weights lie in one flat vector the caller may read and write, so any optimizer and any gradient over
/// spans fits. What it needs to work is allocated once; after that no call on one thread allocates.
/// </summary>
/// <remarks>
/// <para>The same input gives the same bits on every machine, any number of threads and any <see cref="BatchRows"/>: a gradient is the sum, in
/// their order, of the gradients of blocks, as few as hold 64 rows each and as equal (100 rows are two of 50), each element of these one chain over its rows.</para>
/// <para>One call at a time: the workspace is shared by all calls, and with threads by the network's own.</para>
/// </remarks>
/// <example><code>
/// var network = new Network&lt;float&gt;(new(784, 50, 10), HiddenActivation.Relu);
/// network.Initialize(seed: 1);
/// float[] gradient = new float[network.Shape.ParameterCount];
/// LossTally loss = network.EvaluateWithGradient(images, labels, gradient);
/// optimizer.Step(network.Parameters, gradient, learningRate: 0.1); // an Optimizer&lt;float&gt;
/// </code></example>
/// <typeparam name="T">The element type, float or double.</typeparam>
public sealed class Network<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const ulong Stream = 0x77656967687473; // "weights"

    private readonly T[] _parameters;
    private readonly NetworkPass<T> _pass;

    /// <summary>A network with all weights zero; <see cref="Initialize"/> or the caller sets them.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="activation">The nonlinearity of the hidden layers.</param>
    /// <param name="batchRows">
    /// Rows worked at a time, 1 or more: each thread keeps workspace for so many, 64 at the most, and larger batches are done in pieces. It changes memory and speed alone.
    /// </param>
    /// <param name="threads">How many threads a call may take: 0 or 1 the caller's alone, -1 one a processor.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is out of its range.</exception>
    public Network(NetworkShape shape, HiddenActivation activation = HiddenActivation.Sigmoid, int batchRows = 64, int threads = 0)
    {
        Guard.Float<T>();
        ArgumentNullException.ThrowIfNull(shape);
        Guard.Known(activation);
        Guard.AtLeast(batchRows, 1);
        Guard.Threads(threads);
        Shape = shape;
        Activation = activation;
        BatchRows = Math.Min(batchRows, NetworkPass<T>.BlockRows);
        Threads = threads < 0 ? Environment.ProcessorCount : Math.Max(1, threads);
        _parameters = new T[shape.ParameterCount];
        _pass = new(shape, activation, BatchRows, Threads);
    }

    /// <summary>The sizes, and where each part lies in <see cref="Parameters"/>.</summary>
    public NetworkShape Shape { get; }

    /// <summary>The nonlinearity of the hidden layers.</summary>
    public HiddenActivation Activation { get; }

    /// <summary>Rows worked at a time by a thread.</summary>
    public int BatchRows { get; }

    /// <summary>How many threads a call may take, 1 or more.</summary>
    public int Threads { get; }

    /// <summary>All weights and biases: W1, b1, W2, b2, and so on.</summary>
    public Span<T> Parameters => _parameters;

    internal CoordinateState<T>? CoordinateState { get; set; }

    /// <summary>A layer's weights, inputs x units, row-major.</summary>
    /// <param name="layer">Which layer, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such layer.</exception>
    public Span<T> Weights(int layer) => Parameters[Shape.Weights(layer)];

    /// <summary>A layer's biases.</summary>
    /// <param name="layer">Which layer, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">No such layer.</exception>
    public Span<T> Biases(int layer) => Parameters[Shape.Biases(layer)];

    /// <summary>
    /// Draws the weights from normal distributions and sets the biases to zero. The variance is 2 / inputs before a ReLU or one of its smooth kin (He
    /// et al. 2015) and 2 / (inputs + outputs) elsewhere (Glorot and Bengio 2010), so that signals neither grow nor fade from layer to
    /// layer. Drawn in double and rounded: float and double networks start from the same point, on every machine.
    /// </summary>
    /// <param name="seed">Any number.</param>
    public void Initialize(ulong seed)
    {
        bool isRectified = Activation is not (HiddenActivation.Sigmoid or HiddenActivation.Tanh);
        for (int layer = 0; layer < Shape.LayerCount; layer++)
        {
            double inputs = Shape.Sizes[layer], units = Shape.Sizes[layer + 1];
            bool isHidden = layer + 1 < Shape.LayerCount;
            Draw(Weights(layer), isHidden && isRectified ? 2 / inputs : 2 / (inputs + units), new(seed, Stream + (ulong)layer));
            Biases(layer).Clear();
        }
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
        _pass.Logits(_parameters, inputs, logits);
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
        return _pass.LossAndGradient(_parameters, inputs, labels, gradient);
    }

    /// <summary>
    /// The softmax cross-entropy of the rows, and the gradient of its mean by differences, one parameter after the other. Each
    /// difference redoes only what its parameter touches, in the rows whose input is not 0, and subtracts row by row (see <see cref="LossOf"/>): the
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
    /// The softmax cross-entropy of the rows, and the gradient of its mean by central differences of the nodes: the sum that enters each unit is moved, in every row at
    /// once, and the quotients are chained through the unit's inputs, which is exact, for the sum is linear in them. No derivative of an activation or of the loss is used, as in
    /// <see cref="EvaluateWithNumericalGradient"/>, of which it is not the definition: a network has as many nodes as units, not weights, and the cost is that of backpropagation a few times.
    /// </summary>
    /// <param name="inputs">Rows of Shape.InputCount elements.</param>
    /// <param name="labels">The class of each row.</param>
    /// <param name="gradient">Receives an element per parameter, zeros for no rows; apart from the inputs and the parameters.</param>
    /// <returns>As <see cref="Evaluate"/>.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or spans overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is not a class.</exception>
    public LossTally EvaluateWithNodeDifferences(ReadOnlySpan<T> inputs, ReadOnlySpan<int> labels, Span<T> gradient)
    {
        CheckBatch(inputs, labels);
        CheckGradient(inputs, labels, gradient);
        if (labels.IsEmpty)
        {
            gradient.Clear();
            return default;
        }

        CoordinateState<T> state = StateFor(labels.Length);
        state.Prepare(_parameters, inputs, labels);
        state.NodeGradient(gradient);
        return state.Loss;
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
    internal LossTally Loss(ReadOnlySpan<T> parameters, ReadOnlySpan<T> inputs, ReadOnlySpan<int> labels) => _pass.Loss(parameters, inputs, labels);

    /// <summary>The state for so many rows, made where there is none as large.</summary>
    internal CoordinateState<T> StateFor(int rows)
    {
        if (CoordinateState is null || CoordinateState.Capacity < rows) CoordinateState = new CoordinateState<T>(Shape, Activation, rows);
        return CoordinateState;
    }

    private static void Draw(Span<T> weights, double variance, RandomSource random)
    {
        double deviation = Math.Sqrt(variance);
        foreach (ref T weight in weights) weight = T.CreateTruncating(deviation * random.NextNormal());
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
