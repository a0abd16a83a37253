using System.Runtime.CompilerServices;

namespace FastLoss;

/// <summary>
/// A function seen along one line: every scheme is written once over this, for a function of one variable, one coordinate
/// of many, or a direction. The function is passed at each call because a ref struct cannot hold a reference to another.
/// </summary>
internal interface ILine<T, TFunction>
    where TFunction : allows ref struct
{
    T At(ref TFunction function, T position);
}

/// <summary>The only line a function of one variable has.</summary>
internal readonly struct UnivariateLine<T, TFunction> : ILine<T, TFunction>
    where TFunction : IUnivariateFunction<T>, allows ref struct
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T At(ref TFunction function, T position) => function.Evaluate(position);
}

/// <summary>One coordinate of <c>x</c> moves. Whoever makes the line restores the coordinate.</summary>
internal readonly ref struct CoordinateLine<T, TFunction>(Span<T> x, int index) : ILine<T, TFunction>
    where TFunction : IScalarFunction<T>, allows ref struct
{
    private readonly Span<T> x = x;
    private readonly int index = index;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T At(ref TFunction function, T position)
    {
        x[index] = position;
        return function.Evaluate(x);
    }
}
