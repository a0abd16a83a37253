namespace FastLoss.Kernels;

/// <summary>
/// Up to 64 rows as an objective sees them: classes next to each other, options read, skipped rows of weight 0. Whole registers may be
/// read and written behind the arrays with a number for each row.
/// </summary>
internal unsafe struct RowBlock<T>
    where T : unmanaged
{
    /// <summary>The logits, capped and tempered where the loss says so.</summary>
    public T* Logits;

    public int ClassCount, Rows;

    /// <summary>A class for each row, 0 for a skipped one; null with targets.</summary>
    public int* Labels;

    /// <summary>A target for each logit; null with labels.</summary>
    public T* Targets;

    /// <summary>What each row weighs, 0 for a skipped one; null where all weigh 1.</summary>
    public T* Weights;

    /// <summary>What each row's label weighs; null for 1.</summary>
    public T* LabelWeights;

    /// <summary>What each class weighs; null for 1.</summary>
    public T* ClassWeights;

    /// <summary>Receives the loss of each row, z-loss included.</summary>
    public T* Losses;

    /// <summary>Receives the losses as doubles instead, of an objective that computes in double; null for others.</summary>
    public double* WideLosses;

    /// <summary>Receives what z-loss added to each row's loss, where there is one.</summary>
    public T* ZTerms;

    /// <summary>Receives the gradient by the logits; it may be the logits. Null where it is not wanted.</summary>
    public T* Gradient;

    /// <summary>What the gradient is multiplied by.</summary>
    public double Scale;

    /// <summary>A bit for each row that is skipped.</summary>
    public ulong Skipped;

    /// <summary>As many elements as the objective asked for.</summary>
    public T* Work;

    /// <summary>Which row an element of a group of small rows is of; see <see cref="SmallRows{V, T}.FillRowTable"/>.</summary>
    public T* RowTable;

    /// <summary>For rows so long that one is worth threads.</summary>
    public int Threads;
}

/// <summary>What a loss does with a block of rows: its values and, where wanted, its gradient.</summary>
internal interface IRowObjective<T>
    where T : unmanaged
{
    /// <summary>Whether losses are computed in double: <see cref="RowBlock{T}.WideLosses"/>.</summary>
    static virtual bool IsWide => false;

    /// <summary>How many rows a block has, 1 to 64.</summary>
    int BlockRows(int classCount, bool isDifferentiated, bool isInPlace);

    /// <summary>How many elements of <see cref="RowBlock{T}.Work"/> a block needs.</summary>
    int WorkLength(int rows, int classCount, bool isDifferentiated);

    void Run(in RowBlock<T> block);
}
