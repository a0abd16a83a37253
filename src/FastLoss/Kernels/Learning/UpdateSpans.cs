namespace FastLoss.Kernels;

/// <summary>The spans of an optimizer's step, of one length; the slots its <see cref="IUpdate"/> has not are empty.</summary>
internal readonly ref struct UpdateSpans<T>(Span<T> parameters, ReadOnlySpan<T> gradient, Span<T> first, Span<T> second, Span<T> third)
{
    public readonly Span<T> Parameters = parameters;
    public readonly ReadOnlySpan<T> Gradient = gradient;
    public readonly Span<T> First = first, Second = second, Third = third;
}

/// <summary>The numbers of an optimizer's step.</summary>
/// <param name="Rate">The learning rate.</param>
/// <param name="Count">Which step it is, from 1.</param>
/// <param name="Threads">How many threads may help.</param>
internal readonly record struct UpdateStep(double Rate, long Count, int Threads);
