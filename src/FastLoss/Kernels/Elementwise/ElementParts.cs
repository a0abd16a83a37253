namespace FastLoss.Kernels;

/// <summary>What an element-wise pass has besides its first input, which every pass reads.</summary>
[Flags]
internal enum ElementParts
{
    None = 0,

    /// <summary>A sum is added to.</summary>
    Sum = 1,

    /// <summary>A second input is read.</summary>
    Second = 2,

    /// <summary>A third input is read, such as a variance.</summary>
    Third = 4,

    /// <summary>A weight is read for each element.</summary>
    Weight = 8,

    /// <summary>The result is written.</summary>
    Result = 16,

    /// <summary>A second result is written.</summary>
    SecondResult = 32,

    /// <summary>A few instructions, so that the loop's own count.</summary>
    Light = 64,

    /// <summary>The results are multiplied by <see cref="IElementOperator.Scale"/>.</summary>
    Scaled = 128,
}
