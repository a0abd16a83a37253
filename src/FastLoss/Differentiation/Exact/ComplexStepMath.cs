using System.Numerics;

namespace FastLoss;

/// <summary>
/// Elementary functions for a complex step: of a number whose imaginary part is a step of 2^-332 they are f(a) + i b
/// f'(a), the whole of it, since b^2 vanishes. Some of <see cref="Complex"/>'s own lose the imaginary part, or put a
/// part of the size of an ulp in its place: <see cref="ComplexStep"/> names them. Branches follow the real part, so
/// Abs, Max and Min, which are not analytic, have the derivatives of a branch too.
/// </summary>
public static class ComplexStepMath
{
    /// <summary>e^z.</summary>
    public static Complex Exp(Complex z) => Of(Dual<double>.Exp(Part(z)));

    /// <summary>e^z - 1, with the digits of a small z.</summary>
    public static Complex ExpM1(Complex z) => Of(Dual<double>.ExpM1(Part(z)));

    /// <summary>The natural logarithm, of a positive real part.</summary>
    public static Complex Log(Complex z) => Of(Dual<double>.Log(Part(z)));

    /// <summary>log(1 + z), with the digits of a small z.</summary>
    public static Complex LogP1(Complex z) => Of(Dual<double>.LogP1(Part(z)));

    /// <summary>The logarithm to base 2.</summary>
    public static Complex Log2(Complex z) => Of(Dual<double>.Log2(Part(z)));

    /// <summary>The logarithm to base 10.</summary>
    public static Complex Log10(Complex z) => Of(Dual<double>.Log10(Part(z)));

    /// <summary>z^<paramref name="power"/>; of a negative real part for whole powers.</summary>
    public static Complex Pow(Complex z, double power) => Of(Dual<double>.Pow(Part(z), power));

    /// <summary>z^<paramref name="power"/>, of a positive real part.</summary>
    public static Complex Pow(Complex z, Complex power) => Of(Dual<double>.Pow(Part(z), Part(power)));

    /// <summary>The square root, of a positive real part.</summary>
    public static Complex Sqrt(Complex z) => Of(Dual<double>.Sqrt(Part(z)));

    /// <summary>The cube root, the real one also of a negative real part.</summary>
    public static Complex Cbrt(Complex z) => Of(Dual<double>.Cbrt(Part(z)));

    /// <summary>sqrt(x^2 + y^2), without overflow on the way.</summary>
    public static Complex Hypot(Complex x, Complex y) => Of(Dual<double>.Hypot(Part(x), Part(y)));

    /// <summary>The sine.</summary>
    public static Complex Sin(Complex z) => Of(Dual<double>.Sin(Part(z)));

    /// <summary>The cosine.</summary>
    public static Complex Cos(Complex z) => Of(Dual<double>.Cos(Part(z)));

    /// <summary>The tangent.</summary>
    public static Complex Tan(Complex z) => Of(Dual<double>.Tan(Part(z)));

    /// <summary>The inverse sine.</summary>
    public static Complex Asin(Complex z) => Of(Dual<double>.Asin(Part(z)));

    /// <summary>The inverse cosine.</summary>
    public static Complex Acos(Complex z) => Of(Dual<double>.Acos(Part(z)));

    /// <summary>The inverse tangent.</summary>
    public static Complex Atan(Complex z) => Of(Dual<double>.Atan(Part(z)));

    /// <summary>The hyperbolic sine.</summary>
    public static Complex Sinh(Complex z) => Of(Dual<double>.Sinh(Part(z)));

    /// <summary>The hyperbolic cosine.</summary>
    public static Complex Cosh(Complex z) => Of(Dual<double>.Cosh(Part(z)));

    /// <summary>The hyperbolic tangent.</summary>
    public static Complex Tanh(Complex z) => Of(Dual<double>.Tanh(Part(z)));

    /// <summary>The inverse hyperbolic sine.</summary>
    public static Complex Asinh(Complex z) => Of(Dual<double>.Asinh(Part(z)));

    /// <summary>The inverse hyperbolic cosine.</summary>
    public static Complex Acosh(Complex z) => Of(Dual<double>.Acosh(Part(z)));

    /// <summary>The inverse hyperbolic tangent.</summary>
    public static Complex Atanh(Complex z) => Of(Dual<double>.Atanh(Part(z)));

    /// <summary>z or -z, whichever has the real part that is not negative: |x| of a real function.</summary>
    public static Complex Abs(Complex z) => double.IsNegative(z.Real) ? -z : z;

    /// <summary>The one of the larger real part, <paramref name="x"/> of equals.</summary>
    public static Complex Max(Complex x, Complex y) => x.Real >= y.Real || double.IsNaN(x.Real) ? x : y;

    /// <summary>The one of the smaller real part, <paramref name="x"/> of equals.</summary>
    public static Complex Min(Complex x, Complex y) => x.Real <= y.Real || double.IsNaN(x.Real) ? x : y;

    private static Dual<double> Part(Complex z) => new(z.Real, z.Imaginary);

    private static Complex Of(Dual<double> z) => new(z.Value, z.Derivative);
}
