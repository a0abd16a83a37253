using System.Numerics;
using System.Runtime.CompilerServices;

namespace FastLoss;

/// <summary>
/// Difference quotients at steps falling by factors of 4, extrapolated to h = 0: the last row of a Romberg tableau, the
/// value of it that is best by its own error estimate, and the decision to stop. It evaluates nothing, so one function or
/// many outputs at once, first or second derivatives, symmetric or one-sided quotients all use it.
/// </summary>
internal struct Romberg<T>(T factor)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>A symmetric quotient has only even powers of h in its error: 4^2.</summary>
    public static T Symmetric => T.CreateTruncating(16);

    public static T OneSided => T.CreateTruncating(4);

    /// <summary>From scale / 16 down to scale / 2^30, where rounding has half of double's digits.</summary>
    public const int MaximumLevels = 14;

    private const int Columns = 6;

    private readonly T _factor = factor;
    private Row _row;
    private int _filled;

    public T Value { get; private set; } = T.NaN;

    public T Error { get; private set; } = T.PositiveInfinity;

    /// <summary>The smallest step that <see cref="Value"/> uses.</summary>
    public T Step { get; private set; } = T.Zero;

    /// <summary>
    /// The length on which the derivative varies: where h^2 f'''/6 would equal f', from the differences between levels.
    /// </summary>
    public T Length { get; private set; } = T.PositiveInfinity;

    /// <summary>The largest value of the function among those of the first level.</summary>
    public T Size { get; private set; } = T.Zero;

    public int Levels { get; private set; }

    /// <summary>Smaller steps cannot improve the value: rounding is half of its error, or more.</summary>
    public bool Settled { get; private set; }

    [InlineArray(Columns)]
    private struct Row
    {
        private T _element;
    }

    /// <summary>The next level has a step that does not follow from the last, or the last was no good.</summary>
    public void Restart() => _filled = 0;

    /// <summary>Adds the quotient at step <paramref name="h"/>, a quarter of the last step.</summary>
    /// <param name="quotient">The difference quotient.</param>
    /// <param name="size">The largest value it is made of.</param>
    /// <param name="rounding">How far rounding alone may have moved it.</param>
    /// <param name="h">The step.</param>
    public void Add(T quotient, T size, T rounding, T h)
    {
        if (Levels++ == 0) Size = size;
        Row next = default;
        next[0] = quotient;
        int columns = Math.Min(_filled + 1, Columns);
        T power = _factor;
        for (int k = 1; k < columns; k++, power *= _factor)
        {
            next[k] = next[k - 1] + (next[k - 1] - _row[k - 1]) / (power - T.One);
            T error = T.Max(T.Abs(next[k] - next[k - 1]), T.Abs(next[k] - _row[k - 1])) + rounding;
            if (error < Error || Contradicts(next[k], error)) Take(next[k], error, h);
        }

        if (_filled == 0 && T.IsPositiveInfinity(Error))
        {
            Value = quotient;
            Step = h;
        }

        if (columns > 1)
        {
            T bend = T.Abs(next[0] - _row[0]) * T.CreateTruncating(16.0 / 15);
            if (bend > T.Zero)
                Length = T.Min(Length, T.CreateTruncating(4) * h * T.Sqrt(T.Abs(next[1]) / bend));
            Settled = Error <= rounding + rounding || rounding > Error;
        }

        _row = next;
        _filled = columns;
    }

    /// <summary>
    /// A value that is itself well resolved and lies far outside the best one's error shows that the larger steps agreed by
    /// chance, as they do far from a narrow feature or around a symmetric one.
    /// </summary>
    private readonly bool Contradicts(T value, T error)
    {
        T gap = T.Abs(value - Value);
        return error * T.CreateTruncating(10) < gap && gap > T.CreateTruncating(4) * (Error + error);
    }

    private void Take(T value, T error, T h)
    {
        Value = value;
        Error = error;
        Step = h;
    }
}
