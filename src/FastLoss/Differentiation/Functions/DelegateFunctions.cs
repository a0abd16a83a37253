namespace FastLoss;

/// <summary>A delegate seen as a function of one variable.</summary>
internal readonly struct DelegateUnivariateFunction<T>(Func<T, T> function) : IUnivariateFunction<T>
{
    public T Evaluate(T x) => function(x);
}

/// <summary>A delegate seen as a function of a vector.</summary>
internal readonly struct DelegateScalarFunction<T>(Func<ReadOnlySpan<T>, T> function) : IScalarFunction<T>
{
    public T Evaluate(ReadOnlySpan<T> x) => function(x);
}

/// <summary>A delegate seen as a function from vectors to vectors.</summary>
internal readonly struct DelegateVectorFunction<T>(Action<ReadOnlySpan<T>, Span<T>> function) : IVectorFunction<T>
{
    public void Evaluate(ReadOnlySpan<T> x, Span<T> values) => function(x, values);
}
