using System.Numerics;
using FastLoss.Validation;

namespace FastLoss;

/// <summary>
/// A finite-difference formula on any points, with exact weights: the d-th derivative of f at x is about
/// sum of w_i f(x + t_i h) / h^d, w_i = d! [t^d] L_i(t), L_i the Lagrange polynomials of the offsets t_i (Fornberg,
/// Generation of finite difference formulas on arbitrarily spaced grids, Math. Comp. 51, 1988). The weights are
/// rational and are kept so.
/// </summary>
/// <example><code>
/// var stencil = FiniteDifferenceStencil.Central(order: 2, accuracy: 4);   // offsets -2..2, weights (-1, 16, -30, 16,
/// -1) / 12 double curvature = stencil.Differentiate(Math.Sin, 1.0);
/// </code></example>
public sealed class FiniteDifferenceStencil
{
    private readonly int[] _offsets;
    private readonly long[] _numerators;

    private FiniteDifferenceStencil(int order, int accuracy, int[] offsets, long[] numerators, long denominator)
    {
        Order = order;
        Accuracy = accuracy;
        _offsets = offsets;
        _numerators = numerators;
        Denominator = denominator;
    }

    /// <summary>The order of the derivative, 1 to 4.</summary>
    public int Order { get; }

    /// <summary>The error is O(h^Accuracy).</summary>
    public int Accuracy { get; }

    /// <summary>The points, in steps from x, as they were given.</summary>
    public ReadOnlySpan<int> Offsets => _offsets;

    /// <summary>The weights, times <see cref="Denominator"/>.</summary>
    public ReadOnlySpan<long> Numerators => _numerators;

    /// <summary>The common denominator of the weights, the least there is.</summary>
    public long Denominator { get; }

    /// <summary>The formula of highest accuracy on the given points.</summary>
    /// <param name="order">The order of the derivative, 1 to 4.</param>
    /// <param name="offsets">Distinct points in steps from x, more of them than the order.</param>
    /// <exception cref="ArgumentOutOfRangeException">The order is not 1 to 4.</exception>
    /// <exception cref="ArgumentException">Too few points, one that is there twice, or so many that weights leave 64
    /// bits.</exception>
    public static FiniteDifferenceStencil Create(int order, ReadOnlySpan<int> offsets)
    {
        if (order is < 1 or > 4) Throw.OutOfRange(nameof(order), order, "1 to 4");
        if (offsets.Length <= order)
            throw new ArgumentException($"offsets has {offsets.Length} points; a derivative of order {order} needs {order + 1} or more.", nameof(offsets));
        for (int i = 0; i < offsets.Length; i++)
        {
            int first = offsets[..i].IndexOf(offsets[i]);
            if (first >= 0) throw new ArgumentException($"offsets[{i}] is {offsets[i]}, as is offsets[{first}].", nameof(offsets));
        }

        var tops = new BigInteger[offsets.Length];
        var bottoms = new BigInteger[offsets.Length];
        for (int i = 0; i < offsets.Length; i++) (tops[i], bottoms[i]) = Weight(order, offsets, i);
        BigInteger denominator = 1;
        foreach (BigInteger bottom in bottoms)
            denominator *= BigInteger.Abs(bottom) / BigInteger.GreatestCommonDivisor(denominator, bottom);
        var numerators = new BigInteger[offsets.Length];
        BigInteger common = denominator;
        for (int i = 0; i < offsets.Length; i++)
        {
            numerators[i] = tops[i] * (denominator / bottoms[i]);
            common = BigInteger.GreatestCommonDivisor(common, numerators[i]);
        }

        denominator /= common;
        var small = new long[offsets.Length];
        for (int i = 0; i < offsets.Length; i++)
        {
            numerators[i] /= common;
            if (BigInteger.Abs(numerators[i]) > long.MaxValue || denominator > long.MaxValue)
                throw new ArgumentException($"{offsets.Length} points with offsets to {offsets[i]} have weights beyond 64 bits.", nameof(offsets));
            small[i] = (long)numerators[i];
        }

        return new(order, AccuracyOf(order, offsets, numerators), offsets.ToArray(), small, (long)denominator);
    }

    /// <summary>The symmetric formula of an even accuracy: points -k to k.</summary>
    public static FiniteDifferenceStencil Central(int order, int accuracy = 2)
    {
        if (order is < 1 or > 4) Throw.OutOfRange(nameof(order), order, "1 to 4");
        if (accuracy < 2 || accuracy % 2 != 0) Throw.OutOfRange(nameof(accuracy), accuracy, "even and at least 2");
        int reach = (order + 1) / 2 + accuracy / 2 - 1;
        return Create(order, Range(-reach, reach, withoutZero: order % 2 == 1));
    }

    /// <summary>The formula on the points 0 to order + accuracy - 1.</summary>
    public static FiniteDifferenceStencil Forward(int order, int accuracy = 1)
    {
        if (order is < 1 or > 4) Throw.OutOfRange(nameof(order), order, "1 to 4");
        Guard.AtLeast(accuracy, 1);
        return Create(order, Range(0, order + accuracy - 1, withoutZero: false));
    }

