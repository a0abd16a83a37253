using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FastLoss.Kernels;

/// <summary>How far one value of the network moves, in each row, when a parameter moves by a step.</summary>
internal unsafe interface IValueShift<T>
{
    /// <summary>Whether <see cref="Of"/> keeps its digits at these rows and this step.</summary>
    bool IsSmall(int row, Vector512<T> step);

    Vector512<T> Of(int row, Vector512<T> step);

    /// <summary>The same for any step, by plain subtraction.</summary>
    Vector512<T> OfLarge(int row, Vector512<T> step);
}

/// <summary>What that value does to the logits: the logit of class c moves by shift * w_c.</summary>
internal unsafe interface ILogitReach<T>
{
    /// <summary>The largest |w_c|.</summary>
    T Largest { get; }

    /// <summary>w of each row's label.</summary>
    Vector512<T> OfLabel(int row);

    /// <summary>sum_c p_c (e^(shift w_c) - 1) for two shifts, |shift w_c| at most <see cref="LossChange.SmallStep"/>.</summary>
    void Growth(int row, Vector512<T> up, Vector512<T> down, out Vector512<T> growthUp, out Vector512<T> growthDown);

    int ClassCount { get; }

    /// <summary>ln p_c + shift w_c.</summary>
    Vector512<T> Moved(int row, int classIndex, Vector512<T> shift);
}

/// <summary>A value that moves by the step times a factor of its row: a logit.</summary>
internal readonly unsafe struct LinearShift<T>(T* factors) : IValueShift<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T* _factors = factors; // null: the factor is 1, the parameter a bias

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsSmall(int row, Vector512<T> step) => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Of(int row, Vector512<T> step) => _factors == null ? step : step * Vector512.Load(_factors + row);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> OfLarge(int row, Vector512<T> step) => Of(row, step);
}

/// <summary>A hidden unit, whose input moves linearly.</summary>
internal readonly unsafe struct HiddenShift<T, TActivation>(T* factors, T* x, T* activated) : IValueShift<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TActivation : struct, IHiddenActivation<T>
{
    private readonly LinearShift<T> _input = new(factors);
    private readonly T* _x = x;
    private readonly T* _activated = activated;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsSmall(int row, Vector512<T> step) =>
        Vector512.LessThanOrEqualAll(Vector512.Abs(_input.Of(row, step)), VectorMath.Of<T>(LossChange.SmallStep));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Of(int row, Vector512<T> step) =>
        TActivation.Change(Vector512.Load(_x + row), Vector512.Load(_activated + row), _input.Of(row, step));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> OfLarge(int row, Vector512<T> step) =>
        TActivation.Of(Vector512.Load(_x + row) + _input.Of(row, step)) - Vector512.Load(_activated + row);
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
    public Vector512<T> OfLabel(int row)
    {
        Vector512<T> label = Vector512.Create(T.CreateTruncating(_label));
        Vector512<T> isLabel = Vector512.Equals(Vector512.Load(_columns.Labels + row), label);
        return Lanes.Select(isLabel, Vector512<T>.One, Vector512<T>.Zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Growth(int row, Vector512<T> up, Vector512<T> down, out Vector512<T> growthUp, out Vector512<T> growthDown)
    {
        Vector512<T> p = Vector512.Load(_columns.Probabilities + (_label * _columns.Stride) + row);
        growthUp = p * VectorMath.ExpM1Near0(up);
        growthDown = p * VectorMath.ExpM1Near0(down);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Moved(int row, int classIndex, Vector512<T> shift)
    {
        Vector512<T> logProbability = Vector512.Load(_columns.LogProbabilities + (classIndex * _columns.Stride) + row);
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
    public Vector512<T> OfLabel(int row) => Vector512.Load(_labelWeights + row);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Growth(int row, Vector512<T> up, Vector512<T> down, out Vector512<T> growthUp, out Vector512<T> growthDown)
    {
        if (Avx512F.IsSupported) GrowthInline(row, up, down, out growthUp, out growthDown);
        else GrowthCalled(row, up, down, out growthUp, out growthDown);
    }

    /// <summary>Where a vector is two or four registers, the loop around it would be more than the JIT inlines.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void GrowthCalled(int row, Vector512<T> up, Vector512<T> down, out Vector512<T> growthUp, out Vector512<T> growthDown) =>
        GrowthInline(row, up, down, out growthUp, out growthDown);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void GrowthInline(int row, Vector512<T> up, Vector512<T> down, out Vector512<T> growthUp, out Vector512<T> growthDown)
    {
        T* p = _columns.Probabilities + row;
        Vector512<T> sumUp = Vector512<T>.Zero, sumDown = Vector512<T>.Zero;
        for (int c = 0; c < _columns.Count; c++, p += _columns.Stride)
        {
            Vector512<T> probability = Vector512.Load(p), weight = Vector512.Create(_weights[c]);
            sumUp = Lanes.Fma(probability, VectorMath.ExpM1Near0(up * weight), sumUp);
            sumDown = Lanes.Fma(probability, VectorMath.ExpM1Near0(down * weight), sumDown);
        }

        (growthUp, growthDown) = (sumUp, sumDown);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<T> Moved(int row, int classIndex, Vector512<T> shift) => Lanes.Fma(
        shift,
        Vector512.Create(_weights[classIndex]),
        Vector512.Load(_columns.LogProbabilities + (classIndex * _columns.Stride) + row));
}
