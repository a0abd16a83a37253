using System.Numerics;

namespace FastLoss;

/// <summary>One coordinate of the only point of a batch moves.</summary>
internal readonly ref struct BatchLine<T, TFunction>(Span<T> x, Span<T> value, int index) : ILine<T, TFunction>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TFunction : IBatchFunction<T>, allows ref struct
{
    private readonly Span<T> _x = x;
    private readonly Span<T> _value = value;
    private readonly int _index = index;

    public static bool SubtractsItself => false;

    public T At(ref TFunction function, T position)
    {
        _x[_index] = position;
        function.Evaluate(_x, _x.Length, _value);
        return _value[0];
    }

    public T Difference(ref TFunction function, T upper, T lower)
    {
        T atUpper = At(ref function, upper);
        return atUpper - At(ref function, lower);
    }
}

/// <summary>The coordinates of the only point of a batch.</summary>
internal readonly ref struct BatchLines<T, TFunction>(Span<T> x, Span<T> value) : ICoordinateLines<T, TFunction, BatchLine<T, TFunction>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TFunction : IBatchFunction<T>, allows ref struct
{
    private readonly Span<T> _x = x;
    private readonly Span<T> _value = value;

    public BatchLine<T, TFunction> Along(int index) => new(_x, _value, index);

    public void Restore(int index, T _value) => _x[index] = _value;
}
