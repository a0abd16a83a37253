using System.Buffers;
using System.Numerics;
using FastLoss.Kernels;

namespace FastLoss;

/// <summary>
/// Where a gradient is computed: its destination, or where it is added to what stands there a borrowed buffer, which
/// <see cref="Finish"/> adds and gives back.
/// </summary>
internal readonly ref struct Accumulation<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Span<T> _destination;
    private readonly T[]? _rented;

    public Accumulation(bool accumulates, Span<T> destination)
    {
        _destination = destination;
        _rented = accumulates && !destination.IsEmpty ? ArrayPool<T>.Shared.Rent(destination.Length) : null;
    }

    public Span<T> Gradient => _rented != null ? _rented.AsSpan(0, _destination.Length) : _destination;

    public void Finish()
    {
        if (_rented == null) return;
        CountedRows.Add(Gradient, _destination);
        ArrayPool<T>.Shared.Return(_rented);
    }
}
