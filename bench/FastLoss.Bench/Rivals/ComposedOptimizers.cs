using System.Numerics;
using System.Numerics.Tensors;

namespace FastLoss.Bench.Rivals;

/// <summary>Steps of the optimizers by calls of TensorPrimitives, each a pass over memory; the numbers of a step are computed before.</summary>
internal readonly ref struct ComposedOptimizers<T>(Span<T> parameters, ReadOnlySpan<T> gradient, Span<T> first, Span<T> second, Span<T> scratch)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Span<T> _parameters = parameters, _first = first, _second = second, _scratch = scratch;
    private readonly ReadOnlySpan<T> _gradient = gradient;

    public void Descent(double rate) => Move(_gradient, rate);

    public void Momentum(double rate, double momentum)
    {
        TensorPrimitives.FusedMultiplyAdd(_first, Of(momentum), _gradient, _first);
        Move(_first, rate);
    }

    public void AdaGrad(double rate, double epsilon)
    {
        TensorPrimitives.FusedMultiplyAdd(_gradient, _gradient, _first, _first);
        TensorPrimitives.Sqrt(_first, _scratch);
        TensorPrimitives.Add(_scratch, Of(epsilon), _scratch);
        TensorPrimitives.Divide(_gradient, _scratch, _scratch);
        Move(_scratch, rate);
    }

    public void RmsProp(double rate, double smoothing, double epsilon)
    {
        MeanSquare(_first, smoothing);
        TensorPrimitives.Sqrt(_first, _scratch);
        TensorPrimitives.Add(_scratch, Of(epsilon), _scratch);
        TensorPrimitives.Divide(_gradient, _scratch, _scratch);
        Move(_scratch, rate);
    }

    public void Adam(double rate, double shrink, double beta1, double beta2, double root, double epsilon)
    {
        if (shrink != 1) TensorPrimitives.Multiply(_parameters, Of(shrink), _parameters);
        TensorPrimitives.Multiply(_gradient, Of(1 - beta1), _scratch);
        TensorPrimitives.FusedMultiplyAdd(_first, Of(beta1), _scratch, _first);
        MeanSquare(_second, beta2);
        TensorPrimitives.Sqrt(_second, _scratch);
        TensorPrimitives.Multiply(_scratch, Of(root), _scratch);
        TensorPrimitives.Add(_scratch, Of(epsilon), _scratch);
        TensorPrimitives.Divide(_first, _scratch, _scratch);
        Move(_scratch, rate);
    }

    private void MeanSquare(Span<T> mean, double kept)
    {
        TensorPrimitives.Multiply(_gradient, _gradient, _scratch);
        TensorPrimitives.Multiply(_scratch, Of(1 - kept), _scratch);
        TensorPrimitives.FusedMultiplyAdd(mean, Of(kept), _scratch, mean);
    }

    private void Move(ReadOnlySpan<T> direction, double rate) =>
        TensorPrimitives.FusedMultiplyAdd(direction, Of(-rate), _parameters, _parameters);

    private static T Of(double value) => T.CreateTruncating(value);
}
