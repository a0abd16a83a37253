using System.Numerics;
using System.Runtime.Intrinsics;

namespace FastLoss;

/// <summary>
/// A loss of one prediction and its target: a formula and its derivative, over a vector of elements at a time. Implement it
/// with a readonly struct; the verbs on <see cref="Loss"/> then run it at the speed of the built-in losses,
/// which are such structs too.
/// </summary>
/// <typeparam name="T">float or double.</typeparam>
/// <remarks>
/// Write the formula with the operators of <see cref="Vector512{T}"/>, <see cref="Vector512.ConditionalSelect{T}"/> for its cases,
/// and <see cref="VectorMath"/>, whose functions give the same bits on every machine. Mark both methods
/// <c>[MethodImpl(MethodImplOptions.AggressiveInlining)]</c>: the loop around them is compiled for the struct, and inlines them.
/// Elements past the end of the data are passed as zeros and their results dropped.
/// </remarks>
/// <example>
/// The Cauchy (Lorentzian) loss, ln(1 + e^2 / 2):
/// <code>
/// readonly struct Cauchy : IElementwiseLoss&lt;float&gt;
/// {
///     [MethodImpl(MethodImplOptions.AggressiveInlining)]
///     public Vector512&lt;float&gt; Value(Vector512&lt;float&gt; prediction, Vector512&lt;float&gt; target)
///     {
///         Vector512&lt;float&gt; error = prediction - target;
///         return VectorMath.Log1P(error * error * 0.5f);
///     }
///
///     [MethodImpl(MethodImplOptions.AggressiveInlining)]
///     public Vector512&lt;float&gt; Derivative(Vector512&lt;float&gt; prediction, Vector512&lt;float&gt; target)
///     {
///         Vector512&lt;float&gt; error = prediction - target;
///         return error / (Vector512&lt;float&gt;.One + error * error * 0.5f);
///     }
/// }
/// double mean = Loss.Evaluate(new Cauchy(), predictions, targets).Mean;
/// </code>
/// </example>
public interface IElementwiseLoss<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Whether the formula is only a few instructions long, with no function of <see cref="VectorMath"/>: the loop then takes four
    /// vectors at a time. It changes speed alone.
    /// </summary>
    static virtual bool IsLight => false;

    /// <summary>The loss of each element.</summary>
    Vector512<T> Value(Vector512<T> prediction, Vector512<T> target);

    /// <summary>The derivative of each element's loss by its prediction; at a kink, any number between the one-sided ones.</summary>
    Vector512<T> Derivative(Vector512<T> prediction, Vector512<T> target);
}
