using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;

namespace FastLoss;

// What INumber asks beside arithmetic; all of it looks at the value and takes constants.
public readonly partial struct Dual<T>
{
    /// <inheritdoc/>
    public static Dual<T> One => T.One;

    /// <inheritdoc/>
    public static Dual<T> Zero => T.Zero;

    /// <inheritdoc/>
    static int INumberBase<Dual<T>>.Radix => T.Radix;

    /// <inheritdoc/>
    static Dual<T> IAdditiveIdentity<Dual<T>, Dual<T>>.AdditiveIdentity => Zero;

    /// <inheritdoc/>
    static Dual<T> IMultiplicativeIdentity<Dual<T>, Dual<T>>.MultiplicativeIdentity => One;

    /// <summary>|x|; its derivative is sign(x) x', 0 at 0.</summary>
    public static Dual<T> Abs(Dual<T> value) =>
        T.IsZero(value.Value) ? new(T.Abs(value.Value), T.Zero) : T.IsNegative(value.Value) ? -value : value;

    /// <summary>The larger by value; NaN if one is NaN; <paramref name="x"/> of equals.</summary>
    public static Dual<T> Max(Dual<T> x, Dual<T> y) => T.IsNaN(x.Value) || x.Value >= y.Value ? x : y;

    /// <summary>The smaller by value; NaN if one is NaN; <paramref name="x"/> of equals.</summary>
    public static Dual<T> Min(Dual<T> x, Dual<T> y) => T.IsNaN(x.Value) || x.Value <= y.Value ? x : y;

    /// <inheritdoc/>
    public static int Sign(Dual<T> value) => T.Sign(value.Value);

    /// <inheritdoc/>
    public static bool IsFinite(Dual<T> value) => T.IsFinite(value.Value);

    /// <inheritdoc/>
    public static bool IsInfinity(Dual<T> value) => T.IsInfinity(value.Value);

    /// <inheritdoc/>
    public static bool IsNaN(Dual<T> value) => T.IsNaN(value.Value);

    /// <inheritdoc/>
    public static bool IsNegative(Dual<T> value) => T.IsNegative(value.Value);

    /// <inheritdoc/>
    public static bool IsPositive(Dual<T> value) => T.IsPositive(value.Value);

    /// <summary>Whether value and derivative are both 0: a variable at 0 is not the constant 0.</summary>
    public static bool IsZero(Dual<T> value) => T.IsZero(value.Value) && T.IsZero(value.Derivative);

    /// <inheritdoc/>
    public static bool IsInteger(Dual<T> value) => T.IsInteger(value.Value);

    /// <inheritdoc/>
    public static bool IsEvenInteger(Dual<T> value) => T.IsEvenInteger(value.Value);

    /// <inheritdoc/>
    public static bool IsOddInteger(Dual<T> value) => T.IsOddInteger(value.Value);

    /// <inheritdoc/>
    public static bool IsNegativeInfinity(Dual<T> value) => T.IsNegativeInfinity(value.Value);

    /// <inheritdoc/>
    public static bool IsPositiveInfinity(Dual<T> value) => T.IsPositiveInfinity(value.Value);

    static bool INumberBase<Dual<T>>.IsCanonical(Dual<T> value) => T.IsCanonical(value.Value) && T.IsCanonical(value.Derivative);

    static bool INumberBase<Dual<T>>.IsComplexNumber(Dual<T> value) => false;

    static bool INumberBase<Dual<T>>.IsImaginaryNumber(Dual<T> value) => false;

    static bool INumberBase<Dual<T>>.IsNormal(Dual<T> value) => T.IsNormal(value.Value);

    static bool INumberBase<Dual<T>>.IsRealNumber(Dual<T> value) => T.IsRealNumber(value.Value);

    static bool INumberBase<Dual<T>>.IsSubnormal(Dual<T> value) => T.IsSubnormal(value.Value);

    static Dual<T> INumberBase<Dual<T>>.MaxMagnitude(Dual<T> x, Dual<T> y) => T.MaxMagnitude(x.Value, y.Value).Equals(x.Value) ? x : y;

    static Dual<T> INumberBase<Dual<T>>.MaxMagnitudeNumber(Dual<T> x, Dual<T> y) => T.MaxMagnitudeNumber(x.Value, y.Value).Equals(x.Value) ? x : y;

    static Dual<T> INumberBase<Dual<T>>.MinMagnitude(Dual<T> x, Dual<T> y) => T.MinMagnitude(x.Value, y.Value).Equals(x.Value) ? x : y;

    static Dual<T> INumberBase<Dual<T>>.MinMagnitudeNumber(Dual<T> x, Dual<T> y) => T.MinMagnitudeNumber(x.Value, y.Value).Equals(x.Value) ? x : y;

    static bool INumberBase<Dual<T>>.TryConvertFromChecked<TOther>(TOther value, out Dual<T> result)
    {
        result = T.CreateChecked(value);
        return true;
    }

    static bool INumberBase<Dual<T>>.TryConvertFromSaturating<TOther>(TOther value, out Dual<T> result)
    {
        result = T.CreateSaturating(value);
        return true;
    }

    static bool INumberBase<Dual<T>>.TryConvertFromTruncating<TOther>(TOther value, out Dual<T> result)
    {
        result = T.CreateTruncating(value);
        return true;
    }

    static bool INumberBase<Dual<T>>.TryConvertToChecked<TOther>(Dual<T> value, [MaybeNullWhen(false)] out TOther result)
    {
        result = TOther.CreateChecked(value.Value);
        return true;
    }

    static bool INumberBase<Dual<T>>.TryConvertToSaturating<TOther>(Dual<T> value, [MaybeNullWhen(false)] out TOther result)
    {
        result = TOther.CreateSaturating(value.Value);
        return true;
    }

    static bool INumberBase<Dual<T>>.TryConvertToTruncating<TOther>(Dual<T> value, [MaybeNullWhen(false)] out TOther result)
    {
        result = TOther.CreateTruncating(value.Value);
        return true;
    }

    /// <summary>A constant.</summary>
    public static Dual<T> Parse(string s, IFormatProvider? provider) => T.Parse(s, provider);

    /// <summary>A constant.</summary>
    public static Dual<T> Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => T.Parse(s, provider);

    static Dual<T> INumberBase<Dual<T>>.Parse(ReadOnlySpan<char> s, NumberStyles style, IFormatProvider? provider) => T.Parse(s, style, provider);

    static Dual<T> INumberBase<Dual<T>>.Parse(string s, NumberStyles style, IFormatProvider? provider) => T.Parse(s, style, provider);

    /// <summary>A constant.</summary>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Dual<T> result) =>
        TryParse(s.AsSpan(), provider, out result);

    /// <summary>A constant.</summary>
    public static bool TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out Dual<T> result)
    {
        bool parsed = T.TryParse(s, provider, out T? value);
        result = parsed ? Constant(value!) : default;
        return parsed;
    }

    static bool INumberBase<Dual<T>>.TryParse(ReadOnlySpan<char> s, NumberStyles style, IFormatProvider? provider, out Dual<T> result)
    {
        bool parsed = T.TryParse(s, style, provider, out T? value);
        result = parsed ? Constant(value!) : default;
        return parsed;
    }

    static bool INumberBase<Dual<T>>.TryParse([NotNullWhen(true)] string? s, NumberStyles style, IFormatProvider? provider, out Dual<T> result)
    {
        bool parsed = T.TryParse(s, style, provider, out T? value);
        result = parsed ? Constant(value!) : default;
        return parsed;
    }

    /// <inheritdoc/>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        string text = ToString(format.ToString(), provider);
        bool fits = text.TryCopyTo(destination);
        charsWritten = fits ? text.Length : 0;
        return fits;
    }
}
