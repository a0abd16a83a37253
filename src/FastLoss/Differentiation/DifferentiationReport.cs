namespace FastLoss;

/// <summary>How a numerical differentiation went.</summary>
public enum DifferentiationStatus
{
    /// <summary>Every derivative is finite.</summary>
    Completed,

    /// <summary>Some derivative is NaN or infinite: the function was, near the point.</summary>
    NonFinite,
}

/// <summary>What a numerical differentiation reports beside the derivatives themselves.</summary>
/// <param name="Evaluations">How often the function was evaluated.</param>
/// <param name="Status">Whether the derivatives can be used.</param>
/// <param name="WorstIndex">The first element that is not finite; -1 when all are.</param>
public readonly record struct DifferentiationReport(long Evaluations, DifferentiationStatus Status, int WorstIndex);
