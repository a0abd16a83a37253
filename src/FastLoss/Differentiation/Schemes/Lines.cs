using System.Numerics;
using System.Runtime.CompilerServices;
using FastLoss.Kernels;

namespace FastLoss;

/// <summary>The only line a function of one variable has.</summary>
internal readonly struct UnivariateLine<T, TFunction> : ILine<T, TFunction>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TFunction : IUnivariateFunction<T>, allows ref struct
{
    public static bool SubtractsItself => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T At(ref TFunction function, T position) => function.Evaluate(position);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Difference(ref TFunction function, T upper, T lower)
    {
        T value = function.Evaluate(upper);
        return value - function.Evaluate(lower);
    }
}

/// <summary>One coordinate of <c>x</c> moves.</summary>
internal readonly ref struct CoordinateLine<T, TFunction>(Span<T> x, int index) : ILine<T, TFunction>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TFunction : IScalarFunction<T>, allows ref struct
{
    public static bool SubtractsItself => false;

    private readonly Span<T> _x = x;
    private readonly int _index = index;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T At(ref TFunction function, T position)
    {
        _x[_index] = position;
        return function.Evaluate(_x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Difference(ref TFunction function, T upper, T lower)
    {
        T value = At(ref function, upper);
        return value - At(ref function, lower);
    }
}

/// <summary>One coordinate of the point a function has prepared moves.</summary>
internal readonly struct PreparedLine<T, TFunction>(int index) : ILine<T, TFunction>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TFunction : ICoordinateFunction<T>, allows ref struct
{
    public static bool SubtractsItself => true;

    public T At(ref TFunction function, T position) => function.EvaluateAt(index, position);

    public T Difference(ref TFunction function, T upper, T lower) => function.Difference(index, upper, lower);
}

/// <summary>x = origin + position * direction.</summary>
internal readonly ref struct DirectionLine<T, TFunction>(Span<T> x, ReadOnlySpan<T> origin, ReadOnlySpan<T> direction)
    : ILine<T, TFunction>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TFunction : IScalarFunction<T>, allows ref struct
{
    public static bool SubtractsItself => false;

    private readonly Span<T> _x = x;
    private readonly ReadOnlySpan<T> _origin = origin;
    private readonly ReadOnlySpan<T> _direction = direction;

    public T At(ref TFunction function, T position)
    {
        MultiplyAdd.Compute(_direction, position, _origin, _x);
        return function.Evaluate(_x);
    }

    public T Difference(ref TFunction function, T upper, T lower)
    {
        T value = At(ref function, upper);
        return value - At(ref function, lower);
    }
}
