namespace FastLoss.Catalog;

/// <summary>Pieces of definitions.</summary>
internal static class Formula
{
    /// <summary>The product, and 0 where the weight is 0, whatever the value.</summary>
    public static double Times(double weight, double value) => weight == 0 ? 0 : weight * value;

    /// <summary>ln(1 + e^x) without overflow.</summary>
    public static double Softplus(double x) => Math.Max(0, x) + Reference.Log1P(Math.Exp(-Math.Abs(x)));
}
