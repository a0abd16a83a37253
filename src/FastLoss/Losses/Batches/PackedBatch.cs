using System.Numerics;
using CommunityToolkit.HighPerformance.Buffers;
using FastLoss.Kernels;

namespace FastLoss;

/// <summary>A batch next to each other: itself where it lies so, else a copy in a buffer from the array pool.</summary>
internal readonly ref struct PackedBatch<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Batch<T> _batch;
    private readonly SpanOwner<T> _owner;

    private PackedBatch(Batch<T> batch)
    {
        _batch = batch;
        _owner = SpanOwner<T>.Allocate(batch.Axis.IsContiguous ? 0 : batch.Length);
    }

    public Span<T> Span => _batch.Axis.IsContiguous ? _batch.Span : _owner.Span;

    /// <summary>A batch to read, or to add to.</summary>
    public static PackedBatch<T> Read(Batch<T> batch)
    {
        PackedBatch<T> packed = new(batch);
        if (!batch.Axis.IsContiguous) PackedRows.Pack<T>(batch.Axis.Layout, batch.Span, packed._owner.Span);
        return packed;
    }

    /// <summary>A batch to write: what it holds is read where the results are added to it.</summary>
    public static PackedBatch<T> Write(Batch<T> batch, bool isAdded) => isAdded ? Read(batch) : new(batch);

    /// <summary>Writes what was written to the places it belongs to; a gap keeps what it holds.</summary>
    public void Finish()
    {
        if (!_batch.Axis.IsContiguous) PackedRows.Unpack<T>(_batch.Axis.Layout, _owner.Span, _batch.Span);
    }

    public void Dispose() => _owner.Dispose();
}
