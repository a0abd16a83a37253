using System.Numerics;

namespace FastLoss.Testing;

/// <summary>An activation as the laws call it. Tests give the laws wrong calls.</summary>
internal abstract class ActivationCalls
{
    /// <summary>The formula as a loss that no target changes.</summary>
    public abstract LossCalls Formula { get; }

    public abstract void Compute<T>(ReadOnlySpan<T> x, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    public abstract void Backward<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> outputGradient, Span<T> gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>A formula's own calls.</summary>
internal sealed class ActivationFormulaCalls<TActivation>(TActivation activation) : ActivationCalls
    where TActivation : struct, IActivation
{
    public override LossCalls Formula { get; } = new FormulaCalls<LossOfActivation<TActivation>>(new(activation));

    public override void Compute<T>(ReadOnlySpan<T> x, Span<T> destination) => Activation.Compute(activation, x, destination);

    public override void Backward<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> outputGradient, Span<T> gradient) =>
        Activation.Backward(activation, x, outputGradient, gradient);
}

internal sealed class ActivationInPlaceLaw(ActivationCalls activation) : ILaw<NumberArray>
{
    public void Check<T>(NumberArray numbers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] x = numbers.As<T>(), g = Array.ConvertAll(x, v => v + T.One), values = new T[x.Length], gradient = new T[x.Length];
        activation.Compute<T>(x, values);
        activation.Backward<T>(x, g, gradient);
        T[] inPlace = [.. x];
        activation.Compute<T>(inPlace, inPlace);
        Comparison.Same<T>(values, inPlace, "the values over the arguments");
        inPlace = [.. x];
        activation.Backward<T>(inPlace, g, inPlace);
        Comparison.Same<T>(gradient, inPlace, "the gradient over the arguments");
        activation.Backward<T>(x, g, g);
        Comparison.Same<T>(gradient, g, "the gradient over the output's");
    }
}

/// <summary>The calls are those of the formula: values, and derivatives times the output's gradient.</summary>
internal sealed class ActivationWeightLaw(ActivationCalls activation) : ILaw<NumberArray>
{
    public void Check<T>(NumberArray numbers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] x = numbers.As<T>(), g = [.. x.Select((_, i) => T.CreateTruncating((i % 7) - 3))], gradient = new T[x.Length];
        activation.Backward<T>(x, g, gradient);
        T[] slopes = new T[x.Length];
        activation.Formula.Of<T>().Gradient(x, new T[x.Length], slopes, new() { Denominator = 1 });
        for (int i = 0; i < x.Length; i++)
        {
            T expected = g[i] * slopes[i];
            if (expected.Equals(gradient[i])) continue;
            string factors = $"{Comparison.Text(g[i])} times the derivative {Comparison.Text(slopes[i])}";
            throw new Broken($"the gradient of {Comparison.Name<T>()} of element {i} is {Comparison.Text(gradient[i])}, not {factors}");
        }
    }
}

internal sealed class ActivationAllocationLaw(ActivationCalls activation) : ILaw<NumberArray>
{
    public void Check<T>(NumberArray numbers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] x = numbers.As<T>(), values = new T[x.Length];
        Comparison.Nothing("Compute", () => activation.Compute<T>(x, values));
        Comparison.Nothing("Backward", () => activation.Backward<T>(x, x, values));
    }
}
