using System.Numerics;
using CommunityToolkit.HighPerformance.Buffers;
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
    private readonly SpanOwner<T> _buffer;
    private readonly bool _accumulates;

    public Accumulation(bool accumulates, Span<T> destination)
    {
        _destination = destination;
        _accumulates = accumulates && !destination.IsEmpty;
        _buffer = SpanOwner<T>.Allocate(_accumulates ? destination.Length : 0);
    }

    public Span<T> Gradient => _accumulates ? _buffer.Span : _destination;

    public void Finish()
    {
        if (_accumulates) CountedRows.Add(Gradient, _destination);
        _buffer.Dispose();
    }
}
