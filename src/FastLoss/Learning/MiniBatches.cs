using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// Cuts rows into random mini-batches. Every epoch visits each row once, in a new order; the last batch holds what is left
/// and may be smaller. Epoch e of a seed is the same on every machine and whatever was drawn before it, so that a
/// training can be resumed at any epoch. Made once; its use allocates nothing.
/// </summary>
/// <example><code>
/// var batches = new MiniBatches(rowCount: 60_000, batchSize: 100, seed: 1);
/// for (int epoch = 0; epoch &lt; 20; epoch++)
/// {
///     foreach (ReadOnlySpan&lt;int&gt; rows in batches.Epoch(epoch))
///     {
///         MiniBatches.Gather(images, 784, rows, batchImages);
///     }
/// }
/// </code></example>
public sealed class MiniBatches
{
    private const ulong Stream = 0x6261746368; // "batch"

    private readonly int[] _order;
    private readonly ulong _seed;

    /// <param name="rowCount">The number of rows; 0 gives epochs without batches.</param>
    /// <param name="batchSize">Rows of a batch, 1 or more; more than there are gives one batch of all.</param>
    /// <param name="seed">Any number.</param>
    /// <exception cref="ArgumentOutOfRangeException">rowCount is negative or batchSize below 1.</exception>
    public MiniBatches(int rowCount, int batchSize, ulong seed)
    {
        Guard.AtLeast(rowCount, 0);
        Guard.AtLeast(batchSize, 1);
        _order = new int[rowCount];
        BatchSize = batchSize;
        _seed = seed;
    }

    /// <summary>Rows of every batch but the last.</summary>
    public int BatchSize { get; }

    /// <summary>The number of rows, and so of indices in an epoch.</summary>
    public int RowCount => _order.Length;

    /// <summary>Batches in an epoch, the ragged one included.</summary>
    public int BatchCount => (int)(((long)_order.Length + BatchSize - 1) / BatchSize);

    /// <summary>The batches of epoch <paramref name="index"/>, as spans of row indices, valid until the next call.</summary>
    /// <exception cref="ArgumentOutOfRangeException">index is negative.</exception>
    public Batches Epoch(int index)
    {
        Guard.AtLeast(index, 0);
        for (int i = 0; i < _order.Length; i++) _order[i] = i;
        new RandomSource(_seed, Stream + (ulong)index).Shuffle(_order);
        return new Batches(_order, BatchSize);
    }

    /// <summary>Copies the rows a batch names, one after the other, so that a network sees them as one matrix.</summary>
    /// <param name="source">All rows, row-major.</param>
    /// <param name="columns">Elements of a row; 1 for labels.</param>
    /// <param name="rows">Which rows; a row may occur more than once.</param>
    /// <param name="destination">Receives rows.Length * columns elements; not overlapping the source.</param>
    /// <exception cref="ArgumentException">source is not whole rows, destination has another length, or they overlap.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A row index is not within the source.</exception>
    public static void Gather<T>(ReadOnlySpan<T> source, int columns, ReadOnlySpan<int> rows, Span<T> destination)
        where T : unmanaged
    {
        int rowCount = Guard.Rows(source, columns);
        Guard.Length<T>(destination, (long)rows.Length * columns, "gathering the rows");
        Guard.Apart<T, T>(destination, source);
        for (int i = 0; i < rows.Length; i++)
        {
            if ((uint)rows[i] >= (uint)rowCount)
                Throw.OutOfRange($"rows[{i}]", rows[i], $"a row of the source, 0 to {rowCount - 1}");
        }

        for (int i = 0; i < rows.Length; i++)
            source.Slice(rows[i] * columns, columns).CopyTo(destination.Slice(i * columns, columns));
    }

    /// <summary>The batches of one epoch, for foreach.</summary>
    public ref struct Batches
    {
        private readonly ReadOnlySpan<int> _order;
        private readonly int _batchSize;
        private int _start;
        private int _length;

        internal Batches(ReadOnlySpan<int> order, int batchSize)
        {
            _order = order;
            _batchSize = batchSize;
        }

        /// <summary>The row indices of the batch the enumeration stands at; empty before the first.</summary>
        public readonly ReadOnlySpan<int> Current => _order.Slice(_start, _length);

        /// <summary>Steps to the next batch; false after the last.</summary>
        public bool MoveNext()
        {
            _start += _length;
            _length = Math.Min(_batchSize, _order.Length - _start);
            return _length > 0;
        }

        /// <summary>This epoch from where it stands.</summary>
        public readonly Batches GetEnumerator() => this;
    }
}
