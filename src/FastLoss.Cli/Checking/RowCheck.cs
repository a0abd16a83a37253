using System.Numerics;
using FastLoss.Catalog;

namespace FastLoss.Cli.Checking;

/// <summary>The mean of a loss of rows as a function of all inputs that it is differentiated by together, one after the other.</summary>
internal static class RowCheck<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static GradientCheckReport Run(RowCase loss, RowCall<T> call)
    {
        int length = call.Inputs[0].Length;
        T[] x = [.. loss.Differentiated.SelectMany(i => call.Inputs[i])];
        T[] lowest = [.. loss.Differentiated.SelectMany(i => Enumerable.Repeat(T.CreateTruncating(loss.Lowest(i)), length))];
        T[][] gradients = [.. loss.Differentiated.Select(_ => new T[length])];
        loss.Run(call with { Gradients = gradients });
        var function = new Function(loss, call);
        return GradientCheck.Compare(
            ref function, x.AsSpan(), [.. gradients.SelectMany(g => g)], new() { Differentiation = new() { LowerBounds = lowest } });
    }

    private readonly struct Function(RowCase loss, RowCall<T> call) : IScalarFunction<T>
    {
        public T Evaluate(ReadOnlySpan<T> x)
        {
            T[][] inputs = [.. call.Inputs];
            int length = inputs[0].Length;
            for (int i = 0; i < loss.Differentiated.Count; i++) inputs[loss.Differentiated[i]] = x.Slice(i * length, length).ToArray();
            return T.CreateTruncating(loss.Run(call with { Inputs = inputs }).Mean);
        }
    }
}
