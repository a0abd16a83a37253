namespace FastLoss.Kernels;

/// <summary>A block of rows of which every class counts, and where its stages leave what they compute.</summary>
internal unsafe struct ClassWork<T>
    where T : unmanaged
{
    public RowBlock<T> Block;
    public OptionScalars Options;
    public ClassRowTerms<T> Rows;

    /// <summary>The logits of small rows by columns, class c of row r at 64 c + r; else the block's.</summary>
    public T* Logits;

    /// <summary>The targets likewise; null where there are none.</summary>
    public T* Targets;

    /// <summary>The exponentials, each row's divided by a power of two near its largest.</summary>
    public T* Exponentials;

    /// <summary>The slopes b; at last the gradient of small rows by columns.</summary>
    public T* Slopes;

    /// <summary>From one row of exponentials and slopes to the next, where they are not columns.</summary>
    public nint Pitch;
}
