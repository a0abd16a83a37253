using System.Numerics;

namespace FastLoss;

/// <summary>
/// The mean softmax cross-entropy of a batch as a function of a <see cref="Network{T}"/>'s flat parameters:
/// whole (<see cref="IScalarFunction{T}"/>), and one coordinate at a time from what is kept of a prepared point
/// (<see cref="ICoordinateFunction{T}"/>), which costs a weight one unit of its layer and what is above it, in the rows whose input is not 0, instead of the network.
/// </summary>
/// <remarks>
/// It works in its network's workspace. Prepared once, it may be asked for coordinates until the next preparation of any
/// loss of the same network; asking later is an InvalidOperationException.
/// </remarks>
/// <typeparam name="T">The element type, float or double.</typeparam>
public ref struct NetworkLoss<T> : IScalarFunction<T>, ICoordinateFunction<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Network<T> _network;
    private readonly ReadOnlySpan<T> _inputs;
    private readonly ReadOnlySpan<int> _labels;
    private CoordinateState<T>? _state;
    private long _preparation;

    internal NetworkLoss(Network<T> network, ReadOnlySpan<T> inputs, ReadOnlySpan<int> labels)
    {
        _network = network;
        _inputs = inputs;
        _labels = labels;
    }

    /// <summary>The loss at the prepared point, in full.</summary>
    internal readonly LossTally Prepared => State.Loss;

    private readonly CoordinateState<T> State
    {
        get
        {
            if (_state is null || _state.Preparation != _preparation)
                throw new InvalidOperationException("The loss is not prepared, or another loss of the same network was prepared since.");
            return _state;
        }
    }

    /// <summary>The mean loss with <paramref name="x"/> as the parameters; NaN for no rows.</summary>
    /// <exception cref="ArgumentException">x has another length than the network's parameters.</exception>
    public readonly T Evaluate(ReadOnlySpan<T> x)
    {
        Check(x);
        return T.CreateTruncating(_network.Loss(x, _inputs, _labels).Mean);
    }

    /// <summary>Takes x as the point whose coordinates vary; it is copied as far as it is needed.</summary>
    /// <exception cref="ArgumentException">x has another length than the network's parameters.</exception>
    public T Prepare(ReadOnlySpan<T> x)
    {
        Check(x);
        _state = _network.StateFor(_labels.Length);
        _preparation = _state.Prepare(x, _inputs, _labels);
        return T.CreateTruncating(_state.Loss.Mean);
    }

    /// <summary>The mean loss with one parameter set to <paramref name="value"/>.</summary>
    /// <exception cref="InvalidOperationException">Not prepared.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such parameter.</exception>
    public readonly T EvaluateAt(int index, T value)
    {
        CoordinateState<T> state = State;
        LossTally loss = state.Loss;
        return T.CreateTruncating((loss.Sum + state.ChangeFromBase(index, value)) / loss.Weight);
    }

    /// <summary>
    /// The difference of the mean losses, subtracted row by row before it is summed: relative error near the
    /// element type's own, where the difference of two evaluations loses most of its digits.
    /// </summary>
    /// <exception cref="InvalidOperationException">Not prepared.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such parameter.</exception>
    public readonly T Difference(int index, T upper, T lower)
    {
        CoordinateState<T> state = State;
        return T.CreateTruncating(state.Change(index, upper, lower) / state.Loss.Weight);
    }

    private readonly void Check(ReadOnlySpan<T> x)
    {
        Validation.Guard.Length(x, _network.Shape.ParameterCount, "an element for each parameter");
    }
}
