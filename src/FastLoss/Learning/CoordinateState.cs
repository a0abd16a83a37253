using System.Numerics;
using System.Runtime.CompilerServices;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// What a two-layer network keeps of one point and one batch so that a single parameter can move without running it again:
/// inputs, hidden units, probabilities, column by column, so that the rows of a column are the lanes of a vector.
/// </summary>
internal sealed class CoordinateState<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly TwoLayerShape _shape;
    private readonly HiddenActivation _activation;
    private readonly int _stride; // rows of a column, a whole number of vectors
    private readonly T[] _parameters;
    private readonly T[] _inputs, _beforeActivation, _hidden, _probabilities, _logProbabilities; // columns of _stride rows
    private readonly T[] _labels;
    private readonly T[] _labelWeights; // column j: W2[j, label of the row]
    private readonly T[] _largestWeights; // max over c of |W2[j, c]|
    private readonly T[] _hiddenRows, _logitRows, _probabilityRows; // row-major scratch
    private int _rows;

    public CoordinateState(TwoLayerShape shape, HiddenActivation activation, int capacity)
    {
        _shape = shape;
        _activation = activation;
        Capacity = capacity;
        int lanes = 64 / Unsafe.SizeOf<T>(); // of the widest register
        _stride = checked((capacity + lanes - 1) / lanes * lanes);
        _parameters = new T[shape.ParameterCount];
        _inputs = new T[checked(_stride * shape.InputCount)];
        _beforeActivation = new T[checked(_stride * shape.HiddenCount)];
        _hidden = new T[_beforeActivation.Length];
        _labelWeights = new T[_beforeActivation.Length];
        _probabilities = new T[checked(_stride * shape.ClassCount)];
        _logProbabilities = new T[_probabilities.Length];
        _labels = new T[_stride];
        _largestWeights = new T[shape.HiddenCount];
        _hiddenRows = new T[checked(capacity * shape.HiddenCount)];
        _logitRows = new T[checked(capacity * shape.ClassCount)];
        _probabilityRows = new T[_logitRows.Length];
    }

    /// <summary>The most rows it can hold.</summary>
    public int Capacity { get; }

    /// <summary>Counts the preparations: a loss knows by it that the state is still its own.</summary>
    public long Preparation { get; private set; }

    /// <summary>The loss at the prepared point.</summary>
    public LossTally Loss { get; private set; }

    public long Prepare(ReadOnlySpan<T> parameters, ReadOnlySpan<T> inputs, ReadOnlySpan<int> labels)
    {
        (int inputCount, int hiddenCount, int classCount) = (_shape.InputCount, _shape.HiddenCount, _shape.ClassCount);
        _rows = labels.Length;
        parameters.CopyTo(_parameters);
        Span<T> hidden = _hiddenRows.AsSpan(0, _rows * hiddenCount);
        Span<T> logits = _logitRows.AsSpan(0, _rows * classCount);

        Transpose.Run(inputs, inputCount, _inputs, _stride);
        TwoLayerNetwork<T>.Affine(inputs, inputCount, parameters[_shape.W1], parameters[_shape.B1], hidden);
        Transpose.Run<T>(hidden, hiddenCount, _beforeActivation, _stride);
        HiddenLayer.Activate<T>(_activation, hidden, hidden);
        Transpose.Run<T>(hidden, hiddenCount, _hidden, _stride);
        TwoLayerNetwork<T>.Affine(hidden, hiddenCount, parameters[_shape.W2], parameters[_shape.B2], logits);
        Loss = FastLoss.Loss.Evaluate<SoftmaxCrossEntropy, T, int>(new(), logits, classCount, labels);
        Span<T> probabilities = _probabilityRows.AsSpan(0, logits.Length);
        Softmax.Compute<T>(logits, classCount, probabilities);
        Transpose.Run<T>(probabilities, classCount, _probabilities, _stride);
        LogSoftmax.Compute<T>(logits, classCount, logits);
        Transpose.Run<T>(logits, classCount, _logProbabilities, _stride);

        ReadOnlySpan<T> w2 = parameters[_shape.W2];
        for (int row = 0; row < _rows; row++) _labels[row] = T.CreateTruncating(labels[row]);
        for (int unit = 0; unit < hiddenCount; unit++)
        {
            ReadOnlySpan<T> weights = w2.Slice(unit * classCount, classCount);
            T largest = T.Zero;
            foreach (T weight in weights) largest = T.Max(largest, T.Abs(weight));
            _largestWeights[unit] = largest;
            Span<T> column = _labelWeights.AsSpan(unit * _stride, _rows);
            for (int row = 0; row < column.Length; row++) column[row] = weights[labels[row]];
        }

        return ++Preparation;
    }

    /// <summary>The summed loss with a parameter at <paramref name="value"/>, less that at the prepared point.</summary>
    public double ChangeFromBase(int index, T value)
    {
        Guard.Index(index, _parameters.Length);
        return Change(index, value, _parameters[index]);
    }

    /// <summary>The summed loss with a parameter at <paramref name="upper"/>, less that with it at <paramref name="lower"/>.</summary>
    public double Change(int index, T upper, T lower)
    {
        Guard.Index(index, _parameters.Length);
        T up = upper - _parameters[index], down = lower - _parameters[index];
        (int hiddenCount, int classCount) = (_shape.HiddenCount, _shape.ClassCount);
        int offset = index - _shape.B1.Start.Value;
        if (offset < hiddenCount)
        {
            // W1[input, unit] moves the unit by the row's input, b1[unit] by 1.
            int unit = offset < 0 ? index % hiddenCount : offset;
            int input = offset < 0 ? index / hiddenCount : -1;
            return _activation == HiddenActivation.Sigmoid
                ? HiddenChange<SigmoidActivation>(input, unit, up, down)
                : HiddenChange<ReluActivation>(input, unit, up, down);
        }

        offset = index - _shape.W2.Start.Value;
        return index < _shape.B2.Start.Value
            ? LogitChange(offset / classCount, offset % classCount, up, down)
            : LogitChange(-1, index - _shape.B2.Start.Value, up, down);
    }

    private double HiddenChange<TActivation>(int input, int unit, T up, T down)
        where TActivation : struct, IHiddenActivation
    {
        var column = new HiddenColumn<T>(
            input < 0 ? default : Column(_inputs, input),
            Column(_beforeActivation, unit),
            Column(_hidden, unit),
            Column(_labelWeights, unit),
            _parameters.AsSpan(_shape.W2).Slice(unit * _shape.ClassCount, _shape.ClassCount),
            _largestWeights[unit]);
        return LossChange.OfHiddenUnit<T, TActivation>(Classes, column, up, down);
    }

    private double LogitChange(int unit, int label, T up, T down) =>
        LossChange.OfLogit(Classes, unit < 0 ? default : Column(_hidden, unit), label, up, down);

    private ClassColumns<T> Classes => new(_rows, _stride, _shape.ClassCount, _labels, _probabilities, _logProbabilities);

    private ReadOnlySpan<T> Column(T[] columns, int index) => columns.AsSpan(index * _stride, _stride);
}
