namespace FastLoss.Catalog;

/// <summary>The options of a call that a routine of rows takes.</summary>
[Flags]
public enum RowOptions
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>A weight for each row.</summary>
    Weights = 1,

    /// <summary>A weight for each class.</summary>
    ClassWeights = 2,

    /// <summary>A mask of rows.</summary>
    Mask = 4,

    /// <summary>A label whose rows are skipped.</summary>
    IgnoreLabel = 8,

    /// <summary>What the gradient is divided by.</summary>
    Denominator = 16,

    /// <summary>A gradient that is added.</summary>
    Accumulate = 32,

    /// <summary>Rows without an open class as zeros.</summary>
    MaskedRows = 64,

    /// <summary>Threads.</summary>
    Threads = 128,

    /// <summary>Classes that are not the last axis.</summary>
    Inner = 256,

    /// <summary>Rows with gaps between them.</summary>
    Pitch = 512,

    /// <summary>What a loss without classes takes.</summary>
    Entries = Weights | Mask | Denominator | Accumulate | Threads,

    /// <summary>Layouts of the class axis.</summary>
    Layouts = Inner | Pitch,
}

/// <summary>What a routine's rows are.</summary>
public enum RowShape
{
    /// <summary>Rows of any length.</summary>
    Rows,

    /// <summary>A square matrix: as many columns as rows.</summary>
    Square,

    /// <summary>Single elements, which are not rows to the routine.</summary>
    Elements,
}

/// <summary>Usual inputs, drawn from a fixed seed.</summary>
/// <param name="Seed">Of what the gradient is taken by; the other inputs have the number before it.</param>
/// <param name="From">Of the range.</param>
/// <param name="To">Of the range.</param>
public sealed record UsualRange(int Seed, double From, double To);

/// <summary>One row of a call.</summary>
/// <param name="Inputs">The row of each input.</param>
/// <param name="Label">Its label, of routines that take labels.</param>
/// <param name="Place">The row's number.</param>
/// <param name="ClassWeights">A weight for each class; all 1 when empty.</param>
public readonly record struct RowPoint(double[][] Inputs, int Label, int Place, double[] ClassWeights)
{
    /// <summary>All rows of each input, of a loss of the batch; what does not count is -infinity.</summary>
    public double[][] Batch { get; init; } = [];
}