    /// <summary>The formula on the points -(order + accuracy - 1) to 0.</summary>
    public static FiniteDifferenceStencil Backward(int order, int accuracy = 1)
    {
        if (order is < 1 or > 4) Throw.OutOfRange(nameof(order), order, "1 to 4");
        Guard.AtLeast(accuracy, 1);
        return Create(order, Range(-(order + accuracy - 1), 0, withoutZero: false));
    }

    /// <summary>
    /// The derivative at x with the step that balances truncation and rounding, eps^(1/(order + accuracy)) max(1, |x|)
    /// to the nearest power of two. One evaluation a point.
    /// </summary>
    public T Differentiate<TFunction, T>(ref TFunction function, T x)
        where TFunction : IUnivariateFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        return Apply(ref function, x, StepRule.Automatic(x, T.One, StepRule.Coefficient(Order + Accuracy, StepRule.Epsilon<T>())));
    }

    /// <summary>The derivative at x with the caller's step.</summary>
    /// <exception cref="ArgumentOutOfRangeException">h is not positive and finite, or too small to change
    /// x.</exception>
    public T Differentiate<TFunction, T>(ref TFunction function, T x, T h)
        where TFunction : IUnivariateFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Guard.Float<T>();
        Guard.Step(h, x);
        return Apply(ref function, x, h);
    }

    /// <inheritdoc cref="Differentiate{TFunction, T}(ref TFunction, T)"/>
    public T Differentiate<T>(Func<T, T> function, T x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        var adapter = new DelegateUnivariateFunction<T>(function);
        return Differentiate(ref adapter, x);
    }

    /// <inheritdoc cref="Differentiate{TFunction, T}(ref TFunction, T, T)"/>
    public T Differentiate<T>(Func<T, T> function, T x, T h)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        var adapter = new DelegateUnivariateFunction<T>(function);
        return Differentiate(ref adapter, x, h);
    }

    /// <summary>The formula as text: "f''(x) = (f(x-h) - 2 f(x) + f(x+h)) / h^2 + O(h^2)".</summary>
    public override string ToString()
    {
        var text = new System.Text.StringBuilder();
        for (int i = 0; i < _offsets.Length; i++)
        {
            if (_numerators[i] == 0) continue;
            long size = Math.Abs(_numerators[i]);
            text.Append(text.Length == 0 ? (_numerators[i] < 0 ? "-" : "") : _numerators[i] < 0 ? " - " : " + ");
            if (size != 1) text.Append(size).Append(' ');
            text.Append(_offsets[i] switch
            {
                0 => "f(x)",
                1 => "f(x+h)",
                -1 => "f(x-h)",
                > 0 => $"f(x+{_offsets[i]}h)",
                _ => $"f(x{_offsets[i]}h)",
            });
        }

        string power = Order == 1 ? "h" : $"h^{Order}";
        string below = Denominator == 1 ? power : $"({Denominator} {power})";
        return $"f{new string('\'', Order)}(x) = ({text}) / {below} + O(h^{Accuracy})";
    }

    private T Apply<TFunction, T>(ref TFunction function, T x, T h)
        where TFunction : IUnivariateFunction<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T sum = T.Zero;
        for (int i = 0; i < _offsets.Length; i++)
        {
            if (_numerators[i] == 0) continue;
            sum += T.CreateTruncating(_numerators[i]) * function.Evaluate(DifferenceFormula.Move(x, _offsets[i], h));
        }

        T result = sum / T.CreateTruncating(Denominator);
        for (int i = 0; i < Order; i++) result /= h;   // not h^order, which may underflow
        return result;
    }

    /// <summary>
    /// order! times the coefficient of t^order in the product over j other than i of (t - t_j) / (t_i - t_j).
    /// </summary>
    private static (BigInteger Top, BigInteger Bottom) Weight(int order, ReadOnlySpan<int> offsets, int i)
    {
        var coefficients = new BigInteger[order + 1];
        coefficients[0] = 1;
        BigInteger bottom = 1;
        for (int j = 0; j < offsets.Length; j++)
        {
            if (j == i) continue;
            bottom *= (long)offsets[i] - offsets[j];
            for (int power = order; power >= 0; power--)
                coefficients[power] = (power > 0 ? coefficients[power - 1] : 0) - offsets[j] * coefficients[power];
        }

        BigInteger top = coefficients[order];
        for (int factor = 2; factor <= order; factor++) top *= factor;
        return (top, bottom);
    }

    /// <summary>
    /// The first power of t from the number of points on that the weights do not cancel is what is left of the error.
    /// </summary>
    private static int AccuracyOf(int order, ReadOnlySpan<int> offsets, BigInteger[] numerators)
    {
        for (int power = offsets.Length; ; power++)
        {
            BigInteger sum = 0;
            for (int i = 0; i < offsets.Length; i++) sum += numerators[i] * BigInteger.Pow(offsets[i], power);
            if (!sum.IsZero) return power - order;
        }
    }

    private static int[] Range(int first, int last, bool withoutZero)
    {
        var points = new List<int>(last - first + 1);
        for (int point = first; point <= last; point++)
        {
            if (point != 0 || !withoutZero) points.Add(point);
        }

        return [.. points];
    }
}
