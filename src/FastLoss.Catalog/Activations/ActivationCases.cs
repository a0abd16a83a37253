using static System.Math;

namespace FastLoss.Catalog;

/// <content>The activations of the library.</content>
public sealed partial record ActivationCase
{
    private static readonly Func<double, double> Few = _ => 2.5;

    public static IReadOnlyList<ActivationCase> All { get; } =
    [
        new(
            typeof(Sigmoid),
            new(Sigmoid.Compute, Sigmoid.Backward, ComposedActivations.Sigmoid),
            new(Sigmoid.Compute, Sigmoid.Backward, ComposedActivations.Sigmoid),
            _ => 3,
            x => 1 / (1 + Exp(-x))),
        new(
            typeof(LogSigmoid),
            new(LogSigmoid.Compute, LogSigmoid.Backward, ComposedActivations.LogSigmoid),
            new(LogSigmoid.Compute, LogSigmoid.Backward, ComposedActivations.LogSigmoid),
            Few,
            x => -Formula.Softplus(-x)),
        new(
            typeof(Softplus),
            new(Softplus.Compute, Softplus.Backward, ComposedActivations.Softplus),
            new(Softplus.Compute, Softplus.Backward, ComposedActivations.Softplus),
            Few,
            Formula.Softplus),
        new(
            typeof(Tanh),
            new(Tanh.Compute, Tanh.Backward, ComposedActivations.Tanh),
            new(Tanh.Compute, Tanh.Backward, ComposedActivations.Tanh),
            Few,
            Math.Tanh),
        new(
            typeof(Relu),
            new(Relu.Compute, Relu.Backward, ComposedActivations.Relu),
            new(Relu.Compute, Relu.Backward, ComposedActivations.Relu),
            _ => 0,
            x => Max(0, x)) { Kinks = [0] },
        new(
            typeof(Gelu),
            new(Gelu.Compute, Gelu.Backward),
            new(Gelu.Compute, Gelu.Backward),
            _ => 8,
            x => x < 0 ? x * NormalTail.Of(-x).High : x - (x * NormalTail.Of(x).High)),
        new(
            typeof(GeluTanh),
            new(GeluTanh.Compute, GeluTanh.Backward, ComposedActivations.GeluTanh),
            new(GeluTanh.Compute, GeluTanh.Backward, ComposedActivations.GeluTanh),
            x => 6 + (3 * Abs(TanhArgument(x))),
            x => x / (1 + Exp(-2 * TanhArgument(x)))),
        new(
            typeof(Silu),
            new(Silu.Compute, Silu.Backward, ComposedActivations.Silu),
            new(Silu.Compute, Silu.Backward, ComposedActivations.Silu),
            _ => 4,
            x => x / (1 + Exp(-x))),
    ];

    private static double TanhArgument(double x) => Sqrt(2 / PI) * (x + (0.044715 * x * x * x));
}
