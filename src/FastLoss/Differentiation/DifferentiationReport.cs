namespace FastLoss;

/// <summary>How a numerical differentiation went.</summary>
public enum DifferentiationStatus
{
    /// <summary>Every derivative is finite and, if the scheme is adaptive, converged.</summary>
    Completed,

    /// <summary>
    /// An adaptive derivative did not settle: its error estimate is above the square root of the noise. There is a
    /// jump, a pole or noise at the point, or the function varies on a much smaller scale than the one given.
    /// </summary>
    NotConverged,

    /// <summary>
    /// Some derivative is NaN or infinite: the function was, near the point, or its bounds leave no room.
    /// </summary>
    NonFinite,
}

/// <summary>What a numerical differentiation reports beside the derivatives themselves.</summary>
/// <param name="Evaluations">How often the function was evaluated.</param>
/// <param name="Status">The worst status of any element.</param>
/// <param name="WorstIndex">
/// The first element that is not finite, else the one of the largest error estimate; -1 when all are finite and no
/// errors were asked for.
/// </param>
/// <param name="MaxError">
/// The largest error estimate; NaN when an element is not finite or errors were not estimated. The adaptive scheme
/// always estimates them, the others on request.
/// </param>
public readonly record struct DifferentiationReport(
    long Evaluations, DifferentiationStatus Status, int WorstIndex, double MaxError);

/// <summary>A derivative and how wrong it may be.</summary>
/// <param name="Value">The derivative.</param>
/// <param name="Error">An estimate, meant to cover it, of the absolute error of <paramref name="Value"/>.</param>
/// <param name="Evaluations">How often the function was evaluated.</param>
/// <param name="Status">Whether the value can be used.</param>
/// <typeparam name="T">The element type, float or double.</typeparam>
public readonly record struct DerivativeEstimate<T>(T Value, T Error, int Evaluations, DifferentiationStatus Status)
{
    /// <summary>Where a coordinate cannot move.</summary>
    internal static DerivativeEstimate<T> OfFixed => default;
}
