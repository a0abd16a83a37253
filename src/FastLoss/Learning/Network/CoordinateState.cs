using System.Numerics;
using FastLoss.Kernels;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// What a network keeps of one point and one batch so that a single parameter can move without running it again. A weight moves one unit: its own column is redone, the
/// affine layers above, which are linear, carry the change as it is, and rows whose input is 0 take no part.
/// </summary>
internal sealed class CoordinateState<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly NetworkShape _shape;
    private readonly HiddenActivation _activation;
    private readonly T[] _parameters;
    private readonly BatchColumns<T> _all, _reached; // every row, and those that an input reaches
    private readonly T[] _largestWeights; // of each unit of the last hidden layer, max over c of |w_c|
    private readonly T[] _rowMajor, _logits; // scratch of Prepare
    private readonly T[] _one, _moves, _sums, _up, _down; // a unit's change, a layer's, before its activation, and the logits'
    private readonly T[] _factors; // the reached rows' input
    private readonly int[] _reachedRows;
    private readonly long[] _gathered; // which input each unit of the first hidden layer was gathered for
    private T[] _nodes = []; // differences by each unit of a layer, for NodeGradient
    private long _gathering;
    private int _input = -1; // that _reached is of
    private bool _isReachedLess; // whether _reached saves registers

    public CoordinateState(NetworkShape shape, HiddenActivation activation, int capacity)
    {
        _shape = shape;
        _activation = activation;
        Capacity = capacity;
        int stride = BatchColumns<T>.Whole(capacity), largest = shape.LargestHidden;
        bool isDeep = shape.LayerCount > 2;
        _parameters = new T[shape.ParameterCount];
        _all = new(shape, capacity, hasInputs: true);
        _reached = new(shape, capacity, hasInputs: false);
        _largestWeights = new T[shape.LayerCount == 1 ? 0 : shape.Sizes[^2]];
        _rowMajor = new T[checked(capacity * Math.Max(largest, shape.ClassCount))];
        _logits = new T[checked(capacity * shape.ClassCount)];
        _one = new T[isDeep ? stride : 0];
        _moves = new T[isDeep ? checked(stride * largest) : 0];
        _sums = new T[_moves.Length];
        _up = new T[isDeep ? checked(stride * shape.ClassCount) : 0];
        _down = new T[_up.Length];
        _factors = new T[stride];
        _reachedRows = new int[capacity];
        _gathered = new long[shape.LayerCount == 1 ? 0 : shape.Sizes[1]];
    }

    /// <summary>The most rows it can hold.</summary>
    public int Capacity { get; }

    /// <summary>Counts the preparations: a loss knows by it that the state is still its own.</summary>
    public long Preparation { get; private set; }

    /// <summary>The loss at the prepared point.</summary>
    public LossTally Loss { get; private set; }

    public long Prepare(ReadOnlySpan<T> parameters, ReadOnlySpan<T> inputs, ReadOnlySpan<int> labels)
    {
        int rows = labels.Length, classCount = _shape.ClassCount, last = _shape.LayerCount - 1;
        parameters.CopyTo(_parameters);
        _all.Resize(rows);
        _input = -1;
        Transpose.Run(inputs, _shape.InputCount, _all.Values[0], _all.Stride);
        ReadOnlySpan<T> values = inputs;
        for (int layer = 0; layer < last; layer++)
        {
            // The layer's rows overwrite those it was made of: these stand in columns, and go back into rows.
            Span<T> hidden = _rowMajor.AsSpan(0, rows * _shape.Sizes[layer + 1]);
            if (layer > 0) Multiply(_all.Values[layer], layer, hidden);
            else NetworkPass<T>.Affine(MatrixView<T>.RowMajor(values, _shape.Sizes[layer]), parameters[_shape.Weights(layer)], parameters[_shape.Biases(layer)], hidden);
            Transpose.Run<T>(hidden, _shape.Sizes[layer + 1], _all.Before[layer + 1], _all.Stride);
            HiddenLayer.Activate<T>(_activation, hidden, hidden);
            Transpose.Run<T>(hidden, _shape.Sizes[layer + 1], _all.Values[layer + 1], _all.Stride);
        }

        Span<T> logits = _logits.AsSpan(0, rows * classCount), probabilities = _rowMajor.AsSpan(0, logits.Length);
        if (last > 0) Multiply(_all.Values[last], last, logits);
        else NetworkPass<T>.Affine(MatrixView<T>.RowMajor(values, _shape.InputCount), parameters[_shape.Weights(0)], parameters[_shape.Biases(0)], logits);
        Loss = FastLoss.Loss.Evaluate<SoftmaxCrossEntropy, T, int>(new(), logits, classCount, labels);
        Softmax.Compute<T>(logits, classCount, probabilities);
        Transpose.Run<T>(probabilities, classCount, _all.Probabilities, _all.Stride);
        LogSoftmax.Compute<T>(logits, classCount, logits);
        Transpose.Run<T>(logits, classCount, _all.LogProbabilities, _all.Stride);
        for (int row = 0; row < rows; row++) _all.Labels[row] = T.CreateTruncating(labels[row]);
        if (last > 0) PrepareLabels(labels);
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
        (int layer, int input, int unit) = _shape.PlaceOf(index);
        T up = upper - _parameters[index], down = lower - _parameters[index];
        if (layer > 0 || input < 0) return NodeChange(_all, layer, unit, input < 0 ? default : _all.Of(_all.Values[layer], input), up, down);
        if (_input != input) Reach(input);
        if (!_isReachedLess) return NodeChange(_all, layer, unit, _all.Of(_all.Values[0], input), up, down);
        if (_reached.Rows == 0) return 0;
        if (_shape.LayerCount > 1) GatherUnit(unit);
        return NodeChange(_reached, layer, unit, _factors.AsSpan(0, _reached.Stride), up, down);
    }

    /// <summary>The mean's gradient: each node's difference in every row, chained through the inputs of its unit.</summary>
    public void NodeGradient(Span<T> gradient)
    {
        // The step of central differences for a scale of 1, which is that of what enters a unit.
        double root = Math.Cbrt(double.CreateTruncating(T.BitIncrement(T.One) - T.One));
        T step = T.CreateTruncating(Math.ScaleB(1, (int)Math.Round(Math.Log2(root)))), scale = T.CreateTruncating(1 / (2 * double.CreateTruncating(step) * Loss.Weight));
        int stride = _all.Stride, most = Math.Max(_shape.LargestHidden, _shape.ClassCount);
        if (_nodes.Length < stride * most) _nodes = new T[checked(stride * most)];
        for (int layer = 0; layer < _shape.LayerCount; layer++)
        {
            int units = _shape.Sizes[layer + 1];
            Span<T> nodes = _nodes.AsSpan(0, stride * units), values = _all.Values[layer].AsSpan(0, stride * _shape.Sizes[layer]);
            for (int unit = 0; unit < units; unit++) NodeChange(_all, layer, unit, default, step, -step, nodes.Slice(unit * stride, stride));
            System.Numerics.Tensors.TensorPrimitives.Multiply(nodes, scale, nodes);
            MatrixMultiply.Run(MatrixView<T>.RowMajor(values, stride).Front(_all.Rows), MatrixView<T>.Transposed(nodes, stride).Top(_all.Rows), gradient[_shape.Weights(layer)], false);
            MatrixMultiply.Run(MatrixView<T>.Row(T.One, _all.Rows), MatrixView<T>.Transposed(nodes, stride).Top(_all.Rows), gradient[_shape.Biases(layer)], false);
        }
    }

    /// <summary>The loss with what enters a unit moved by upper times a factor of its row, less that with it moved by lower times it.</summary>
    private double NodeChange(BatchColumns<T> columns, int layer, int unit, ReadOnlySpan<T> factors, T up, T down, Span<T> rows = default)
    {
        int above = _shape.LayerCount - 1 - layer;
        if (above == 0) return LossChange.OfLogit(columns.Classes, factors, unit, up, down, rows);
        if (above == 1)
        {
            var column = new HiddenColumn<T>(
                factors,
                columns.Of(columns.Before[layer + 1], unit),
                columns.Of(columns.Values[layer + 1], unit),
                columns.Of(columns.LabelWeights, unit),
                _parameters.AsSpan(_shape.Weights(layer + 1)).Slice(unit * _shape.ClassCount, _shape.ClassCount),
                _largestWeights[unit]);
            return LossChange.OfHiddenUnit(_activation, columns.Classes, column, up, down, rows);
        }

        Span<T> upper = _up.AsSpan(0, columns.Stride * _shape.ClassCount), lower = _down.AsSpan(0, upper.Length);
        Carry(columns, layer, unit, factors, up, upper);
        Carry(columns, layer, unit, factors, down, lower);
        return LogitsChange.OfLoss<T>(columns.Classes, upper, lower, rows);
    }

    /// <summary>By how much the logits change where what enters a unit does, two or more layers below them.</summary>
    private void Carry(BatchColumns<T> columns, int layer, int unit, ReadOnlySpan<T> factors, T step, Span<T> logits)
    {
        int stride = columns.Stride, next = layer + 2, units = _shape.Sizes[next];
        Span<T> one = _one.AsSpan(0, stride), moves = _moves.AsSpan(0, stride * units);
        LogitsChange.OfActivated(
            _activation, columns.Of(columns.Before[layer + 1], unit), columns.Of(columns.Values[layer + 1], unit), factors, step, one);
        ReadOnlySpan<T> weights = _parameters.AsSpan(_shape.Weights(layer + 1)).Slice(unit * units, units);
        for (int u = 0; u < units; u++)
        {
            LogitsChange.OfActivated<T>(
                _activation, columns.Of(columns.Before[next], u), columns.Of(columns.Values[next], u), one, weights[u], moves.Slice(u * stride, stride));
        }

        for (next++; next < _shape.LayerCount; next++)
        {
            Span<T> sums = _sums.AsSpan(0, stride * _shape.Sizes[next]);
            CarryLinear(next - 1, stride, sums);
            moves = _moves.AsSpan(0, sums.Length);
            LogitsChange.OfActivated<T>(
                _activation, columns.Before[next].AsSpan(0, sums.Length), columns.Values[next].AsSpan(0, sums.Length), sums, T.One, moves);
        }

        CarryLinear(_shape.LayerCount - 1, stride, logits);
    }

    /// <summary>The moves of a layer's inputs as those of its sums.</summary>
    private void CarryLinear(int layer, int stride, Span<T> sums) => MatrixMultiply.Run(
        MatrixView<T>.Transposed(_parameters.AsSpan(_shape.Weights(layer)), _shape.Sizes[layer + 1]),
        MatrixView<T>.RowMajor(_moves.AsSpan(0, stride * _shape.Sizes[layer]), stride),
        sums,
        accumulate: false);

    /// <summary>A layer's sums, in rows, of what enters it, in columns.</summary>
    private void Multiply(T[] values, int layer, Span<T> rows) => NetworkPass<T>.Affine(
        MatrixView<T>.Transposed(values.AsSpan(0, _all.Stride * _shape.Sizes[layer]), _all.Stride).Top(_all.Rows),
        _parameters.AsSpan(_shape.Weights(layer)),
        _parameters.AsSpan(_shape.Biases(layer)),
        rows);

    private void PrepareLabels(ReadOnlySpan<int> labels)
    {
        int classCount = _shape.ClassCount;
        ReadOnlySpan<T> top = _parameters.AsSpan(_shape.Weights(_shape.LayerCount - 1));
        for (int unit = 0; unit < _largestWeights.Length; unit++)
        {
            ReadOnlySpan<T> weights = top.Slice(unit * classCount, classCount);
            T largest = T.Zero;
            foreach (T weight in weights) largest = T.Max(largest, T.Abs(weight));
            _largestWeights[unit] = largest;
            Span<T> column = _all.LabelWeights.AsSpan(unit * _all.Stride, labels.Length);
            for (int row = 0; row < column.Length; row++) column[row] = weights[labels[row]];
        }
    }

    /// <summary>Finds the rows that an input reaches, and takes them out where that saves registers. Where the loss is NaN every row counts: it is so for any weight.</summary>
    private void Reach(int input)
    {
        _input = input;
        ReadOnlySpan<T> factors = _all.Of(_all.Values[0], input)[.._all.Rows];
        int count = 0;
        for (int row = 0; row < factors.Length; row++)
        {
            if (factors[row] != T.Zero) _reachedRows[count++] = row;
        }

        _isReachedLess = BatchColumns<T>.Whole(count) < _all.Stride && double.IsFinite(Loss.Mean);
        if (!_isReachedLess) return;
        ReadOnlySpan<int> rows = _reachedRows.AsSpan(0, count);
        _reached.Resize(count);
        _gathering++;
        for (int i = 0; i < rows.Length; i++)
        {
            _factors[i] = factors[rows[i]];
            _reached.Labels[i] = _all.Labels[rows[i]];
        }

        _factors.AsSpan(count, _reached.Stride - count).Clear();
        Units(_all.Probabilities, _reached.Probabilities, _shape.ClassCount, rows);
        Units(_all.LogProbabilities, _reached.LogProbabilities, _shape.ClassCount, rows);
        for (int layer = 2; layer < _shape.LayerCount; layer++)
        {
            Units(_all.Before[layer], _reached.Before[layer], _shape.Sizes[layer], rows);
            Units(_all.Values[layer], _reached.Values[layer], _shape.Sizes[layer], rows);
        }
    }

    private void Units(T[] source, T[] destination, int count, ReadOnlySpan<int> rows)
    {
        for (int unit = 0; unit < count; unit++) _reached.Gather(source, _all.Stride, destination, unit, rows);
    }

    /// <summary>A unit of the first hidden layer, in the reached rows, when it is asked for.</summary>
    private void GatherUnit(int unit)
    {
        if (_gathered[unit] == _gathering) return;
        _gathered[unit] = _gathering;
        ReadOnlySpan<int> rows = _reachedRows.AsSpan(0, _reached.Rows);
        _reached.Gather(_all.Before[1], _all.Stride, _reached.Before[1], unit, rows);
        _reached.Gather(_all.Values[1], _all.Stride, _reached.Values[1], unit, rows);
        if (_shape.LayerCount == 2) _reached.Gather(_all.LabelWeights, _all.Stride, _reached.LabelWeights, unit, rows);
    }
}
