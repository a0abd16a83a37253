namespace FastLoss;

/// <summary>
/// As many numbers as one register of the machine holds, float or double: what a formula is written over. The library picks the
/// register (512, 256 or 128 bits) and the element type, and compiles the formula for both; the formula names neither.
/// </summary>
/// <typeparam name="TSelf">The vector itself.</typeparam>
/// <remarks>
/// <para>Every operation gives the same bits on every machine, for every input including NaN, infinities, zeros and subnormals.
/// Errors of the functions are stated in units of the last place (ULP) of the result, measured over all floats and over 10^8
/// doubles.</para>
/// <para>A comparison gives a mask: a vector whose lanes are all ones where it holds and all zeros where not. Masks combine with
/// <c>&amp;</c>, <c>|</c> and <c>~</c>, and choose with <see cref="Where"/>. A double converts to a vector that has it in every
/// lane, rounded to the element type, so constants are written as they are: <c>0.5 * x</c>. A number that is known only at run time,
/// such as a loss's field, is passed by <see cref="Parameter"/>, to the same bits and faster: <c>TSelf.Parameter(2 * Tau) * x</c>.</para>
/// <para>Only the library implements this interface.</para>
/// </remarks>
public interface IVector<TSelf>
    where TSelf : unmanaged, IVector<TSelf>
{
    /// <summary>The number in every lane, rounded to the element type.</summary>
    static abstract implicit operator TSelf(double value);

    /// <summary>a + b.</summary>
    static abstract TSelf operator +(TSelf a, TSelf b);

    /// <summary>a - b.</summary>
    static abstract TSelf operator -(TSelf a, TSelf b);

    /// <summary>a b.</summary>
    static abstract TSelf operator *(TSelf a, TSelf b);

    /// <summary>a / b.</summary>
    static abstract TSelf operator /(TSelf a, TSelf b);

    /// <summary>-a: the sign changed, of zeros and NaN too.</summary>
    static abstract TSelf operator -(TSelf a);

    /// <summary>The mask of a &lt; b; false where either is NaN.</summary>
    static abstract TSelf operator <(TSelf a, TSelf b);

    /// <summary>The mask of a &gt; b; false where either is NaN.</summary>
    static abstract TSelf operator >(TSelf a, TSelf b);

    /// <summary>The mask of a &lt;= b; false where either is NaN.</summary>
    static abstract TSelf operator <=(TSelf a, TSelf b);

    /// <summary>The mask of a &gt;= b; false where either is NaN.</summary>
    static abstract TSelf operator >=(TSelf a, TSelf b);

    /// <summary>The bits both have; of masks: both hold. With a mask, what is kept where it holds and 0 elsewhere.</summary>
    static abstract TSelf operator &(TSelf a, TSelf b);

    /// <summary>The bits either has; of masks: one holds, or both.</summary>
    static abstract TSelf operator |(TSelf a, TSelf b);

    /// <summary>The bits a lacks; of a mask: it does not hold.</summary>
    static abstract TSelf operator ~(TSelf a);

    /// <summary>The mask of a = b; false where either is NaN, true for 0 and -0.</summary>
    static abstract TSelf Equal(TSelf a, TSelf b);

    /// <summary>a where the mask holds, b elsewhere.</summary>
    static abstract TSelf Where(TSelf mask, TSelf a, TSelf b);

    /// <summary>a b + c, rounded once.</summary>
    static abstract TSelf Fma(TSelf a, TSelf b, TSelf c);

    /// <summary>|a|.</summary>
    static abstract TSelf Abs(TSelf a);

    /// <summary>a where a &gt; b, else b: so b where either is NaN, and b of two zeros. To keep a NaN of x, write Max(bound, x).</summary>
    static abstract TSelf Max(TSelf a, TSelf b);

    /// <summary>a where a &lt; b, else b: so b where either is NaN, and b of two zeros. To keep a NaN of x, write Min(bound, x).</summary>
    static abstract TSelf Min(TSelf a, TSelf b);

    /// <summary>The square root, correctly rounded; NaN below 0.</summary>
    static abstract TSelf Sqrt(TSelf a);

    /// <summary>|a| with the sign of <paramref name="sign"/>.</summary>
    static abstract TSelf CopySign(TSelf a, TSelf sign);

    /// <summary>e^x, within 1.25 ULP. Overflows to +infinity, underflows through the subnormals to 0; NaN gives NaN.</summary>
    static abstract TSelf Exp(TSelf x);

    /// <summary>e^x - 1 with full relative accuracy near 0, within 1.9 ULP; keeps the sign of 0.</summary>
    static abstract TSelf ExpM1(TSelf x);

    /// <summary>The natural logarithm, within 1 ULP. -infinity at 0, NaN below 0 and for NaN.</summary>
    static abstract TSelf Log(TSelf x);

    /// <summary>
    /// ln(1 + x) with full relative accuracy near 0, within 1.5 ULP; keeps the sign of 0. -infinity at -1, NaN below and for NaN.
    /// </summary>
    static abstract TSelf Log1P(TSelf x);

    /// <summary>The hyperbolic tangent, within 2.5 ULP; keeps the sign of 0.</summary>
    static abstract TSelf Tanh(TSelf x);

    /// <summary>The logistic function 1 / (1 + e^-x), within 3 ULP also where it is tiny.</summary>
    static abstract TSelf Sigmoid(TSelf x);

    /// <summary>ln(1 + e^x), within 2.5 ULP; its derivative is <see cref="Sigmoid"/>.</summary>
    static abstract TSelf Softplus(TSelf x);

    /// <summary>
    /// x^y for x &gt;= 0 as e^(y ln x): within 2 + 1.5 |y ln x| ULP. x^0 and 1^y are 1 (NaN included); NaN for negative x.
    /// </summary>
    static abstract TSelf Pow(TSelf x, TSelf y);

    /// <summary>The element type is float: for what the library's own functions compute differently.</summary>
    internal static abstract bool IsSingle { get; }

    /// <summary>
    /// A number that is no constant, as the conversion gives it, by an instruction that does not wait for what its register held before:
    /// that of the conversion does, so an iteration of a loop may wait for the end of the one before (a tanh 1.6 ns for 0.9).
    /// </summary>
    static abstract TSelf Parameter(double value);

    /// <summary>The bits of v where the mask does not hold, 0 where it does.</summary>
    internal static abstract TSelf AndNot(TSelf mask, TSelf v);

    /// <summary>x Phi(x), Phi the standard normal distribution; see <see cref="Gelu"/>.</summary>
    internal static abstract TSelf Gelu(TSelf x);

    /// <summary>Phi(x) + x phi(x).</summary>
    internal static abstract TSelf GeluDerivative(TSelf x);

    /// <summary>ln(1 + x) for x from 0 to 1.</summary>
    internal static abstract TSelf Log1POfUnit(TSelf x);

    /// <summary>e^-x for x at least 0.</summary>
    internal static abstract TSelf ExpOfMinus(TSelf x);

    /// <summary><see cref="Exp"/> by a call: for formulas that would be past the JIT's budget for inlining.</summary>
    internal static abstract TSelf CalledExp(TSelf x);

    /// <inheritdoc cref="CalledExp"/>
    internal static abstract TSelf CalledLog(TSelf x);

    /// <inheritdoc cref="CalledExp"/>
    internal static abstract TSelf CalledLog1P(TSelf x);

    /// <inheritdoc cref="CalledExp"/>
    internal static abstract TSelf CalledPow(TSelf x, TSelf y);

    /// <summary>ln(1 + x) - x; <paramref name="ratio"/> is 1 + x where x was computed as a quotient less 1.</summary>
    internal static abstract TSelf Log1PMinus(TSelf x, TSelf ratio);

    /// <summary>e^x - 1 - x for |x| up to 1.</summary>
    internal static abstract TSelf ExpM1Minus(TSelf x);
}
