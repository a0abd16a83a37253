namespace FastLoss;

/// <summary>
/// A loss of one prediction and its target: a formula and its derivative, over as many elements as a register holds. Implement it
/// with a readonly struct; the verbs on <see cref="Loss"/> then run it at the speed of the built-in losses,
/// which are such structs too, on float and double and every register.
/// </summary>
/// <remarks>
/// Write the formula with the operators and functions of <see cref="IVector{TSelf}"/>. Mark both methods
/// <c>[MethodImpl(MethodImplOptions.AggressiveInlining)]</c>: the loop around them is compiled for the struct, and inlines them.
/// Elements past the end of the data are passed as zeros and their results dropped. Keep parameters as doubles, and pass them, or what
/// is computed of them alone, by <see cref="IVector{TSelf}.Parameter"/>: <c>TVector.Parameter(2 * Tau) * error</c>.
/// </remarks>
/// <example>
/// The Cauchy (Lorentzian) loss, ln(1 + e^2 / 2):
/// <code>
/// readonly struct Cauchy : IElementwiseLoss
/// {
///     [MethodImpl(MethodImplOptions.AggressiveInlining)]
///     public TVector Value&lt;TVector&gt;(TVector prediction, TVector target)
///         where TVector : unmanaged, IVector&lt;TVector&gt;
///     {
///         TVector error = prediction - target;
///         return TVector.Log1P(0.5 * error * error);
///     }
///
///     [MethodImpl(MethodImplOptions.AggressiveInlining)]
///     public TVector Derivative&lt;TVector&gt;(TVector prediction, TVector target)
///         where TVector : unmanaged, IVector&lt;TVector&gt;
///     {
///         TVector error = prediction - target;
///         return error / (1 + (0.5 * error * error));
///     }
/// }
/// double mean = Loss.Evaluate(new Cauchy(), predictions, targets).Mean;
/// </code>
/// </example>
public interface IElementwiseLoss
{
    /// <summary>
    /// Whether the formula is only a few instructions long, with no function such as Exp: the loop then takes several registers at
    /// a time. It changes speed alone.
    /// </summary>
    static virtual bool IsLight => false;

    /// <summary>The loss of each element.</summary>
    TVector Value<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>;

    /// <summary>The derivative of each element's loss by its prediction; at a kink, any number between the one-sided ones.</summary>
    TVector Derivative<TVector>(TVector prediction, TVector target)
        where TVector : unmanaged, IVector<TVector>;
}
