using System.Numerics;

namespace FastLoss;

/// <summary>The outputs of a vector function at the point, made once, and on two sides of it.</summary>
internal ref struct VectorValues<T>(Span<T> memory)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Span<T> _memory = memory;
    private bool _known;

    public readonly bool IsKnown => _known;

    public long Evaluations { get; private set; }

    public readonly ReadOnlySpan<T> AtPoint => _memory[..Rows];

    private readonly int Rows => _memory.Length / 3;

    public static int Length(int rows) => checked(3 * rows);

    /// <summary>The outputs at the point, which x must be at.</summary>
    public ReadOnlySpan<T> Know<TFunction>(ref TFunction function, Span<T> x)
        where TFunction : IVectorFunction<T>, allows ref struct
    {
        if (!_known)
        {
            function.Evaluate(x, _memory[..Rows]);
            Evaluations++;
            _known = true;
        }

        return _memory[..Rows];
    }

    /// <summary>The outputs at x, kept for the upper or the lower side.</summary>
    public ReadOnlySpan<T> At<TFunction>(ref TFunction function, Span<T> x, bool upper)
        where TFunction : IVectorFunction<T>, allows ref struct
    {
        Span<T> side = _memory.Slice(upper ? Rows : 2 * Rows, Rows);
        function.Evaluate(x, side);
        Evaluations++;
        return side;
    }
}
