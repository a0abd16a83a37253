namespace FastLoss.Kernels;

/// <summary>
/// What <see cref="ClassObjective{T}"/> knows of up to 64 rows, an array for each quantity: m the largest logit, e the exponentials in the
/// row's scale, a what a class counts, b its slope by the log-probability.
/// </summary>
internal readonly unsafe struct ClassRowTerms<T>(T* buffer)
    where T : unmanaged
{
    public const int N = SmallRows.BlockRows;

    /// <summary>Elements the buffer must have.</summary>
    public const int BufferLength = 18 * N;

    /// <summary>m.</summary>
    public T* Max => buffer;

    /// <summary>The class of m, as a number.</summary>
    public T* Largest => buffer + N;

    /// <summary>What is subtracted from the logits first, where they are too large to be divided by a power of two.</summary>
    public T* Offset => buffer + (2 * N);

    /// <summary>The power of two that the exponentials are divided by.</summary>
    public T* Power => buffer + (3 * N);

    /// <summary>What the smoothing gives each class that is not masked; of a long row NaN where the classes' slopes differ.</summary>
    public T* Spread => buffer + (4 * N);

    /// <summary>The sum of e over all classes but the largest.</summary>
    public T* Others => buffer + (5 * N);

    /// <summary>e of the largest.</summary>
    public T* Target => buffer + (6 * N);

    /// <summary>ln(1 + others / e of the largest): the log-sum-exp less m.</summary>
    public T* LogSum => buffer + (7 * N);

    /// <summary>What turns e into a probability.</summary>
    public T* Inverse => buffer + (8 * N);

    /// <summary>1 - p of the largest, with all its digits.</summary>
    public T* Complement => buffer + (9 * N);

    /// <summary>The sum of a (m - z); with a focal exponent the row's loss but for the largest class.</summary>
    public T* Value => buffer + (10 * N);

    /// <summary>The sum of b over all classes but the largest.</summary>
    public T* OtherSlopes => buffer + (11 * N);

    /// <summary>-a of the largest, of which <see cref="ClassTerms{T}.Rows{TFocal}"/> makes b.</summary>
    public T* LargestSlope => buffer + (12 * N);

    /// <summary>What turns e into its part of the gradient, with <see cref="FactorRest"/>.</summary>
    public T* Factor => buffer + (13 * N);

    /// <summary>1; or where the factor alone would be subnormal the part of it that a probability is multiplied by.</summary>
    public T* FactorRest => buffer + (17 * N);

    /// <summary>The row's weight times the gradient's scale.</summary>
    public T* RowScale => buffer + (14 * N);

    /// <summary>The gradient at the largest.</summary>
    public T* LargestGradient => buffer + (15 * N);

    /// <summary>The class of the row's label, as a number; -1 for none.</summary>
    public T* Label => buffer + (16 * N);
}
