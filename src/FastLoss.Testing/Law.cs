namespace FastLoss.Testing;

/// <summary>What a loss, an activation or a gradient promises.</summary>
public enum Law
{
    /// <summary>Each value is the definition's, within the bound.</summary>
    Values,

    /// <summary>The derivative is the definition's adaptive numerical one, up to the corners; the float one is the double one.</summary>
    Derivative,

    /// <summary>
    /// The second derivative is the numerical derivative of the first, where the loss has one (<see cref="ICurvedLoss"/>).
    /// </summary>
    SecondDerivative,

    /// <summary>
    /// The derivative by the target is the numerical one, where the loss has one (<see cref="ITargetDifferentiableLoss"/>).
    /// </summary>
    TargetDerivative,

    /// <summary>At a kink the derivative lies between the one-sided ones.</summary>
    Kinks,

    /// <summary>
    /// NaN for a prediction or a target gives a loss that is NaN, and NaN for a prediction a derivative that is: it is not lost.
    /// </summary>
    NaN,

    /// <summary>The sum is that of the elements, the mean the sum over the weights, the count that of the elements that count.</summary>
    Sum,

    /// <summary>One pass for loss and gradient, or for loss, gradient and second derivative, gives the bits of separate ones.</summary>
    OnePass,

    /// <summary>A result written over an input has the bits of one beside it.</summary>
    InPlace,

    /// <summary>What a masked element or one of weight 0 holds, NaN included, changes no bit; its own gradient is 0.</summary>
    NotCounted,

    /// <summary>
    /// An element's loss is multiplied by its weight, and its derivatives by the weight over the weights' sum. Of an activation: the
    /// gradient is the
    /// output's gradient times the derivative.
    /// </summary>
    Weights,

    /// <summary>Tallies of parts, cut at multiples of a block, add up to the whole's, bit for bit.</summary>
    Splits,

    /// <summary>Every register that the machine can run gives the same bits.</summary>
    Registers,

    /// <summary>No call allocates.</summary>
    Allocation,

    /// <summary>The formula's methods are marked <c>AggressiveInlining</c>: else each is a call for every register of elements.</summary>
    Inlining,

    /// <summary>A gradient written by hand is the function's numerical one.</summary>
    Gradient,
}
