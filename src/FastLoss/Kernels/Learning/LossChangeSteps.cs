using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss.Kernels;

/// <summary>How far one value of the network moves, in each row, when a parameter moves by a step.</summary>
internal interface IValueShift<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The mask of the rows where <see cref="Of"/> keeps its digits at this step.</summary>
    V IsSmall<V>(int row, V step)
        where V : unmanaged, IPacked<V, T>, IVector<V>;

    V Of<V>(int row, V step)
        where V : unmanaged, IPacked<V, T>, IVector<V>;

    /// <summary>The same for any step, by plain subtraction.</summary>
    V OfLarge<V>(int row, V step)
        where V : unmanaged, IPacked<V, T>, IVector<V>;
}

/// <summary>What that value does to the logits: the logit of class c moves by shift * w_c.</summary>
internal interface ILogitReach<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The largest |w_c|.</summary>
    T Largest { get; }

    int ClassCount { get; }

    /// <summary>w of each row's label.</summary>
    V OfLabel<V>(int row)
        where V : unmanaged, IPacked<V, T>, IVector<V>;

    /// <summary>sum_c p_c (e^(shift w_c) - 1) for two shifts, |shift w_c| at most <see cref="LossChange.SmallStep"/>.</summary>
    void Growth<V>(int row, V up, V down, out V growthUp, out V growthDown)
        where V : unmanaged, IPacked<V, T>, IVector<V>;

    /// <summary>ln p_c + shift w_c.</summary>
    V Moved<V>(int row, int classIndex, V shift)
        where V : unmanaged, IPacked<V, T>, IVector<V>;
}

/// <summary>A value that moves by the step times a factor of its row: a logit.</summary>
internal readonly unsafe struct LinearShift<T>(T* factors) : IValueShift<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T* _factors = factors; // null: the factor is 1, the parameter a bias

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V IsSmall<V>(int row, V step)
        where V : unmanaged, IPacked<V, T>, IVector<V> => V.FirstLanes(V.Count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Of<V>(int row, V step)
        where V : unmanaged, IPacked<V, T>, IVector<V> => _factors == null ? step : step * V.Load(_factors + row);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V OfLarge<V>(int row, V step)
        where V : unmanaged, IPacked<V, T>, IVector<V> => Of(row, step);
}

/// <summary>A hidden unit, whose input moves linearly.</summary>
internal readonly unsafe struct HiddenShift<T, TActivation>(T* factors, T* x, T* activated) : IValueShift<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TActivation : struct, IHiddenActivation
{
    private readonly LinearShift<T> _input = new(factors);
    private readonly T* _x = x;
    private readonly T* _activated = activated;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V IsSmall<V>(int row, V step)
        where V : unmanaged, IPacked<V, T>, IVector<V> => V.Abs(_input.Of(row, step)) <= LossChange.SmallStep;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Of<V>(int row, V step)
        where V : unmanaged, IPacked<V, T>, IVector<V> =>
        TActivation.Change<V, T>(V.Load(_x + row), V.Load(_activated + row), _input.Of(row, step));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V OfLarge<V>(int row, V step)
        where V : unmanaged, IPacked<V, T>, IVector<V> => TActivation.Of(V.Load(_x + row) + _input.Of(row, step)) - V.Load(_activated + row);
}

/// <summary><see cref="ClassColumns{T}"/>, pinned.</summary>
internal readonly unsafe struct SoftmaxColumns<T>(int count, nint stride, T* labels, T* probabilities, T* logProbabilities)
    where T : unmanaged
{
    public readonly int Count = count;
    public readonly nint Stride = stride;
    public readonly T* Labels = labels;
    public readonly T* Probabilities = probabilities;
    public readonly T* LogProbabilities = logProbabilities;
}

/// <summary>One logit alone.</summary>
internal readonly unsafe struct OneLogit<T>(in SoftmaxColumns<T> columns, int label) : ILogitReach<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly SoftmaxColumns<T> _columns = columns;
    private readonly int _label = label;

    public T Largest => T.One;

    public int ClassCount => _columns.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V OfLabel<V>(int row)
        where V : unmanaged, IPacked<V, T>, IVector<V> => V.Where(V.Equal(V.Load(_columns.Labels + row), V.Parameter(_label)), 1, 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Growth<V>(int row, V up, V down, out V growthUp, out V growthDown)
        where V : unmanaged, IPacked<V, T>, IVector<V>
    {
        V p = V.Load(_columns.Probabilities + (_label * _columns.Stride) + row);
        growthUp = p * Exponentials<V, T>.M1OfRest(up);
        growthDown = p * Exponentials<V, T>.M1OfRest(down);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Moved<V>(int row, int classIndex, V shift)
        where V : unmanaged, IPacked<V, T>, IVector<V>
    {
        V logProbability = V.Load(_columns.LogProbabilities + (classIndex * _columns.Stride) + row);
        return classIndex == _label ? logProbability + shift : logProbability;
    }
}

/// <summary>Every logit, by the weights that leave one hidden unit.</summary>
internal readonly unsafe struct AllLogits<T>(in SoftmaxColumns<T> columns, T* weights, T largest, T* labelWeights) : ILogitReach<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly SoftmaxColumns<T> _columns = columns;
    private readonly T* _weights = weights;
    private readonly T* _labelWeights = labelWeights;

    public T Largest { get; } = largest;

    public int ClassCount => _columns.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V OfLabel<V>(int row)
        where V : unmanaged, IPacked<V, T>, IVector<V> => V.Load(_labelWeights + row);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Growth<V>(int row, V up, V down, out V growthUp, out V growthDown)
        where V : unmanaged, IPacked<V, T>, IVector<V>
    {
        T* p = _columns.Probabilities + row;
        V sumUp = 0, sumDown = 0;
        for (int c = 0; c < _columns.Count; c++, p += _columns.Stride)
        {
            V probability = V.Load(p), weight = V.Broadcast(_weights + c);
            sumUp = V.Fma(probability, Exponentials<V, T>.M1OfRest(up * weight), sumUp);
            sumDown = V.Fma(probability, Exponentials<V, T>.M1OfRest(down * weight), sumDown);
        }

        (growthUp, growthDown) = (sumUp, sumDown);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Moved<V>(int row, int classIndex, V shift)
        where V : unmanaged, IPacked<V, T>, IVector<V> =>
        V.Fma(shift, V.Broadcast(_weights + classIndex), V.Load(_columns.LogProbabilities + (classIndex * _columns.Stride) + row));
}
