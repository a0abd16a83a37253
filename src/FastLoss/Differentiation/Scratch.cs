using System.Buffers;

namespace FastLoss;

/// <summary>
/// Working memory of a call, rented and given back by Dispose: no operator allocates, once the pool has met its length.
/// Not from the stack: a function that is a ref struct might keep the span beyond this call.
/// </summary>
internal readonly ref struct Scratch<T>(int length)
    where T : unmanaged
{
    private readonly T[] _rented = ArrayPool<T>.Shared.Rent(length);

    public Span<T> Span => _rented.AsSpan(0, length);

    public void Dispose() => ArrayPool<T>.Shared.Return(_rented);
}
