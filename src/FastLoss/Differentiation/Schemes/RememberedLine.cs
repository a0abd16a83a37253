using System.Numerics;

namespace FastLoss;

/// <summary>A value that was seen.</summary>
internal struct Remembered<T>
{
    public T Position;
    public T Value;
    public int Count;
}

/// <summary>A line that remembers where it was evaluated: a formula of many points need not ask twice.</summary>
internal readonly ref struct RememberedLine<T, TFunction, TLine> : ILine<T, TFunction>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TFunction : allows ref struct
    where TLine : ILine<T, TFunction>, allows ref struct
{
    private readonly TLine _line;
    private readonly Span<Remembered<T>> _seen;

    // The first element counts those that follow, the second the evaluations.
    public RememberedLine(TLine line, Span<Remembered<T>> memory)
    {
        _line = line;
        _seen = memory;
        memory[0].Count = 2;
        memory[1].Count = 0;
    }

    public const int Room = 26;

    public static bool SubtractsItself => TLine.SubtractsItself;

    public int Evaluations => _seen[1].Count;

    public ReadOnlySpan<Remembered<T>> Seen => _seen[2.._seen[0].Count];

    public T At(ref TFunction function, T position)
    {
        int count = _seen[0].Count;
        foreach (ref readonly Remembered<T> old in _seen[2..count])
        {
            if (old.Position == position) return old.Value;
        }

        T now = _line.At(ref function, position);
        _seen[1].Count++;
        _seen[count] = new() { Position = position, Value = now };
        _seen[0].Count = count + 1;
        return now;
    }

    public T Difference(ref TFunction function, T upper, T lower)
    {
        if (!TLine.SubtractsItself)
        {
            T value = At(ref function, upper);
            return value - At(ref function, lower);
        }

        _seen[1].Count += 2;
        return _line.Difference(ref function, upper, lower);
    }
}
