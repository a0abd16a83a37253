namespace FastLoss;

/// <summary>
/// A function of each element and its derivative, over as many elements as a register holds. Implement it with a readonly struct;
/// <see cref="Activation"/> then runs it at the speed of the built-in activations, which are such structs too, on float and double
/// and every register.
/// </summary>
/// <remarks>
/// As <see cref="IElementwiseLoss"/>: mark both methods <c>[MethodImpl(MethodImplOptions.AggressiveInlining)]</c>, and pass what is no constant
/// by <see cref="IVector{TSelf}.Parameter"/>.
/// </remarks>
/// <example>
/// <code>
/// readonly struct LeakyRelu(double slope) : IActivation
/// {
///     [MethodImpl(MethodImplOptions.AggressiveInlining)]
///     public TVector Value&lt;TVector&gt;(TVector x)
///         where TVector : unmanaged, IVector&lt;TVector&gt; =&gt; TVector.Where(x &lt; 0, TVector.Parameter(slope) * x, x);
///
///     [MethodImpl(MethodImplOptions.AggressiveInlining)]
///     public TVector Derivative&lt;TVector&gt;(TVector x)
///         where TVector : unmanaged, IVector&lt;TVector&gt; =&gt; TVector.Where(x &lt; 0, TVector.Parameter(slope), 1);
/// }
/// Activation.Compute&lt;LeakyRelu, float&gt;(new(0.01), x, y);
/// </code>
/// </example>
public interface IActivation
{
    /// <summary>
    /// Whether the formula is only a few instructions long, with no function such as Exp: the loop then takes several registers at
    /// a time. It changes speed alone.
    /// </summary>
    static virtual bool IsLight => false;

    /// <summary>The function of each element.</summary>
    TVector Value<TVector>(TVector x)
        where TVector : unmanaged, IVector<TVector>;

    /// <summary>The derivative at each element; at a kink, any number between the one-sided ones.</summary>
    TVector Derivative<TVector>(TVector x)
        where TVector : unmanaged, IVector<TVector>;
}
