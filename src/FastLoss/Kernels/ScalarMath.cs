using System.Runtime.Intrinsics;

namespace FastLoss.Kernels;

/// <summary>One double at a time through <see cref="VectorMath"/>: the C library's exp and log differ between machines.</summary>
internal static class ScalarMath
{
    public static double Exp(double x) => VectorMath.Exp(Vector512.Create(x))[0];

    public static double Log(double x) => VectorMath.Log(Vector512.Create(x))[0];

    public static double Log1P(double x) => VectorMath.Log1P(Vector512.Create(x))[0];
}
